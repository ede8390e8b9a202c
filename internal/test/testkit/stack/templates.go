package stack

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg" // decoders of what the program makes
	_ "image/png"
	"net/http"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
)

// Template is what the API tells of a template.
type Template struct {
	ID               string `json:"id"`
	Slug             string `json:"slug"`
	Version          int    `json:"version"`
	PublishedVersion int    `json:"published_version"`
	Sizes            []struct {
		Name string `json:"name"`
	} `json:"sizes"`
	Previews struct {
		State  string `json:"state"`
		Images []struct {
			Size string `json:"size"`
			URL  string `json:"url"`
		} `json:"images"`
	} `json:"previews"`
	Meta  json.RawMessage `json:"meta"`
	Draft *struct {
		Meta json.RawMessage `json:"meta"`
	} `json:"draft"`
}

// Templates lists the templates; it is empty while the program can't answer.
func (s *Stack) Templates() []Template {
	res, body, err := s.Do(http.MethodGet, "/api/v1/templates?limit=100", nil, nil)
	if err != nil || Later(res) {
		return nil
	}
	require.Equal(s.t, http.StatusOK, res.StatusCode, string(body))
	var page struct{ Items []Template }
	require.NoError(s.t, json.Unmarshal(body, &page))
	return page.Items
}

// PreviewsComplete waits until every published template has all its previews and each is a picture.
func (s *Stack) PreviewsComplete() {
	s.t.Helper()
	var list []Template
	testkit.Eventually(s.t, 2*time.Minute, "all previews are there", func() bool {
		list = s.Templates()
		return len(list) > 0 && !slices.ContainsFunc(list, func(x Template) bool { return x.PublishedVersion > 0 && x.Previews.State != "ready" })
	})
	for _, x := range list {
		require.Len(s.t, x.Previews.Images, len(x.Sizes), x.Slug)
		for _, p := range x.Previews.Images {
			res, data := s.Call(http.MethodGet, p.URL, nil, nil)
			require.Equal(s.t, http.StatusOK, res.StatusCode, p.URL)
			_, _, err := image.Decode(bytes.NewReader(data))
			require.NoError(s.t, err, p.URL)
		}
	}
}
