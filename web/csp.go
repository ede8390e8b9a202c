package web

import (
	"io/fs"
	"net/url"
	"strings"
)

// Options says what the dashboard needs from its host.
type Options struct {
	// Assets holds what others made: the .woff2 files of the interface, served at fonts/<name>, and
	// libraries, at js/vendor/<name> and css/vendor/<name>. Nil means none: the browser then falls
	// back to its system fonts.
	Assets fs.FS
	// ImageOrigins are the addresses of other hosts that pictures may come from (the S3 store's or
	// the CDN's), for instance "https://cdn.example.com". A path is ignored, and so is an address
	// that is no http or https origin.
	ImageOrigins []string
}

// CSP returns the Content-Security-Policy of the dashboard's page: scripts, styles, fonts and
// connections from the same origin only, no inline code of any kind, and no way to turn text into
// markup (Trusted Types).
func CSP(opts Options) string {
	images := []string{"'self'", "blob:", "data:"}
	for _, raw := range opts.ImageOrigins {
		if origin, ok := origin(raw); ok {
			images = append(images, origin)
		}
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src " + strings.Join(images, " "),
		"font-src 'self'",
		"connect-src 'self'",
		"manifest-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

// origin cuts an address to scheme and host. Anything that could end the directive (a space, a
// semicolon, a comma) can't be in a parsed host, and is refused here again.
func origin(raw string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", false
	}
	if strings.ContainsAny(u.Host, " ;,'\"") {
		return "", false
	}
	return u.Scheme + "://" + u.Host, true
}
