package render

// The fit: the largest size, a multiple of a quarter pixel between the layer's limits, at which the
// text, wrapped greedily at spaces, has at most max_lines lines and stays within the box. Greedy
// wrapping isn't strictly monotonic, so the three sizes above the binary search's answer are tried
// too. At the smallest size an over-long word breaks between letters, and what is too much is cut
// with an ellipsis. All in integers: lengths in 1/64 pixel, em in 1/32768, sizes in 1/4 pixel.

// subPerPx64 is how many of the smallest lengths (1/131072 px) make 1/64 pixel.
const subPerPx64 = 4 * emUnits / 64

// fitter holds a layer's limits in integers.
type fitter struct {
	words       []word // of all paragraphs, in order
	units       []unit
	letterSpace int64 // 1/32768 em, after each unit but a line's last
	space       int64 // advance of a space
	lineHeight  int64
	ascent      int64
	descent     int64
	width64     int64 // of the box, 1/64 px
	height64    int64
	maxLines    int
	minQ, maxQ  int64 // sizes in quarter pixels
}

// word is units[from:to]; paragraph says that a new line begins before it. An empty word stands
// for an empty paragraph.
type word struct {
	from, to  int
	width     int64 // 1/32768 em, letter spaces between its units included
	paragraph bool
}

// line is a run of units with its width; the spaces between words are units[i] of kind unitSpace.
type line struct {
	from, to int
	width    int64
	ellipsis bool
}

func newFitter(l *Layer, f *face, units []unit) *fitter {
	t := &fitter{
		units:       units,
		letterSpace: floorScaled(l.LetterSpacing, emUnits),
		space:       spaceUnit(f, ' ').advance,
		lineHeight:  floorScaled(l.LineHeight, emUnits),
		ascent:      f.upAscent,
		descent:     f.upDescent,
		width64:     floorScaled(l.Box.Width, 64),
		height64:    floorScaled(l.Box.Height, 64),
		maxLines:    max(1, l.MaxLines),
		minQ:        max(1, ceilQuarter(l.MinSize)),
		maxQ:        max(1, floorQuarter(l.MaxSize)),
	}
	t.minQ = min(t.minQ, t.maxQ)
	t.split()
	return t
}

// split finds the words. Runs of spaces count as one; spaces at the ends of paragraphs vanish, and
// so do empty paragraphs at the text's ends.
func (t *fitter) split() {
	t.units = collapse(t.units)
	start, paragraph := 0, true
	for i := 0; i <= len(t.units); i++ {
		end := i == len(t.units)
		if !end && t.units[i].kind != unitSpace && t.units[i].kind != unitNewline {
			continue
		}
		if i > start || paragraph && (end || t.units[i].kind == unitNewline) {
			t.words = append(t.words, word{from: start, to: i, width: t.measure(start, i), paragraph: paragraph})
			paragraph = false
		}
		if !end && t.units[i].kind == unitNewline {
			paragraph = true
		}
		start = i + 1
	}
}

func collapse(units []unit) []unit {
	out := units[:0:0]
	for _, u := range units {
		last := unitNewline
		if len(out) > 0 {
			last = out[len(out)-1].kind
		}
		switch {
		case u.kind == unitSpace && (last == unitSpace || last == unitNewline):
			continue
		case u.kind == unitNewline && len(out) == 0:
			continue
		case u.kind == unitNewline && last == unitSpace:
			out = out[:len(out)-1]
		}
		out = append(out, u)
	}
	for len(out) > 0 && (out[len(out)-1].kind == unitSpace || out[len(out)-1].kind == unitNewline) {
		out = out[:len(out)-1]
	}
	return out
}

func (t *fitter) measure(from, to int) int64 {
	var w int64
	for i := from; i < to; i++ {
		if i > from {
			w += t.letterSpace
		}
		w += t.units[i].advance
	}
	return w
}

// fit returns the size in quarter pixels, the lines, and whether everything fitted.
func (t *fitter) fit() (q int64, lines []line, ok bool) {
	if _, ok := t.wrap(t.minQ); !ok {
		lines := t.force(t.minQ)
		return t.minQ, lines, false
	}
	low, high := t.minQ, t.maxQ
	for low < high {
		middle := (low + high + 1) / 2
		if _, ok := t.wrap(middle); ok {
			low = middle
		} else {
			high = middle - 1
		}
	}
	best := low
	for q := low + 1; q <= low+3 && q <= t.maxQ; q++ {
		if _, ok := t.wrap(q); ok {
			best = q
		}
	}
	lines, _ = t.wrap(best)
	return best, lines, true
}

func (t *fitter) fitsWidth(width, q int64) bool { return width*q <= t.width64*subPerPx64 }

func (t *fitter) fitsHeight(lines int, q int64) bool {
	return t.blockHeight(lines)*q <= t.height64*subPerPx64
}

func (t *fitter) blockHeight(lines int) int64 {
	return int64(lines-1)*t.lineHeight + t.ascent + t.descent
}

// wrap breaks greedily at spaces; ok is false when a word, the lines or the height are too much.
func (t *fitter) wrap(q int64) (lines []line, ok bool) {
	for _, w := range t.words {
		if !t.fitsWidth(w.width, q) {
			return nil, false
		}
		lines = t.place(lines, w, q)
		if len(lines) > t.maxLines {
			return nil, false
		}
	}
	return lines, t.fitsHeight(len(lines), q)
}

// place appends a word to the last line, or to a new one when it is too long for that.
func (t *fitter) place(lines []line, w word, q int64) []line {
	if len(lines) > 0 && !w.paragraph {
		last := &lines[len(lines)-1]
		width := last.width + t.letterSpace + t.space + t.letterSpace + w.width
		if t.fitsWidth(width, q) {
			last.to, last.width = w.to, width
			return lines
		}
	}
	return append(lines, line{from: w.from, to: w.to, width: w.width})
}

// force wraps with over-long words broken between letters, and cuts what is too much.
func (t *fitter) force(q int64) []line {
	var lines []line
	for _, w := range t.words {
		if t.fitsWidth(w.width, q) {
			lines = t.place(lines, w, q)
			continue
		}
		for from := w.from; from < w.to; {
			to := from + 1
			for to < w.to && t.fitsWidth(t.measure(from, to+1), q) {
				to++
			}
			lines = append(lines, line{from: from, to: to, width: t.measure(from, to)})
			from = to
		}
	}
	room := 1
	for room < t.maxLines && t.fitsHeight(room+1, q) {
		room++
	}
	if len(lines) > room {
		lines = lines[:room]
		t.cut(&lines[room-1], q)
	}
	return lines
}

// cut shortens a line until an ellipsis fits after it.
func (t *fitter) cut(l *line, q int64) {
	ellipsis := t.ellipsis().advance
	l.ellipsis = true
	for l.to > l.from {
		if t.units[l.to-1].kind != unitSpace {
			width := t.measure(l.from, l.to) + t.letterSpace + ellipsis
			if t.fitsWidth(width, q) {
				l.width = width
				return
			}
		}
		l.to--
	}
	l.width = ellipsis
}

func (t *fitter) ellipsis() unit {
	for _, u := range t.units {
		if u.kind != unitGlyph {
			continue
		}
		if f := u.face.find('…'); f != nil {
			g := f.glyph('…')
			return unit{kind: unitGlyph, face: f, glyph: g, advance: g.advance}
		}
	}
	return unit{kind: unitSpace, advance: t.space}
}

// floorScaled brings a length to integers, rounded half up. The products are exact in both
// languages: scale is a power of two. The conversion keeps Go from fusing it with the addition.
func floorScaled(v float64, scale int64) int64 {
	return floorInt(float64(v*float64(scale)) + 0.5)
}

func ceilQuarter(v float64) int64  { return -floorInt(-float64(v * 4)) }
func floorQuarter(v float64) int64 { return floorInt(v * 4) }
