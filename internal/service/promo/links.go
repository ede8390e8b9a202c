package promo

import (
	"context"
	"encoding/base64"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/fault"
)

const (
	filePurpose = "file-link"
	linkPurpose = "render-link"

	fileLife = 48 * time.Hour
	// LinkLife is how long the address of a rendered image works.
	LinkLife = 90 * 24 * time.Hour
)

// FileURL returns the address under which a browser gets an object: the CDN's, or the program's
// own with a signature. The expiry is rounded to days, so that the address stays the same for a
// day and the browser's cache works.
func (s *Service) FileURL(key, sha string) string {
	if address, ok := s.o.Objects.URL(key); ok {
		return address
	}
	expires := strconv.FormatInt(s.o.Now().Add(fileLife).Truncate(24*time.Hour).Unix(), 10)
	q := url.Values{"e": {expires}, "v": {sha[:min(len(sha), 12)]}}
	q.Set("s", s.sign(filePurpose, key, q))
	return "/files/" + (&url.URL{Path: key}).EscapedPath() + "?" + q.Encode()
}

// ArchiveURL returns the signed address under which a file is downloaded by its name until a given
// time. It is never the CDN's, where anybody who has the address could fetch the file for ever.
func (s *Service) ArchiveURL(key, name string, until time.Time) string {
	q := url.Values{"e": {strconv.FormatInt(until.Unix(), 10)}, "n": {name}}
	q.Set("s", s.sign(filePurpose, key, q))
	return "/files/" + (&url.URL{Path: key}).EscapedPath() + "?" + q.Encode()
}

// OpenFile opens an object under a signed address. The caller closes it.
func (s *Service) OpenFile(ctx context.Context, key string, q url.Values) (io.ReadCloser, objectstore.Info, error) {
	if err := s.verify(filePurpose, key, q); err != nil {
		return nil, objectstore.Info{}, err
	}
	return s.o.Objects.Open(ctx, key)
}

// RenderURL returns the signed address of a request's image. The first visit renders it, later
// ones come from the cache; its coupon is checked at each visit.
func (s *Service) RenderURL(tenantID string, r Request) (address string, expires time.Time) {
	expires = s.o.Now().Add(LinkLife).Truncate(time.Hour)
	q := url.Values{
		"o": {tenantID}, "t": {r.Template}, "z": {r.Size}, "x": {strconv.Itoa(r.Scale)}, "l": {r.Logo},
		"e": {strconv.FormatInt(expires.Unix(), 10)},
	}
	for _, name := range slices.Sorted(maps.Keys(r.Values)) {
		q.Set("v."+name, r.Values[name])
	}
	file := "promo.jpg"
	if r.Format == FormatPNG {
		file = "promo.png"
	}
	q.Set("s", s.sign(linkPurpose, file, q))
	return s.o.PublicURL.String() + "/i/" + file + "?" + q.Encode(), expires
}

// ParseRenderURL is the reverse of RenderURL: it checks the signature and returns whose image is
// asked for and which.
func (s *Service) ParseRenderURL(file string, q url.Values) (tenantID string, r Request, err error) {
	if err := s.verify(linkPurpose, file, q); err != nil {
		return "", r, err
	}
	scale, err := strconv.Atoi(q.Get("x"))
	if err != nil {
		return "", r, badLink()
	}
	r = Request{Template: q.Get("t"), Size: q.Get("z"), Scale: scale, Logo: q.Get("l"), Format: FormatJPEG, Values: map[string]string{}}
	if strings.HasSuffix(file, ".png") {
		r.Format = FormatPNG
	}
	for name := range q {
		if field, ok := strings.CutPrefix(name, "v."); ok {
			r.Values[field] = q.Get(name)
		}
	}
	return q.Get("o"), r, nil
}

func badLink() error {
	return fault.New(fault.NotFound, "bad_link", "This address is not valid").WithRemedy("Copy the link again")
}

// canonical is what is signed: the path and every parameter but the signature, in order.
func canonical(path string, q url.Values) []byte {
	rest := maps.Clone(q)
	delete(rest, "s")
	return []byte(path + "?" + rest.Encode())
}

func (s *Service) sign(purpose, path string, q url.Values) string {
	return base64.RawURLEncoding.EncodeToString(s.o.Ring.Sign(purpose, canonical(path, q)))
}

func (s *Service) verify(purpose, path string, q url.Values) error {
	for _, values := range q {
		if len(values) != 1 {
			return badLink() // a repeated parameter would let two readings differ
		}
	}
	mac, err := base64.RawURLEncoding.DecodeString(q.Get("s"))
	if err != nil || !s.o.Ring.Verify(purpose, canonical(path, q), mac) {
		return badLink()
	}
	expires, err := strconv.ParseInt(q.Get("e"), 10, 64)
	if err != nil || s.o.Now().Unix() > expires {
		return fault.New(fault.NotFound, "link_expired", "This address has expired").WithRemedy("Copy the link again")
	}
	return nil
}
