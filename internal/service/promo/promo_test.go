package promo

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

func TestHashNamesEverythingThatDecidesOnThePixels(t *testing.T) {
	want := testJob().hash()
	require.Equal(t, want, testJob().hash())
	for name, change := range map[string]func(*job){
		"version": func(j *job) { j.version.ID = "v2" },
		"size":    func(j *job) { j.Size = "wide" },
		"scale":   func(j *job) { j.Scale = 2 },
		"format":  func(j *job) { j.Format = FormatPNG },
		"value":   func(j *job) { j.Values["a"] = "2" },
		"field":   func(j *job) { j.Values = map[string]string{"b": "1"} },
		"shifted": func(j *job) { j.Values = map[string]string{"a1": ""} },
		"logo":    func(j *job) { f := j.files[""]; f.SHA256 = "y"; j.files[""] = f },
		"no logo": func(j *job) { delete(j.files, "") },
	} {
		j := testJob()
		change(j)
		require.NotEqual(t, want, j.hash(), name)
	}
}

func testService(t *testing.T, now time.Time) *Service {
	t.Helper()
	ring, err := secrets.NewRing("one-0123456789-abcdefghijklmnop-QRSTUVWXYZ")
	require.NoError(t, err)
	objects, err := objectstore.New(objectstore.Config{Endpoint: "http://127.0.0.1:1", Region: "r", Bucket: "b", AccessKey: "a", SecretKey: "s"})
	require.NoError(t, err)
	public, err := url.Parse("https://promo.example.com")
	require.NoError(t, err)
	return New(Options{Ring: ring, Objects: objects, PublicURL: public, Now: func() time.Time { return now }})
}

func TestAddressesHoldAndExpire(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s := testService(t, now)
	file, err := url.Parse(s.FileURL("tenants/t/uploads/ä b.png", "0123456789abcdef"))
	require.NoError(t, err)
	key := strings.TrimPrefix(file.Path, "/files/")
	require.Equal(t, "tenants/t/uploads/ä b.png", key)
	require.NoError(t, s.verify(filePurpose, key, file.Query()))
	require.Error(t, s.verify(filePurpose, "tenants/t/uploads/other.png", file.Query()))
	require.Equal(t, file.String(), testService(t, now.Add(time.Hour)).FileURL(key, "0123456789abcdef"), "stable for a day, so that caches work")
	require.NoError(t, testService(t, now.Add(23*time.Hour)).verify(filePurpose, key, file.Query()))
	err = testService(t, now.Add(fileLife)).verify(filePurpose, key, file.Query())
	require.True(t, fault.Is(err, fault.NotFound))
	require.ErrorContains(t, err, "expired")

	want := Request{Template: "gold-coupon", Values: map[string]string{"headline": "Sparen & mehr = 35 % ✨", "code": "GOLD35"}, Format: FormatPNG, Scale: 2, Size: "story", Logo: LogoNone}
	address, expires := s.RenderURL("tenant-1", want)
	link, err := url.Parse(address)
	require.NoError(t, err)
	owner, got, err := s.ParseRenderURL(strings.TrimPrefix(link.Path, "/i/"), link.Query())
	require.NoError(t, err)
	require.Equal(t, "tenant-1", owner)
	require.Equal(t, want, got)
	_, _, err = testService(t, expires.Add(time.Second)).ParseRenderURL("promo.png", link.Query())
	require.ErrorContains(t, err, "expired")
	// A file's signature opens no image, and the other way round.
	require.Error(t, s.verify(filePurpose, "promo.png", link.Query()))
}

func FuzzParseRenderURL(f *testing.F) {
	f.Add("promo.jpg", "t=gold-coupon&s=x&e=1")
	f.Add("promo.png", "s=&e=99999999999&x=2")
	ring, err := secrets.NewRing("one-0123456789-abcdefghijklmnop-QRSTUVWXYZ")
	require.NoError(f, err)
	s := &Service{o: Options{Ring: ring, Now: time.Now}}
	f.Fuzz(func(t *testing.T, file, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		if _, _, err := s.ParseRenderURL(file, q); err == nil {
			t.Fatal("accepted an address that nobody signed")
		}
	})
}

func TestWorkInMemoryIsBounded(t *testing.T) {
	s := testService(t, time.Now())
	free, err := s.reserve(t.Context(), maxMemory-1<<20)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = s.reserve(ctx, 2<<20)
	require.True(t, fault.Is(err, fault.Unavailable))
	free()
	free, err = s.reserve(t.Context(), 10*maxMemory)
	require.NoError(t, err, "what is larger than everything still gets its turn")
	free()
}

func TestWarningsAreASCII(t *testing.T) {
	got := WarningsJSON([]render.Warning{{Layer: "l", Field: "f", Code: render.WarningFit, Message: "“ä” ✨\n"}})
	for _, r := range got {
		require.True(t, r >= 0x20 && r < 0x7f, got)
	}
	require.Contains(t, got, `\u201c\u00e4\u201d`)
	require.Equal(t, "[]", WarningsJSON(nil))
}

func testJob() *job {
	return &job{
		Request: Request{Size: "square", Scale: 1, Format: FormatJPEG, Values: map[string]string{"a": "1"}},
		version: &models.TemplateVersion{ID: "v1"},
		files:   map[string]models.Background{"": {SHA256: "x"}},
	}
}
