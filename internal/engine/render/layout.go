package render

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"golang.org/x/text/unicode/norm"
)

// Layout is where everything stands, in pixels at 1×: what the painters of both languages draw.
type Layout struct {
	Engine   int       `json:"engine"`
	Size     string    `json:"size"`
	Width    int       `json:"width"`
	Height   int       `json:"height"`
	Layers   []Placed  `json:"layers"`
	Warnings []Warning `json:"warnings"`
}

// Placed is one layer of a layout: a text, a slot for a picture, a QR code, or a shape.
type Placed struct {
	ID      string       `json:"id"`
	Type    LayerType    `json:"type"`
	Field   string       `json:"field,omitempty"`
	Opacity float64      `json:"opacity"`
	Text    *PlacedText  `json:"text,omitempty"`
	Slot    *PlacedSlot  `json:"slot,omitempty"`
	QR      *PlacedQR    `json:"qr,omitempty"`
	Shape   *PlacedShape `json:"shape,omitempty"`
}

// PlacedShape is a filled box; the radius of its corners is at most half of its shorter side.
type PlacedShape struct {
	Box    Box     `json:"box"`
	Color  string  `json:"color"`
	Radius float64 `json:"radius"`
}

// PlacedText is a text with the size that was found for it. A glyph's X and Y are its origin on
// the base line.
type PlacedText struct {
	Size   float64       `json:"size"`
	Lines  int           `json:"lines"`
	Color  string        `json:"color"`
	Shadow *Shadow       `json:"shadow,omitempty"`
	Stroke *Stroke       `json:"stroke,omitempty"`
	Fonts  []string      `json:"fonts"` // hashes that the glyphs refer to
	Glyphs []PlacedGlyph `json:"glyphs"`
	Emoji  []PlacedEmoji `json:"emoji,omitempty"`

	faces []*face
}

// PlacedGlyph is one letter: an index into Fonts, a code point, and its origin.
type PlacedGlyph struct {
	Font int     `json:"f"`
	Code rune    `json:"c"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`

	glyph *glyph
}

// PlacedEmoji is a square picture on whole pixels.
type PlacedEmoji struct {
	Key  string `json:"key"`
	X    int    `json:"x"`
	Y    int    `json:"y"`
	Side int    `json:"side"`
}

// PlacedSlot is the box of a logo or an image; FitRect says where a picture lands in it.
type PlacedSlot struct {
	Box    Box     `json:"box"`
	Fit    string  `json:"fit"`
	Align  string  `json:"align"`
	VAlign string  `json:"valign"`
	Radius float64 `json:"radius"`
}

// PlacedQR is a QR code: the whole box in Background, then squares of Module pixels in Color.
// Rows has one text of “0” and “1” per row, the quiet zone left out; X and Y are its corner.
type PlacedQR struct {
	Box        Box      `json:"box"`
	X          int      `json:"x"`
	Y          int      `json:"y"`
	Module     int      `json:"module"`
	Color      string   `json:"color"`
	Background string   `json:"background"`
	Rows       []string `json:"rows"`
}

// Codes of warnings: a text had to be broken inside a word or cut; words are drawn with another font than the
// template's, since that lacks letters of them.
const (
	WarningFit      = "text_fit_failed"
	WarningFallback = "font_fallback"
)

// Warning is something that a person should see although there is a picture.
type Warning struct {
	Layer   string `json:"layer"`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Layout places the values on one size of a template. It is a pure function. The error is
// fault.Invalid with one field per wrong value ("values.headline"), or fault.NotFound for a size
// that the template lacks.
func (e *Engine) Layout(t *Template, size string, values map[string]string) (*Layout, error) {
	s, ok := t.Size(size)
	if !ok {
		return nil, fault.New(fault.NotFound, "size_not_found", "The template “%s” has no size “%s”", t.Slug, fault.Shorten(size))
	}
	var problems fault.Fields
	bad := checkValues(t, values, &problems)
	out := &Layout{Engine: EngineVersion, Size: s.Name, Width: s.Width, Height: s.Height, Layers: []Placed{}, Warnings: []Warning{}}
	for i := range s.Layers {
		l := &s.Layers[i]
		if bad[l.Field] {
			continue
		}
		if l.When != "" && (bad[l.When] || isBlank(values[l.When])) {
			continue
		}
		placed, warnings, p := e.place(t, l, values)
		if p != nil {
			name := "values." + l.Field
			if l.Field == "" {
				name = fmt.Sprintf("sizes.%s.layers.%s", s.Name, l.ID)
			}
			problems.Add(name, p.code, "%s", p.message)
			bad[l.Field] = l.Field != ""
			continue
		}
		if placed != nil {
			out.Layers = append(out.Layers, *placed)
		}
		out.Warnings = append(out.Warnings, warnings...)
	}
	if err := problems.Err("values_invalid", "Some values can't be used"); err != nil {
		return nil, err
	}
	return out, nil
}

// checkValues checks what doesn't depend on a layer and returns the fields that are wrong.
func checkValues(t *Template, values map[string]string, problems *fault.Fields) map[string]bool {
	bad := map[string]bool{}
	for i := range t.Fields {
		f := &t.Fields[i]
		if p := f.check(values[f.Name]); p != nil {
			problems.Add("values."+f.Name, p.code, "%s", p.message)
			bad[f.Name] = true
		}
	}
	var unknown []string
	for name := range values {
		if _, ok := t.Field(name); !ok {
			unknown = append(unknown, name)
		}
	}
	sort.Strings(unknown)
	for _, name := range unknown {
		problems.Add("values."+fault.Shorten(name), "unknown_field", "The template has no field “%s”", fault.Shorten(name))
	}
	return bad
}

func (f *Field) check(value string) *problem {
	if len(value) > maxTextBytes {
		return &problem{"too_long", fmt.Sprintf("Is longer than %d characters", f.MaxLength)}
	}
	if p := checkText(value); p != nil {
		return p
	}
	if isBlank(value) {
		if f.Required {
			return &problem{"required", "A value is required"}
		}
		return nil
	}
	if count := utf8.RuneCountInString(norm.NFC.String(value)); f.MaxLength > 0 && count > f.MaxLength {
		return &problem{"too_long", fmt.Sprintf("Has %d characters; at most %d are allowed", count, f.MaxLength)}
	}
	if f.Kind == KindURL && !isWebAddress(value) {
		return &problem{"invalid_url", "Must be an address that begins with https:// or http://"}
	}
	return nil
}

// isBlank tells whether nothing of the value would be seen.
func isBlank(value string) bool {
	for _, r := range value {
		if !isSpace(r) && !isInvisible(r) && !isJoiner(r) && r != '\n' && r != '\r' && r != '\v' && r != '\f' &&
			r != 0x85 && r != 0x2028 && r != 0x2029 && r != 0xA0 && r != 0x202F && r != 0x2007 {
			return false
		}
	}
	return true
}

// isWebAddress is deliberately simple, so that both languages agree on it.
func isWebAddress(value string) bool {
	scheme, rest, ok := strings.Cut(value, "://")
	if scheme = text.Lower(scheme); scheme != "https" && scheme != "http" {
		return false
	}
	if !ok || rest == "" || strings.HasPrefix(rest, "/") {
		return false
	}
	for _, r := range rest {
		if r <= ' ' || isSpace(r) || isInvisible(r) || r == '"' || r == '<' || r == '>' || r == '\\' {
			return false
		}
	}
	return true
}

// place lays out one layer; all three results are nil for a layer that has nothing to show.
func (e *Engine) place(t *Template, l *Layer, values map[string]string) (*Placed, []Warning, *problem) {
	placed := &Placed{ID: l.ID, Type: l.Type, Field: l.Field, Opacity: l.Opacity}
	if l.Opacity == 0 {
		placed.Opacity = 1
	}
	switch l.Type {
	case LayerText:
		parts := []part{{text: l.Text}}
		if l.Field != "" {
			if isBlank(values[l.Field]) {
				return nil, nil, nil
			}
			parts = []part{{text: l.Prefix + values[l.Field] + l.Suffix}}
			if isCode(t, l) {
				parts = []part{{text: l.Prefix}, {values[l.Field], true}, {text: l.Suffix}}
			}
		}
		warnings, p := e.placeText(t, l, parts, placed)
		if p != nil || placed.Text == nil {
			return nil, nil, p
		}
		return placed, warnings, nil
	case LayerShape:
		placed.Shape = &PlacedShape{Box: l.Box, Color: l.Color, Radius: l.Radius}
		return placed, nil, nil
	case LayerQR:
		if isBlank(values[l.Field]) {
			return nil, nil, nil
		}
		p := placeQR(l, norm.NFC.String(values[l.Field]), placed)
		return placed, nil, p
	case LayerImage:
		if isBlank(values[l.Field]) {
			return nil, nil, nil
		}
	}
	placed.Slot = &PlacedSlot{Box: l.Box, Fit: l.Fit, Align: l.Align, VAlign: l.VAlign, Radius: l.Radius}
	return placed, nil, nil
}

// isCode tells that a layer shows a coupon code.
func isCode(t *Template, l *Layer) bool {
	f, found := t.Field(l.Field)
	return found && f.Coupon
}

func (e *Engine) placeText(t *Template, l *Layer, parts []part, placed *Placed) ([]Warning, *problem) {
	for _, part := range parts {
		if p := checkText(part.text); p != nil {
			return nil, p
		}
	}
	text, p := prepare(e.fonts, e.emoji, l, t.Language, parts...)
	if p != nil {
		return nil, p
	}
	f := e.fonts.face(l.Font, l.Weight)
	fit := newFitter(l, f, text.units)
	if len(fit.units) == 0 {
		return nil, nil
	}
	q, lines, ok := fit.fit()
	placed.Text = fit.positions(l, q, lines)
	if !ok && isCode(t, l) && lines[len(lines)-1].ellipsis {
		return nil, &problem{"code_cut", "Is too long for its space, and a code is never cut"}
	}
	label := l.ID
	if field, found := t.Field(l.Field); found {
		label = field.Label
	}
	var warnings []Warning
	if text.lacks != 0 {
		warnings = append(warnings, Warning{Layer: l.ID, Field: l.Field, Code: WarningFallback,
			Message: fmt.Sprintf("“%s”: %s has no “%c”, so %s stands in", label, f.info.Label, text.lacks, f.fallback.info.Label)})
	}
	if !ok {
		warnings = append(warnings, Warning{Layer: l.ID, Field: l.Field, Code: WarningFit,
			Message: fmt.Sprintf("“%s” does not fit its space, even at the smallest size", label)})
	}
	return warnings, nil
}

// positions turns lines into pixels: x on 1/64 pixel, base lines and emoji on whole pixels.
func (t *fitter) positions(l *Layer, q int64, lines []line) *PlacedText {
	out := &PlacedText{Size: float64(q) / 4, Lines: len(lines), Color: l.Color, Shadow: l.Shadow, Stroke: l.Stroke,
		Fonts: []string{}, Glyphs: make([]PlacedGlyph, 0, len(t.units))}
	left, top := floorScaled(l.Box.X, 64)*subPerPx64, floorScaled(l.Box.Y, 64)*subPerPx64
	top += offset(l.VAlign, t.height64*subPerPx64-t.blockHeight(len(lines))*q)
	for i, line := range lines {
		baseline := (top + (t.ascent+int64(i)*t.lineHeight)*q + 2*emUnits) >> 17
		x := left + offset(l.Align, t.width64*subPerPx64-line.width*q)
		for j := line.from; j < line.to; j++ {
			out.place(t.units[j], x, baseline, q)
			x += (t.units[j].advance + t.letterSpace) * q
		}
		if line.hyphen {
			out.place(t.hyphen(line.to), x, baseline, q)
		}
		if line.ellipsis {
			out.place(t.ellipsis(), x, baseline, q)
		}
	}
	return out
}

func (p *PlacedText) place(u unit, x, baseline, q int64) {
	switch u.kind {
	case unitGlyph:
		p.Glyphs = append(p.Glyphs, PlacedGlyph{Font: p.fontIndex(u.face), Code: u.glyph.code,
			X: float64(x>>11) / 64, Y: float64(baseline), glyph: u.glyph})
	case unitEmoji:
		p.Emoji = append(p.Emoji, PlacedEmoji{Key: u.emoji, X: int((x + 2*emUnits) >> 17),
			Y: int(baseline - (q*emojiAbove+2*emUnits)>>17), Side: int((q*emojiSide + 2*emUnits) >> 17)})
	}
}

func (p *PlacedText) fontIndex(f *face) int {
	for i, known := range p.faces {
		if known == f {
			return i
		}
	}
	p.faces = append(p.faces, f)
	p.Fonts = append(p.Fonts, f.info.Hash)
	return len(p.faces) - 1
}

// offset is where a block begins that leaves room free in its box; floors when it is halved.
func offset(align string, room int64) int64 {
	switch align {
	case "center", "middle":
		return room >> 1
	case "right", "bottom":
		return room
	}
	return 0
}

func floorInt(v float64) int64 { return int64(math.Floor(v)) }
