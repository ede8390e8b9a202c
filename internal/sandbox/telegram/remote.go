package telegram

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/host/config"
)

// remotePatience is how long all files of a call may take to load from their addresses.
const remotePatience = 5 * time.Second

// load loads the files that a call names by their addresses, before its transaction begins. Only this
// machine is asked; what can't be loaded is missing.
func (s *Service) load(ctx context.Context, p params) {
	ctx, cancel := context.WithTimeout(ctx, remotePatience)
	defer cancel()
	for _, address := range p.addresses() {
		if file, ok := s.loadOne(ctx, address); ok {
			p.remote[address] = file
		}
	}
}

// addresses are the values that name files by where they are.
func (p params) addresses() []string {
	type item struct {
		Media string `json:"media"`
	}
	values := []string{p.text("photo"), p.text("document")}
	var one item
	var album []item
	switch raw := []byte(p.text("media")); {
	case json.Unmarshal(raw, &one) == nil:
		values = append(values, one.Media)
	case json.Unmarshal(raw, &album) == nil:
		for _, i := range album {
			values = append(values, i.Media)
		}
	}
	var out []string
	for _, value := range values {
		if isAddress(value) {
			out = append(out, value)
		}
	}
	return out
}

func isAddress(value string) bool {
	return strings.HasPrefix(value, "http://") || strings.HasPrefix(value, "https://")
}

func (s *Service) loadOne(ctx context.Context, address string) (upload, bool) {
	u, err := url.Parse(address)
	if err != nil || !config.LoopbackName(u.Hostname()) {
		return upload{}, false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return upload{}, false
	}
	response, err := s.client.Do(request)
	if err != nil {
		return upload{}, false
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxFetched+1))
	if err != nil || response.StatusCode != http.StatusOK || len(raw) > maxFetched {
		return upload{}, false
	}
	kind, _, _ := strings.Cut(response.Header.Get("Content-Type"), ";")
	return upload{name: path.Base(u.Path), mime: kind, bytes: raw}, true
}
