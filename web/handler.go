package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

const (
	staticPrefix = "/static/"
	indexFile    = "index.html"
	preloadMark  = "<!-- modulepreload -->"

	immutable  = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
)

// mimeTypes is a table of our own, because the standard library's depends on the machine's
// /etc/mime.types.
var mimeTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

// file is one servable file, kept in memory plain and, where that is smaller, compressed.
type file struct {
	mime       string
	etag       string
	plain      []byte
	compressed []byte // nil when compression does not pay
}

// Site is the dashboard and the public pages. It is safe for concurrent use.
type Site struct {
	prefix string // "/static/<hash of the whole tree>/"
	csp    string
	index  *file
	pages  map[string]*template.Template // that are filled in for each visitor
	files  map[string]*file
}

// Handler serves the dashboard: the page at "/", and its files at "/static/<hash>/…" with one hash
// over the whole tree. The page names its files with that hash, and modules import each other by
// relative addresses, so every file can be kept by browsers for ever and a new build is still seen
// at once. "/static/<path>" without the hash answers too, but is checked again each time.
//
// It reads all files once, when it is made, and panics when that fails: the files are embedded, so
// that would be a defect of the build.
func Handler(opts Options) *Site {
	s, err := newSite(files(), opts)
	if err != nil {
		panic("web: can't read the embedded dashboard: " + err.Error())
	}
	return s
}

func newSite(tree fs.FS, opts Options) (*Site, error) {
	contents, err := read(tree, "")
	if err != nil {
		return nil, err
	}
	if opts.Assets != nil {
		assets, err := read(opts.Assets, "")
		if err != nil {
			return nil, err
		}
		for name, data := range assets {
			switch path.Ext(name) {
			case ".woff2":
				contents["fonts/"+name] = data
			case ".js":
				contents["js/vendor/"+name] = data
			case ".css":
				contents["css/vendor/"+name] = data
			}
		}
	}
	names := make([]string, 0, len(contents))
	for name := range contents {
		names = append(names, name)
	}
	slices.Sort(names)

	tree256 := sha256.New()
	for _, name := range names {
		sum := sha256.Sum256(contents[name])
		_, _ = fmt.Fprintf(tree256, "%s %x\n", name, sum)
	}
	s := &Site{
		prefix: staticPrefix + hex.EncodeToString(tree256.Sum(nil)[:8]) + "/",
		csp:    CSP(opts),
		pages:  map[string]*template.Template{},
		files:  make(map[string]*file, len(contents)),
	}
	for _, name := range names {
		if name == indexFile {
			continue
		}
		if path.Ext(name) == ".html" {
			if s.pages[name], err = template.New(name).Parse(string(s.render(contents[name], nil))); err != nil {
				return nil, err
			}
			continue
		}
		if s.files[name], err = newFile(name, contents[name]); err != nil {
			return nil, err
		}
	}
	page, ok := contents[indexFile]
	if !ok {
		return nil, fmt.Errorf("%s is missing", indexFile)
	}
	if s.index, err = newFile(indexFile, s.render(page, names)); err != nil {
		return nil, err
	}
	return s, nil
}

// read loads every regular file of a tree into memory.
func read(tree fs.FS, prefix string) (map[string][]byte, error) {
	contents := map[string][]byte{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		contents[prefix+name] = data
		return nil
	})
	return contents, err
}

// render puts the hashed addresses into the page, and names the modules that the first view needs
// in any case, so that the browser fetches them in one go and not one import after another.
func (s *Site) render(page []byte, names []string) []byte {
	var preload strings.Builder
	for _, name := range names {
		dir := path.Dir(name)
		types := strings.HasSuffix(name, "types.js") // nothing imports them at run time
		if path.Ext(name) == ".js" && !types && (dir == "js" || dir == "js/components") {
			fmt.Fprintf(&preload, "<link rel=\"modulepreload\" href=\"%s%s\">\n    ", s.prefix, name)
		}
	}
	out := bytes.ReplaceAll(page, []byte(`="`+staticPrefix), []byte(`="`+s.prefix))
	return bytes.Replace(out, []byte(preloadMark), []byte(strings.TrimSpace(preload.String())), 1)
}

func newFile(name string, data []byte) (*file, error) {
	mime, ok := mimeTypes[path.Ext(name)]
	if !ok {
		return nil, fmt.Errorf("%s has no known type; add it to mimeTypes", name)
	}
	sum := sha256.Sum256(data)
	f := &file{mime: mime, plain: data, etag: hex.EncodeToString(sum[:12])}
	if mime == "image/png" || mime == "font/woff2" {
		return f, nil // compressed already
	}
	var buf bytes.Buffer
	zw, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := zw.Write(data); err != nil {
		return nil, err
	}
	if err := zw.Close(); err != nil {
		return nil, err
	}
	if buf.Len() < len(data)*9/10 {
		f.compressed = buf.Bytes()
	}
	return f, nil
}

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This page can only be read.", http.StatusMethodNotAllowed)
		return
	}
	name := r.URL.Path
	switch {
	case name == "/" || name == "/"+indexFile:
		w.Header().Set("Content-Security-Policy", s.csp)
		serve(w, r, s.index, revalidate)
	case strings.HasPrefix(name, s.prefix):
		s.serveFile(w, r, strings.TrimPrefix(name, s.prefix), immutable)
	case strings.HasPrefix(name, staticPrefix):
		s.serveFile(w, r, strings.TrimPrefix(name, staticPrefix), revalidate)
	case name == "/favicon.ico":
		s.serveFile(w, r, "icons/icon.svg", revalidate)
	default:
		notFound(w)
	}
}

func (s *Site) serveFile(w http.ResponseWriter, r *http.Request, name, cache string) {
	f, ok := s.files[name]
	if !ok {
		notFound(w)
		return
	}
	serve(w, r, f, cache)
}

func notFound(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "There is nothing at this address. The dashboard is at /.", http.StatusNotFound)
}

func serve(w http.ResponseWriter, r *http.Request, f *file, cache string) {
	header := w.Header()
	header.Set("Content-Type", f.mime)
	header.Set("Cache-Control", cache)
	header.Set("X-Content-Type-Options", "nosniff")
	body, etag := f.plain, f.etag
	if f.compressed != nil {
		header.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			header.Set("Content-Encoding", "gzip")
			body, etag = f.compressed, f.etag+"-gz"
		}
	}
	header.Set("ETag", `"`+etag+`"`)
	// A zero time leaves Last-Modified out: embedded files have none. ServeContent answers
	// If-None-Match, Range and HEAD.
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reports whether the header allows gzip: named (or *) and not with a weight of zero.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "*" {
			continue
		}
		weight := strings.ReplaceAll(strings.ToLower(params), " ", "")
		return weight != "q=0" && strings.TrimRight(weight, "0") != "q=0."
	}
	return false
}
