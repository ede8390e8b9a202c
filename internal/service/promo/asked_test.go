package promo

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/base/assets"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/models"
)

// agreeable is a CRM to which every code is good. It keeps the one that it was asked about last.
type agreeable struct{ asked string }

func (a *agreeable) RoundTrip(r *http.Request) (*http.Response, error) {
	_, escaped, _ := strings.Cut(r.URL.EscapedPath(), "/coupons/")
	var err error
	if a.asked, err = url.PathUnescape(escaped); err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]string{"code": a.asked, "status": "active"})
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(body)))}, err
}

// couponTemplate has a code in one layer of random looks.
func couponTemplate(random *rand.Rand) render.Template {
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	return render.Template{Schema: 1, Slug: "t", Name: "T", Category: "test", Language: pick("", "tr", "el"),
		Fields: []render.Field{{Name: "code", Label: "Code", Kind: render.KindText, Coupon: true, MaxLength: 64}},
		Sizes: []render.Size{{Name: "one", Label: "One", Width: 1000, Height: 1000, Background: "one.png", Layers: []render.Layer{{
			ID: "code", Type: render.LayerText, Field: "code", Case: pick("none", "upper", "lower", "title"), Font: pick("inter", "jetbrains-mono"), Weight: 400,
			Prefix: pick("", "Use ", "i", "e\u0301", "gold"), Suffix: pick("", " now", "35"),
			Box:     render.Box{X: 10, Y: 10, Width: float64(20 + random.IntN(400)), Height: float64(20 + random.IntN(900))},
			MinSize: 12, MaxSize: float64(12 + random.IntN(90)), MaxLines: 1 + random.IntN(2)}}}}}
}

// What the CRM was asked about is what is drawn, to the byte, or nothing is drawn (P6).
func TestTheCodeThatWasCheckedIsTheOneThatIsDrawn(t *testing.T) {
	fonts, err := render.LoadFonts(assets.Fonts())
	require.NoError(t, err)
	emoji, err := render.LoadEmoji(assets.Emoji())
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(35, 1))
	letters := []rune("GOLD35gold-_.ıİiIßŉǰΐςσёаяéüﬁ³⁵½ＧＯ\u0301\u0307\u00ad\u200b\ufeff\u200d\ufe0f\u202e \t\n\x00/“♥日")
	drawn, refused := 0, map[string]int{}
	for range 3000 {
		asked := &agreeable{}
		client, err := crm.New(crm.Config{BaseURL: "https://crm.example.com", Key: "k", ProductID: "p", Transport: asked})
		require.NoError(t, err)
		s := New(Options{Engine: render.NewEngine(fonts, emoji), Fonts: fonts, Emoji: emoji, Coupons: client, Now: time.Now})
		typed := make([]rune, 1+random.IntN(12))
		for i := range typed {
			typed[i] = letters[random.IntN(len(letters))]
		}
		template := couponTemplate(random)
		meta, err := json.Marshal(template)
		require.NoError(t, err)
		j, err := s.jobOf(Request{Values: map[string]string{"code": string(typed)}}, &models.TemplateVersion{ID: fmt.Sprint(random.Uint64()), Meta: meta})
		require.NoError(t, err)
		layout, err := s.o.Engine.Layout(j.template, j.Size, j.Values)
		if err == nil {
			err = s.checkCoupons(t.Context(), j, By{Source: SourceLink})
		}
		if err != nil {
			for _, field := range fault.From(err).Fields {
				require.NotEmpty(t, field.Message)
				refused[field.Code]++
			}
			continue
		}
		if len(layout.Layers) == 0 {
			require.Empty(t, asked.asked, "nothing is drawn, and nothing was asked about %+q", string(typed))
			continue
		}
		var shown strings.Builder
		for _, glyph := range layout.Layers[0].Text.Glyphs {
			shown.WriteRune(glyph.Code)
		}
		if len(layout.Layers[0].Text.Emoji) > 0 {
			continue // drawn as a picture
		}
		require.NotEmpty(t, asked.asked)
		require.Contains(t, shown.String(), asked.asked, "%+q", string(typed))
		require.Equal(t, asked.asked, j.Values["code"], "what is sent and recorded")
		drawn++
	}
	require.Greater(t, drawn, 500, refused)
	require.Greater(t, refused["code_cut"], 10)
	require.Greater(t, refused["coupon_invalid"], 10)
}
