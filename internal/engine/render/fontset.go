package render

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// fallbackFamily has the letters that a chosen font lacks.
const fallbackFamily = "inter"

// emUnits is what one em counts in the layout's integers: advances of every font are brought to
// 1/32768 em, sizes are quarter pixels, so a product of both is 1/131072 pixel.
const emUnits = 32768

// fontFormat is part of every font's hash: it changes when the published JSON does.
const fontFormat = "promostack-font-1"

// FontSet holds the faces that templates can name. It is made once and safe for concurrent use.
type FontSet struct {
	faces    []*face
	byName   map[string]*face // "inter/800"
	byHash   map[string]*face
	families []Family
}

// Family is one design with the weights that are there.
type Family struct {
	Family  string `json:"family"`
	Label   string `json:"label"`
	Kind    string `json:"kind"` // sans, condensed, serif, mono
	Weights []int  `json:"weights"`
}

// FontInfo is one face as the browser needs it.
type FontInfo struct {
	Family string `json:"family"`
	Label  string `json:"label"`
	Kind   string `json:"kind"`
	Weight int    `json:"weight"`
	Hash   string `json:"hash"`
	URL    string `json:"url"`
}

// face is one font file. Glyphs are read when first used and kept.
type face struct {
	info       FontInfo
	font       *sfnt.Font
	unitsPerEm int
	ascent     int // font units above the base line
	descent    int // font units below it
	upAscent   int64
	upDescent  int64
	fallback   *face // nil when this is a face of the fallback family
	glyphs     sync.Map
	json       func() ([]byte, error)
}

// glyph is one letter: its advance in 1/32768 em and its outline in font units, y downwards.
type glyph struct {
	code     rune
	advance  int64
	units    int // advance in font units
	segments sfnt.Segments
	bounds   bounds // of the outline, in font units
	stroke   func() []segment
}

type bounds struct{ minX, minY, maxX, maxY float32 }

// LoadFonts reads index.json and the TTF files that it names.
func LoadFonts(fsys fs.FS) (*FontSet, error) {
	data, err := fs.ReadFile(fsys, "index.json")
	if err != nil {
		return nil, fmt.Errorf("read the list of fonts: %w", err)
	}
	var index []struct {
		File, Family, Label, Kind string
		Weight                    int
	}
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, fmt.Errorf("read the list of fonts: %w", err)
	}
	set := &FontSet{byName: map[string]*face{}, byHash: map[string]*face{}}
	for _, e := range index {
		ttf, err := fs.ReadFile(fsys, e.File)
		if err != nil {
			return nil, fmt.Errorf("read the font %s: %w", e.File, err)
		}
		f, err := newFace(ttf, FontInfo{Family: e.Family, Label: e.Label, Kind: e.Kind, Weight: e.Weight})
		if err != nil {
			return nil, fmt.Errorf("read the font %s: %w", e.File, err)
		}
		set.add(f)
	}
	for _, f := range set.faces {
		if f.info.Family != fallbackFamily {
			f.fallback = set.nearest(fallbackFamily, f.info.Weight)
		}
	}
	if !set.hasFamily(fallbackFamily) {
		return nil, fmt.Errorf("the fonts lack the fallback family %q", fallbackFamily)
	}
	return set, nil
}

func newFace(ttf []byte, info FontInfo) (*face, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, err
	}
	upem := int(f.UnitsPerEm())
	metrics, err := f.Metrics(nil, fixed.I(upem), font.HintingNone)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	sum.Write([]byte(fontFormat))
	sum.Write(ttf)
	info.Hash = hex.EncodeToString(sum.Sum(nil)[:12])
	info.URL = "/fonts/" + info.Hash + ".json"
	fc := &face{info: info, font: f, unitsPerEm: upem, ascent: metrics.Ascent.Round(), descent: metrics.Descent.Round()}
	fc.upAscent, fc.upDescent = toEm(fc.ascent, upem), toEm(fc.descent, upem)
	fc.json = sync.OnceValues(fc.buildJSON)
	return fc, nil
}

// toEm brings font units to 1/32768 em, rounded half up.
func toEm(units, perEm int) int64 {
	n := int64(units)*emUnits*2 + int64(perEm)
	d := int64(perEm) * 2
	q := n / d
	if n%d < 0 {
		q--
	}
	return q
}

func (s *FontSet) add(f *face) {
	s.faces = append(s.faces, f)
	s.byName[fmt.Sprintf("%s/%d", f.info.Family, f.info.Weight)] = f
	s.byHash[f.info.Hash] = f
	for i := range s.families {
		if s.families[i].Family == f.info.Family {
			s.families[i].Weights = append(s.families[i].Weights, f.info.Weight)
			return
		}
	}
	s.families = append(s.families, Family{Family: f.info.Family, Label: f.info.Label, Kind: f.info.Kind, Weights: []int{f.info.Weight}})
}

func (s *FontSet) face(family string, weight int) *face {
	for _, f := range s.faces {
		if f.info.Weight == weight && f.info.Family == family {
			return f
		}
	}
	return nil
}

// nearest finds the face of a family whose weight is closest; the lighter one of two.
func (s *FontSet) nearest(family string, weight int) *face {
	var best *face
	for _, f := range s.faces {
		if f.info.Family != family {
			continue
		}
		if best == nil || abs(f.info.Weight-weight) < abs(best.info.Weight-weight) {
			best = f
		}
	}
	return best
}

func (s *FontSet) hasFamily(family string) bool { return s.nearest(family, 400) != nil }

// Families lists the designs in the order of the font index.
func (s *FontSet) Families() []Family {
	out := make([]Family, len(s.families))
	for i, f := range s.families {
		out[i] = f
		out[i].Weights = append([]int(nil), f.Weights...)
	}
	return out
}

// Manifest lists every face with its hash and the address of its outlines.
func (s *FontSet) Manifest() []FontInfo {
	out := make([]FontInfo, len(s.faces))
	for i, f := range s.faces {
		out[i] = f.info
	}
	return out
}

// JSON returns the outlines of the face with that hash as the browser reads them. The bytes are
// made once; a caller must not change them.
func (s *FontSet) JSON(hash string) ([]byte, bool) {
	f := s.byHash[hash]
	if f == nil {
		return nil, false
	}
	data, err := f.json()
	return data, err == nil
}

// glyph returns the letter for a code point, or nil when this face lacks it.
func (f *face) glyph(r rune) *glyph {
	if g, ok := f.glyphs.Load(r); ok {
		return g.(*glyph)
	}
	g := f.loadGlyph(r)
	if g == nil {
		return nil // not kept: strangers could fill the memory with letters that no font has
	}
	kept, _ := f.glyphs.LoadOrStore(r, g)
	return kept.(*glyph)
}

func (f *face) loadGlyph(r rune) *glyph {
	var buf sfnt.Buffer
	index, err := f.font.GlyphIndex(&buf, r)
	if err != nil || index == 0 {
		return nil
	}
	ppem := fixed.I(f.unitsPerEm)
	segments, err := f.font.LoadGlyph(&buf, index, ppem, nil)
	if err != nil {
		return nil
	}
	advance, err := f.font.GlyphAdvance(&buf, index, ppem, font.HintingNone)
	if err != nil {
		return nil
	}
	g := &glyph{code: r, units: advance.Round(), segments: append(sfnt.Segments(nil), segments...)}
	g.advance = toEm(g.units, f.unitsPerEm)
	g.bounds = boundsOf(g.segments)
	g.stroke = sync.OnceValue(func() []segment { return flatten(g.segments, float32(f.unitsPerEm)/400) })
	return g
}

func boundsOf(segments sfnt.Segments) bounds {
	var b bounds
	first := true
	for _, s := range segments {
		for _, p := range s.Args[:argCount(s.Op)] {
			x, y := float32(p.X)/64, float32(p.Y)/64
			if first {
				b, first = bounds{x, y, x, y}, false
				continue
			}
			b.minX, b.maxX = min(b.minX, x), max(b.maxX, x)
			b.minY, b.maxY = min(b.minY, y), max(b.maxY, y)
		}
	}
	return b
}

func argCount(op sfnt.SegmentOp) int {
	switch op {
	case sfnt.SegmentOpQuadTo:
		return 2
	case sfnt.SegmentOpCubeTo:
		return 3
	}
	return 1
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
