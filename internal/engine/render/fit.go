package render

// The fit: the largest size, a multiple of a quarter pixel between the layer's limits, at which the
// text, wrapped greedily at spaces and where else a line may break, has at most max_lines lines and stays within the box. Greedy
// wrapping isn't strictly monotonic, so the three sizes above the binary search's answer are tried
// too. At the smallest size an over-long word breaks between letters, and what is too much is cut
// with an ellipsis. All in integers: lengths in 1/64 pixel, em in 1/32768, sizes in 1/4 pixel.

// subPerPx64 is how many of the smallest lengths (1/131072 px) make 1/64 pixel.
const subPerPx64 = 4 * emUnits / 64

// fitter holds a layer's limits in integers.
type fitter struct {
	words       []word // of all paragraphs, in order
	units       []unit
	face        *face // the layer's own
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

// word is units[from:to], between two places where a line may break; paragraph says that a new line
// begins before it. An empty word stands for an empty paragraph.
type word struct {
	from, to  int
	width     int64 // 1/32768 em, letter spaces between its units included
	paragraph bool
	joined    lineBreak // how it hangs on the word before; breakNever stands for a space between
}

// line is a run of units with its width; the spaces between words are units[i] of kind unitSpace.
type line struct {
	from, to int
	width    int64
	hyphen   bool // drawn at its end
	ellipsis bool
}

func newFitter(l *Layer, f *face, units []unit) *fitter {
	t := &fitter{
		units:       units,
		face:        f,
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
	start, paragraph, joined := 0, true, breakNever
	for i := 0; i <= len(t.units); i++ {
		end := i == len(t.units)
		space := !end && (t.units[i].kind == unitSpace || t.units[i].kind == unitNewline)
		if !end && !space {
			if after := t.units[i].after; after != breakNever {
				t.words = append(t.words, word{from: start, to: i + 1, width: t.measure(start, i+1), paragraph: paragraph, joined: joined})
				start, paragraph, joined = i+1, false, after
			}
			continue
		}
		if i > start || paragraph && (end || t.units[i].kind == unitNewline) {
			t.words = append(t.words, word{from: start, to: i, width: t.measure(start, i), paragraph: paragraph, joined: joined})
			paragraph = false
		}
		if !end && t.units[i].kind == unitNewline {
			paragraph = true
		}
		start, joined = i+1, breakNever
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

// wrap breaks greedily; ok is false when a word, the lines or the height are too much.
func (t *fitter) wrap(q int64) (lines []line, ok bool) {
	for i := 0; i < len(t.words); {
		l, next := t.fill(line{}, i, q)
		if next == i {
			return nil, false
		}
		if lines = append(lines, l); len(lines) > t.maxLines {
			return nil, false
		}
		i = next
	}
	return lines, t.fitsHeight(len(lines), q)
}

// fill adds words from i on to a line that has begun, or is empty, as many as fit. A line that ends at a
// soft hyphen needs the room for a hyphen. It returns the line, and the first word that is not on it.
func (t *fitter) fill(begun line, i int, q int64) (best line, next int) {
	best, next = begun, i
	now := begun
	for empty := begun.to == begun.from; i < len(t.words); i++ {
		w := t.words[i]
		if empty {
			now = line{from: w.from, to: w.to, width: w.width}
		} else {
			if w.paragraph {
				break
			}
			now.to, now.width = w.to, now.width+t.gap(w)+w.width
		}
		empty = false
		if !t.fitsWidth(now.width, q) {
			break
		}
		full := now
		if i+1 < len(t.words) && t.words[i+1].joined == breakHyphen {
			full.hyphen = true
			if full.width += t.letterSpace + t.hyphen(w.to).advance; !t.fitsWidth(full.width, q) {
				continue
			}
		}
		best, next = full, i+1
	}
	return best, next
}

// gap is what stands between a word and the one before on its line.
func (t *fitter) gap(w word) int64 {
	if w.joined != breakNever {
		return t.letterSpace
	}
	return t.letterSpace + t.space + t.letterSpace
}

// hyphen is what is drawn behind units[:to] when a line ends there.
func (t *fitter) hyphen(to int) unit {
	f := t.face
	if u := t.units[to-1]; u.kind == unitGlyph {
		f = u.face
	}
	if f = f.find('-'); f == nil {
		return unit{kind: unitSpace, advance: t.space}
	}
	g := f.glyph('-')
	return unit{kind: unitGlyph, code: '-', face: f, glyph: g, advance: g.advance}
}

// force wraps with over-long words broken between letters, and cuts what is too much.
func (t *fitter) force(q int64) []line {
	var lines []line
	for i := 0; i < len(t.words); {
		if l, next := t.fill(line{}, i, q); next > i {
			lines, i = append(lines, l), next
			continue
		}
		w := t.words[i]
		for from := w.from; from < w.to; {
			to := from + 1
			for to < w.to && t.fitsWidth(t.measure(from, to+1), q) {
				to++
			}
			lines = append(lines, line{from: from, to: to, width: t.measure(from, to)})
			from = to
		}
		if i++; i < len(t.words) && len(lines) > 0 {
			lines[len(lines)-1], i = t.fill(lines[len(lines)-1], i, q)
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
	l.ellipsis, l.hyphen = true, false
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
