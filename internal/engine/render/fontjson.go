package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// fontJSON is what the browser lays out and draws with: advances and outlines in font units, y
// downwards; the outline is SVG path data. The layout's fallback face is named by its hash.
type fontJSON struct {
	Hash       string                     `json:"hash"`
	Family     string                     `json:"family"`
	Weight     int                        `json:"weight"`
	UnitsPerEm int                        `json:"units_per_em"`
	Ascent     int                        `json:"ascent"`
	Descent    int                        `json:"descent"`
	Fallback   string                     `json:"fallback,omitempty"`
	Glyphs     map[string]json.RawMessage `json:"glyphs"` // code point → [advance, path]
}

// lastCode bounds the search for the letters of a font; what lies beyond the planes 0 and 1 are
// ideographs and tags, which no bundled font has.
const lastCode = 0x1FFFF

func (f *face) buildJSON() ([]byte, error) {
	out := fontJSON{Hash: f.info.Hash, Family: f.info.Family, Weight: f.info.Weight, UnitsPerEm: f.unitsPerEm,
		Ascent: f.ascent, Descent: f.descent, Glyphs: map[string]json.RawMessage{}}
	if f.fallback != nil {
		out.Fallback = f.fallback.info.Hash
	}
	var path bytes.Buffer
	var buf sfnt.Buffer
	for r := rune(0x20); r <= lastCode; r++ {
		if index, err := f.font.GlyphIndex(&buf, r); err != nil || index == 0 || !drawable(r) {
			continue
		}
		g := f.glyph(r)
		if g == nil {
			continue
		}
		path.Reset()
		writePath(&path, g.segments)
		out.Glyphs[strconv.Itoa(int(r))] = json.RawMessage(fmt.Sprintf(`[%d,%q]`, g.units, path.String()))
	}
	data, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write the outlines of %s %d: %w", f.info.Family, f.info.Weight, err)
	}
	return data, nil
}

// writePath writes an outline as SVG path data in font units. Implied points may lie on halves.
func writePath(b *bytes.Buffer, segments sfnt.Segments) {
	open := false
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if open {
				b.WriteByte('Z')
			}
			open = true
			b.WriteByte('M')
		case sfnt.SegmentOpLineTo:
			b.WriteByte('L')
		case sfnt.SegmentOpQuadTo:
			b.WriteByte('Q')
		case sfnt.SegmentOpCubeTo:
			b.WriteByte('C')
		}
		for i, p := range s.Args[:argCount(s.Op)] {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(units(p.X))
			b.WriteByte(' ')
			b.WriteString(units(p.Y))
		}
	}
	if open {
		b.WriteByte('Z')
	}
}

func units(v fixed.Int26_6) string {
	return strconv.FormatFloat(math.Round(float64(v)/64*100)/100, 'f', -1, 64)
}
