//go:build integration

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// killEachChild kills each child while images are rendered and templates are published. The supervisor
// brings it back, and what was published gets all its previews.
func killEachChild(t *testing.T, s *stack.Stack) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var rendered atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ctx.Err() == nil; i++ {
			values := map[string]string{"headline": "Save " + strconv.Itoa(i), "code": "GOLD35", "valid_until": "31 Dec 2026"}
			res, body, err := s.Do(http.MethodPost, "/api/v1/promos/render", renderBody(values), nil)
			switch {
			case err != nil: // the API itself was killed
			case res.StatusCode == http.StatusOK:
				if _, _, err := image.Decode(bytes.NewReader(body)); err != nil {
					t.Errorf("the image is broken: %v", err)
					return
				}
				rendered.Add(1)
			case res.StatusCode == http.StatusServiceUnavailable: // a service that is needed is away
			default:
				t.Errorf("render answered %d: %s", res.StatusCode, body)
				return
			}
		}
	}()

	for i, child := range []string{"worker-1", "worker-2", "temporal", "s3", "sandbox", "api"} {
		before, ok := s.ChildPid(child)
		require.True(t, ok)
		published := publishAgain(t, s, i)
		s.Kill(child)
		testkit.Eventually(t, time.Minute, child+" is back", func() bool {
			now, ok := s.ChildPid(child)
			return ok && now != before
		})
		since := rendered.Load()
		testkit.Eventually(t, time.Minute, "images are rendered after the kill of "+child, func() bool { return rendered.Load() > since })
		s.PreviewsComplete()
		var x stack.Template
		s.JSON(http.MethodGet, "/api/v1/templates/gold-coupon", nil, nil, http.StatusOK, &x)
		require.Equal(t, published, x.PublishedVersion, "after the kill of %s", child)
	}
	stop()
	<-done
}

// publishAgain edits the gold coupon and publishes the next version; it returns its number.
func publishAgain(t *testing.T, s *stack.Stack, i int) int {
	t.Helper()
	var x stack.Template
	header := s.JSON(http.MethodGet, "/api/v1/templates/gold-coupon", nil, nil, http.StatusOK, &x)
	var meta map[string]any
	require.NoError(t, json.Unmarshal(x.Meta, &meta))
	meta["description"] = fmt.Sprintf("Edition %d", i)
	draft := s.JSON(http.MethodPut, "/api/v1/templates/"+x.ID+"/draft", map[string]any{"meta": meta, "backgrounds": map[string]string{}},
		map[string]string{"If-Match": header.Get("ETag")}, http.StatusOK, nil)
	var after stack.Template
	s.JSON(http.MethodPost, "/api/v1/templates/"+x.ID+"/publish", nil,
		map[string]string{"If-Match": draft.Get("ETag"), "Idempotency-Key": "publish-" + strconv.Itoa(i)}, http.StatusOK, &after)
	require.Equal(t, x.PublishedVersion+1, after.PublishedVersion)
	require.True(t, strings.HasPrefix(after.Slug, "gold"))
	return after.PublishedVersion
}
