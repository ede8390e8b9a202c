package api_test

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg" // decodes what the API renders
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/demo"
)

var gold = map[string]string{"headline": "Save 35%", "code": "GOLD35", "valid_until": "31 Dec 2026"}

func body(pairs ...any) map[string]any {
	out := map[string]any{"template": "gold-coupon", "values": gold}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

func with(name, value string) map[string]string {
	out := map[string]string{}
	for k, v := range gold {
		out[k] = v
	}
	out[name] = value
	return out
}

func TestRenderAnswersTheImage(t *testing.T) {
	h := newHarness(t)
	res := h.do(request{method: post, path: "/api/v1/promos/render", admin: true, body: body()})
	require.Equal(t, http.StatusOK, res.Code, res.Body.String())
	img, format, err := image.Decode(bytes.NewReader(res.Body.Bytes()))
	require.NoError(t, err)
	require.Equal(t, "jpeg", format)
	require.Equal(t, image.Pt(1080, 1080), img.Bounds().Size())
	require.Equal(t, "image/jpeg", res.Header().Get("Content-Type"))
	require.Equal(t, `attachment; filename="gold-coupon-square.jpg"`, res.Header().Get("Content-Disposition"))
	require.Equal(t, "miss", res.Header().Get("X-Promo-Cache"))
	require.Equal(t, "[]", res.Header().Get("X-Promo-Warnings"))

	again := h.do(request{method: post, path: "/api/v1/promos/render", admin: true, body: body()})
	require.Equal(t, "hit", again.Header().Get("X-Promo-Cache"))
	require.Equal(t, res.Header().Get("ETag"), again.Header().Get("ETag"))
	require.Equal(t, res.Body.Bytes(), again.Body.Bytes())

	long := h.do(request{method: post, path: "/api/v1/promos/render", admin: true, body: body("values", with("headline", strings.Repeat("Überraschungs", 6)))})
	if long.Code == http.StatusOK {
		require.Contains(t, long.Header().Get("X-Promo-Warnings"), "text_fit_failed")
	} else {
		require.Contains(t, long.Body.String(), "too_long")
	}
}

// P6: with the CRM away nothing is rendered, and the answer says so.
func TestCouponCannotBeVerified(t *testing.T) {
	h := newHarness(t)
	h.crm.Close()
	for _, path := range []string{"/api/v1/promos/render", "/api/v1/promos/links"} {
		res := h.do(request{method: post, path: path, admin: true, body: body()})
		require.Equal(t, http.StatusServiceUnavailable, res.Code, res.Body.String())
		require.Contains(t, res.Body.String(), `"coupon_unverified"`)
		require.NotEmpty(t, res.Header().Get("Retry-After"))
	}
	res := h.do(request{method: get, path: "/api/v1/coupons/check?code=GOLD35", admin: true})
	require.Equal(t, http.StatusOK, res.Code)
	require.Contains(t, res.Body.String(), `"unavailable"`)
}

// R5: the examples of the demo's templates make a finished picture.
func TestDemoCouponsAreValid(t *testing.T) {
	h := newHarness(t)
	for _, d := range demo.Catalog() {
		meta := d.Meta()
		for _, f := range meta.Fields {
			if f.Coupon {
				res := h.do(request{method: get, path: "/api/v1/coupons/check?code=" + f.Sample, admin: true})
				require.Contains(t, res.Body.String(), `"outcome":"valid"`, d.Slug)
			}
		}
	}
}

func TestSignedAddresses(t *testing.T) {
	h := newHarness(t)
	res := h.do(request{method: post, path: "/api/v1/promos/links", admin: true, body: body("format", "png", "size", "wide")})
	require.Equal(t, http.StatusOK, res.Code, res.Body.String())
	var out struct {
		URL       string    `json:"url"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	require.NoError(t, json.Unmarshal(res.Body.Bytes(), &out))
	link, err := url.Parse(out.URL)
	require.NoError(t, err)
	open := func(path string) *httptest.ResponseRecorder { return h.do(request{method: get, path: path}) }

	img := open(link.RequestURI())
	require.Equal(t, http.StatusOK, img.Code, img.Body.String())
	require.Equal(t, "image/png", img.Header().Get("Content-Type"))
	seen := h.do(request{method: get, path: link.RequestURI(), header: map[string]string{"If-None-Match": img.Header().Get("ETag")}})
	require.Equal(t, http.StatusNotModified, seen.Code)

	for name, change := range map[string]func(url.Values){
		"a value":     func(q url.Values) { q.Set("v.headline", "Free money") },
		"the tenant":  func(q url.Values) { q.Set("o", h.theirs.tenant.ID) },
		"the expiry":  func(q url.Values) { q.Set("e", "99999999999") },
		"one more":    func(q url.Values) { q.Set("v.extra", "x") },
		"a twin":      func(q url.Values) { q.Add("t", "their-coupon") },
		"a signature": func(q url.Values) { q.Del("s") },
	} {
		q := link.Query()
		change(q)
		require.Equal(t, http.StatusNotFound, open(link.Path+"?"+q.Encode()).Code, name)
	}
	require.Equal(t, http.StatusNotFound, open("/i/promo.jpg?"+link.RawQuery).Code, "another format")
	visitor := h.do(request{method: get, path: "/i/promo.jpg?" + link.RawQuery, header: map[string]string{"Accept": "text/html,*/*"}})
	require.Equal(t, http.StatusNotFound, visitor.Code)
	require.Contains(t, visitor.Body.String(), "Ask whoever sent you the link")

	var detail struct {
		Backgrounds map[string]struct {
			URL string `json:"url"`
		} `json:"backgrounds"`
	}
	res = h.do(request{method: get, path: "/api/v1/templates/gold-coupon", admin: true})
	require.NoError(t, json.Unmarshal(res.Body.Bytes(), &detail))
	file := detail.Backgrounds["square"].URL
	require.Equal(t, http.StatusOK, open(file).Code)
	require.Equal(t, http.StatusNotFound, open(strings.Replace(file, "/backgrounds/", "/uploads/", 1)).Code)
	require.Equal(t, http.StatusNotFound, open(strings.Split(file, "?")[0]).Code)
	require.Equal(t, http.StatusNotFound, open(strings.Replace(file, h.ours.tenant.ID, h.theirs.tenant.ID, 1)).Code)
}
