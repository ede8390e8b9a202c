//go:build integration

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// patience is how long a client of a program under faults goes on asking.
const patience = time.Minute

// editions is how often the template is published: a fault hits every second one.
const editions = 12

// Q1: whatever is killed while templates are published, every edition is there once, with its
// backup and all its previews, each once.
func TestChaosPublish(t *testing.T) {
	t.Parallel()
	chaos.Run(t, chaos.Options{
		APIs: 2, Workers: 2,
		Faults: []chaos.Fault{chaos.Kill(chaos.Worker), chaos.Kill(chaos.Temporal), chaos.Kill(chaos.S3), chaos.Kill(chaos.API),
			chaos.Cut(chaos.Temporal, time.Second), chaos.Stop(chaos.Worker, time.Second)},
	}, publishEditions)
}

func publishEditions(t testing.TB, w *chaos.World) (actual, expected chaos.Outcome) {
	c := w.Program.Client
	var x stack.Template
	for i := 1; i <= editions; i++ {
		description := fmt.Sprintf("Edition %d", i)
		testkit.Eventually(t, patience, "draft "+description+" is saved", func() bool {
			res, body := c.Patient(patience, http.MethodGet, "/api/v1/templates/gold-coupon", nil, nil)
			require.Equal(t, http.StatusOK, res.StatusCode, string(body))
			require.NoError(t, json.Unmarshal(body, &x))
			if x.Draft != nil && strings.Contains(string(x.Draft.Meta), description) {
				return true // by a try whose answer was lost
			}
			var meta map[string]any
			require.NoError(t, json.Unmarshal(x.Meta, &meta))
			meta["description"] = description
			res, body, err := c.Do(http.MethodPut, "/api/v1/templates/"+x.ID+"/draft",
				map[string]any{"meta": meta, "backgrounds": map[string]string{}}, map[string]string{"If-Match": res.Header.Get("ETag")})
			if err != nil || res.StatusCode == http.StatusServiceUnavailable {
				return false
			}
			require.Equal(t, http.StatusOK, res.StatusCode, string(body))
			return false
		})
		res, body := c.Patient(patience, http.MethodPost, "/api/v1/templates/"+x.ID+"/publish", nil,
			map[string]string{"If-Match": fmt.Sprintf("%q", fmt.Sprint(x.Version)), "Idempotency-Key": fmt.Sprintf("edition-%d", i)})
		require.Equal(t, http.StatusOK, res.StatusCode, string(body))
		require.NoError(t, json.Unmarshal(body, &x))
		require.Equal(t, 1+i, x.PublishedVersion)
		w.Progress(float64(i) / editions)
	}
	// The template was there before, as its version 1.
	wantedPreviews := (1 + editions) * len(x.Sizes)
	testkit.Eventually(t, 2*time.Minute, "all previews are there", func() bool {
		actual = chaos.Outcome{}
		previews := 0
		err := w.Program.Objects.List(t.Context(), "tenants/"+w.Program.Tenant+"/templates/"+x.ID+"/", func(o objectstore.Info) error {
			_, name, _ := strings.Cut(o.Key, x.ID+"/")
			switch {
			case strings.Contains(name, "/preview-"):
				previews++
				actual.Once(name[:strings.LastIndex(name, "-")], o.ETag) // without the hash
			case strings.HasSuffix(name, "/meta.json"):
				actual.Once(name, "there")
			}
			return nil
		})
		if err != nil || previews < wantedPreviews {
			return false
		}
		res, body, err := c.Do(http.MethodGet, "/api/v1/templates/gold-coupon", nil, nil)
		return err == nil && res.StatusCode == http.StatusOK && json.Unmarshal(body, &x) == nil && x.Previews.State == "ready"
	})
	actual.Once("published", fmt.Sprint(x.PublishedVersion))
	for _, p := range x.Previews.Images {
		res, _ := c.Patient(patience, http.MethodGet, p.URL, nil, nil)
		actual.Once("preview "+p.Size, fmt.Sprint(res.StatusCode))
	}

	expected = chaos.Outcome{"published": fmt.Sprint(1 + editions)}
	for _, size := range x.Sizes {
		expected.Once("preview "+size.Name, "200")
		for v := 1; v <= 1+editions; v++ { // only the description changes: each edition looks like the first
			expected.Once(fmt.Sprintf("v%d/preview-%s", v, size.Name), actual["v1/preview-"+size.Name])
		}
	}
	for v := 1; v <= 1+editions; v++ {
		expected.Once(fmt.Sprintf("v%d/meta.json", v), "there")
	}
	return actual, expected
}
