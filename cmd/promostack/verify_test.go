package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/track"
)

// F11: the record is read from its page's address or its own, and from no other host.
func TestVerifyReadsTheAddress(t *testing.T) {
	size := pip.Default
	text, err := track.Entry{Seq: 1, At: time.Unix(1_800_000_000, 0), Kind: track.Begun, Data: track.Data{PipSize: &size, Name: "Gold Desk"}, Prev: track.Origin}.Text()
	require.NoError(t, err)
	record := track.Record{Format: track.Format, Entries: []string{text}, Head: track.Hash(text)}
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /t/desk/record.json", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(record) })
	mux.Handle("GET /t/moved/record.json", http.RedirectHandler("/t/desk/record.json", http.StatusFound))
	mux.Handle("GET /t/away/record.json", http.RedirectHandler(strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)+"/t/desk/record.json", http.StatusFound))
	mux.Handle("GET /t/round/record.json", http.RedirectHandler("/t/round/record.json", http.StatusFound))
	mux.HandleFunc("GET /t/large/record.json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"entries":["`))
		for range maxRecord >> 20 {
			_, _ = w.Write(make1MB())
		}
	})
	host := httptest.NewServer(mux)
	t.Cleanup(host.Close)
	mux.HandleFunc("GET /t/more/record.json", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(record)
		_, _ = w.Write([]byte("\n{}"))
	})
	for path, says := range map[string]string{"/t/more": "something after the track record", "/t/desk": "", "/t/desk/": "", "/t/desk/record.json": "", "/t/moved": "",
		"/t/away": "sends us on to localhost", "/t/round": "in circles", "/t/nobody": "404", "/t/large": "larger than 64 MB"} {
		out, err := command(t, "verify", "--url", host.URL+path, "--head", record.Head[:16])
		if says != "" {
			require.ErrorContains(t, err, says, path)
			continue
		}
		require.NoError(t, err, path)
		require.Contains(t, out, `"Gold Desk": all 1 entries are in order`)
		require.Contains(t, out, "The head is that of entry 1")
	}
	for head, says := range map[string]string{"": "has 0", record.Head[:15]: "has 15", record.Head + "0": "has 65", "3f9c…": "hex digits alone", strings.Repeat("a", 16): "were cut off"} {
		_, err := command(t, "verify", "--url", host.URL+"/t/desk", "--head", head)
		require.ErrorContains(t, err, says, head)
	}
	_, err = command(t, "verify", "--url", "file:///etc/passwd")
	require.ErrorContains(t, err, "Must be an address")
}

func make1MB() []byte { return []byte(strings.Repeat("x", 1<<20)) }
