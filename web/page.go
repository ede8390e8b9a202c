package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
)

// Page answers a public page: the file of that name with data filled in. It is checked again each time.
func (s *Site) Page(w http.ResponseWriter, r *http.Request, name string, data any) error {
	page, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("web: there is no page %s", name)
	}
	var plain bytes.Buffer
	if err := page.Execute(&plain, data); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Security-Policy", s.csp)
	header.Set("Content-Type", mimeTypes[".html"])
	header.Set("Cache-Control", revalidate)
	header.Add("Vary", "Accept-Encoding")
	if !acceptsGzip(r.Header.Get("Accept-Encoding")) {
		w.WriteHeader(http.StatusOK)
		_, err := plain.WriteTo(w)
		return err
	}
	header.Set("Content-Encoding", "gzip")
	w.WriteHeader(http.StatusOK)
	zipped := gzip.NewWriter(w)
	if _, err := plain.WriteTo(zipped); err != nil {
		return err
	}
	return zipped.Close()
}
