package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/assets"
)

func get(t *testing.T, h http.Handler, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	var reader io.Reader = res.Body
	if res.Header.Get("Content-Encoding") == "gzip" {
		zr, err := gzip.NewReader(res.Body)
		require.NoError(t, err)
		reader = zr
	}
	data, err := io.ReadAll(reader)
	require.NoError(t, err)
	return string(data)
}

func TestCSPIsStrict(t *testing.T) {
	csp := CSP(Options{ImageOrigins: []string{
		"https://cdn.example.com/bucket", "http://127.0.0.1:9000", "javascript:alert(1)",
		"https://evil.example; script-src *", "",
	}})
	require.Contains(t, csp, "img-src 'self' blob: data: https://cdn.example.com http://127.0.0.1:9000;")
	require.Contains(t, csp, "require-trusted-types-for 'script'")
	require.Contains(t, csp, "frame-ancestors 'none'")
	require.Contains(t, csp, "connect-src 'self'")
	require.NotContains(t, csp, "unsafe-")
	require.NotContains(t, csp, "*")
	require.NotContains(t, csp, "evil")
	require.NotContains(t, csp, "javascript")
}

var hashed = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)

func TestEveryAddressOnThePageAnswersForEver(t *testing.T) {
	h := Handler(Options{Assets: assets.UI()})
	res := get(t, h, "/")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "text/html; charset=utf-8", res.Header.Get("Content-Type"))
	require.Equal(t, "no-cache", res.Header.Get("Cache-Control"))
	require.Equal(t, CSP(Options{}), res.Header.Get("Content-Security-Policy"))
	page := body(t, res)
	require.NotContains(t, page, preloadMark)
	require.NotContains(t, page, "<style")
	require.NotContains(t, page, "<script>") // nothing inline: the policy would refuse it

	found := hashed.FindAllStringSubmatch(page, -1)
	require.Greater(t, len(found), 5)
	for _, match := range found {
		require.Regexp(t, `^/static/[0-9a-f]{16}/`, match[1])
		file := get(t, h, match[1], "Accept-Encoding", "br, gzip")
		require.Equal(t, http.StatusOK, file.StatusCode, match[1])
		require.Equal(t, immutable, file.Header.Get("Cache-Control"), match[1])
		require.NotEmpty(t, file.Header.Get("ETag"), match[1])
	}
}

func TestStylesNameOnlyFontsThatExist(t *testing.T) {
	s, err := newSite(files(), Options{Assets: assets.UI()})
	require.NoError(t, err)
	urls := regexp.MustCompile(`url\('\.\./([^']+)'\)`)
	found := 0
	for name, f := range s.files {
		if !strings.HasSuffix(name, ".css") {
			continue
		}
		for _, match := range urls.FindAllStringSubmatch(string(f.plain), -1) {
			require.NotNil(t, s.files[match[1]], "%s names %s", name, match[1])
			found++
		}
	}
	require.Positive(t, found)
}

func TestModulesImportOnlyWhatExists(t *testing.T) {
	s, err := newSite(files(), Options{})
	require.NoError(t, err)
	imports := regexp.MustCompile(`(?:from|import)\s*\(?\s*'(\.[^']+)'`)
	for name, f := range s.files {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		for _, match := range imports.FindAllStringSubmatch(string(f.plain), -1) {
			target := resolve(name, match[1])
			require.NotNil(t, s.files[target], "%s imports %s", name, match[1])
		}
	}
}

func resolve(from, relative string) string {
	parts := strings.Split(from, "/")
	parts = parts[:len(parts)-1]
	for step := range strings.SplitSeq(relative, "/") {
		switch step {
		case ".":
		case "..":
			parts = parts[:len(parts)-1]
		default:
			parts = append(parts, step)
		}
	}
	return strings.Join(parts, "/")
}

func TestTheHashFollowsTheContent(t *testing.T) {
	tree := fstest.MapFS{
		"index.html": {Data: []byte(`<script type="module" src="/static/js/app.js"></script>`)},
		"js/app.js":  {Data: []byte("1")},
	}
	first, err := newSite(tree, Options{})
	require.NoError(t, err)
	tree["js/app.js"] = &fstest.MapFile{Data: []byte("2")}
	second, err := newSite(tree, Options{})
	require.NoError(t, err)
	require.NotEqual(t, first.prefix, second.prefix)
	require.Equal(t, http.StatusNotFound, get(t, second, first.prefix+"js/app.js").StatusCode)
}

func TestAFileWithoutAKnownTypeIsRefused(t *testing.T) {
	_, err := newSite(fstest.MapFS{"index.html": {}, "a.exe": {}}, Options{})
	require.ErrorContains(t, err, "a.exe")
	_, err = newSite(fstest.MapFS{"a.js": {}}, Options{})
	require.ErrorContains(t, err, "index.html")
}

func TestServing(t *testing.T) {
	h := Handler(Options{Assets: fstest.MapFS{"inter.woff2": {Data: []byte("font")}}})

	t.Run("types", func(t *testing.T) {
		for path, want := range map[string]string{
			"/static/css/tokens.css":    "text/css; charset=utf-8",
			"/static/js/app.js":         "text/javascript; charset=utf-8",
			"/static/icons/icon.svg":    "image/svg+xml",
			"/static/fonts/inter.woff2": "font/woff2",
			"/favicon.ico":              "image/svg+xml",
		} {
			res := get(t, h, path)
			require.Equal(t, http.StatusOK, res.StatusCode, path)
			require.Equal(t, want, res.Header.Get("Content-Type"), path)
			require.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"), path)
			require.Equal(t, "no-cache", res.Header.Get("Cache-Control"), path)
		}
	})

	t.Run("gzip and plain are the same text under different tags", func(t *testing.T) {
		plain := get(t, h, "/static/js/app.js")
		zipped := get(t, h, "/static/js/app.js", "Accept-Encoding", "gzip, deflate")
		require.Equal(t, "gzip", zipped.Header.Get("Content-Encoding"))
		require.Equal(t, "Accept-Encoding", plain.Header.Get("Vary"))
		require.NotEqual(t, plain.Header.Get("ETag"), zipped.Header.Get("ETag"))
		require.Equal(t, body(t, plain), body(t, zipped))
		require.Empty(t, get(t, h, "/static/js/app.js", "Accept-Encoding", "gzip;q=0").Header.Get("Content-Encoding"))
		require.Empty(t, get(t, h, "/static/js/app.js", "Accept-Encoding", "gzip;q=0.0").Header.Get("Content-Encoding"))
		require.Empty(t, get(t, h, "/static/fonts/inter.woff2", "Accept-Encoding", "gzip").Header.Get("Content-Encoding"))
	})

	t.Run("a known tag answers 304", func(t *testing.T) {
		for _, path := range []string{"/", "/static/js/app.js"} {
			tag := get(t, h, path).Header.Get("ETag")
			res := get(t, h, path, "If-None-Match", tag)
			require.Equal(t, http.StatusNotModified, res.StatusCode, path)
			require.Empty(t, body(t, res))
		}
	})

	t.Run("nothing else is there", func(t *testing.T) {
		for _, path := range []string{
			"/static/", "/static/js", "/static/js/", "/static/index.html", "/static/../embed.go",
			"/static/js/missing.js", "/static/0000000000000000/js/app.js", "/promo", "/.env", "//",
		} {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.URL.Path = path
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			require.Equal(t, http.StatusNotFound, w.Code, path)
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		}
	})

	t.Run("reading only", func(t *testing.T) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
		require.Equal(t, http.StatusMethodNotAllowed, w.Code)
		require.Equal(t, "GET, HEAD", w.Header().Get("Allow"))

		w = httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/", nil))
		require.Equal(t, http.StatusOK, w.Code)
		require.Empty(t, w.Body.String())
	})
}

// imported finds the modules that a module imports at once; import() comes later.
var imported = regexp.MustCompile(`(?m)^(?:import|export|\})[^'"\n]*'(\.[^']+)'`)

// TestFirstLoad prints what a browser fetches before the first view, Home, is usable, fonts left out: the page, its style sheets
// and Home's, and the modules that the page names, with all that they and Home import.
func TestFirstLoad(t *testing.T) {
	s, err := newSite(files(), Options{})
	require.NoError(t, err)
	w, packed := httptest.NewRecorder(), httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	s.ServeHTTP(w, r)
	r.Header.Set("Accept-Encoding", "gzip")
	s.ServeHTTP(packed, r)
	total, seen := packed.Body.Len(), map[string]bool{}
	var load func(name string)
	load = func(name string) {
		f, ok := s.files[name]
		require.True(t, ok, "%s is not there", name)
		if seen[name] {
			return
		}
		seen[name] = true
		total += len(f.compressed)
		if path.Ext(name) == ".js" {
			for _, m := range imported.FindAllSubmatch(f.plain, -1) {
				load(path.Join(path.Dir(name), string(m[1])))
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?:href|src)="`+regexp.QuoteMeta(s.prefix)+`([^"]+\.(?:js|css))"`).FindAllStringSubmatch(w.Body.String(), -1) {
		load(m[1])
	}
	load("js/views/home.js")
	load("css/home.css")
	require.True(t, seen["js/app.js"] && seen["css/base.css"] && seen["js/typed.js"])
	t.Logf("page, code and styles up to the first view: %.1f KB compressed in %d files", float64(total)/1024, len(seen))
	require.Less(t, total, 150*1024, "the first load no longer fits its budget")
}

// Public pages are filled in with data, which can't become markup, and name their files by the tree's hash.
func TestPages(t *testing.T) {
	s, err := newSite(files(), Options{})
	require.NoError(t, err)
	data := map[string]any{"Name": "<script>", "File": "/t/a/record.json", "Entries": 3, "Head": "abc", "Command": "verify", "Broken": "", "Figures": map[string]int{}}
	for _, encoding := range []string{"", "gzip"} {
		w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/t/a", nil)
		r.Header.Set("Accept-Encoding", encoding)
		require.NoError(t, s.Page(w, r, "record.html", data))
		require.Equal(t, encoding, w.Header().Get("Content-Encoding"))
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "require-trusted-types-for 'script'")
		if encoding == "" {
			require.Contains(t, w.Body.String(), "&lt;script&gt;")
			require.Contains(t, w.Body.String(), `src="`+s.prefix+`js/record/page.js"`)
			require.NotContains(t, w.Body.String(), "<script>")
		}
	}
	require.Error(t, s.Page(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), "other.html", data))
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/static/record.html", nil))
	require.Equal(t, http.StatusNotFound, w.Code, "not without data")
}
