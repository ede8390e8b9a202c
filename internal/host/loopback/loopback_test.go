package loopback_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/host/loopback"
)

func TestWhoIsLetIn(t *testing.T) {
	for _, row := range []struct {
		name, remote, host string
		header             []string
		want               bool
	}{
		{"this machine", "127.0.0.1:1", "127.0.0.1:8080", nil, true},
		{"by name", "127.0.0.1:1", "localhost:8080", nil, true},
		{"by a dashboard's name", "127.0.0.1:1", "Admin.localhost:8080", nil, true},
		{"IPv6", "[::1]:1", "[::1]:8080", nil, true},
		{"its own page", "127.0.0.1:1", "localhost", []string{"Origin", "http://localhost:8080", "Sec-Fetch-Site", "same-origin"}, true},
		{"another machine", "192.0.2.1:1", "127.0.0.1", nil, false},
		{"no address", "", "127.0.0.1", nil, false},
		{"a name pointed here", "127.0.0.1:1", "evil.example", nil, false},
		{"a name that looks like one", "127.0.0.1:1", "localhost.evil.example", nil, false},
		{"no name", "127.0.0.1:1", "", nil, false},
		{"another site's page", "127.0.0.1:1", "localhost", []string{"Origin", "https://evil.example"}, false},
		{"a page without origin", "127.0.0.1:1", "localhost", []string{"Origin", "null"}, false},
		{"a picture in another site's page", "127.0.0.1:1", "localhost", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"through a proxy", "127.0.0.1:1", "localhost", []string{"X-Forwarded-For", "127.0.0.1"}, false},
		{"through a proxy that wrote an empty line first", "127.0.0.1:1", "localhost", []string{"X-Forwarded-For", "", "X-Forwarded-For", "192.0.2.7"}, false},
		{"through a proxy that wrote nothing more", "127.0.0.1:1", "localhost", []string{"X-Forwarded-For", ""}, false},
		{"through a proxy that tells only the host", "127.0.0.1:1", "localhost", []string{"X-Forwarded-Host", "localhost"}, false},
		{"another site's picture, said twice", "127.0.0.1:1", "localhost", []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "cross-site"}, false},
		{"through a proxy of the new form", "127.0.0.1:1", "localhost", []string{"Forwarded", "for=1.2.3.4"}, false},
	} {
		request := httptest.NewRequest(http.MethodPost, "/", nil)
		request.RemoteAddr, request.Host = row.remote, row.host
		for i := 0; i < len(row.header); i += 2 {
			request.Header.Add(row.header[i], row.header[i+1])
		}
		recorder := httptest.NewRecorder()
		loopback.Only(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })).ServeHTTP(recorder, request)
		require.Equal(t, row.want, recorder.Code == http.StatusNoContent, row.name)
	}
}
