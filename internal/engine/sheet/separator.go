package sheet

import (
	"bytes"
	"io"
)

// firstLine is the header as bytes, as far as its first line end outside quotes.
func firstLine(text []byte) []byte {
	quoted := false
	for i, c := range text {
		switch c {
		case '"':
			quoted = !quoted
		case '\n', '\r':
			if !quoted {
				return text[:i]
			}
		}
	}
	return text
}

// tooWide is the line of the first record with that many separators outside quotes; 0 is none.
func tooWide(text []byte, separator byte, most int) int {
	quoted, line, from, n := false, 1, 1, 0
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '\n' || c == '\r' && (i+1 == len(text) || text[i+1] != '\n')):
			line++
			from, n = line, 0
		case c == separator && !quoted:
			if n++; n >= most {
				return from
			}
		}
	}
	return 0
}

// splitSeparator takes off Excel's own first line "sep=;", which says what stands between the columns and
// is no row of the table; 0 where there is none.
func splitSeparator(text []byte) (rest []byte, separator byte) {
	const mark = "sep="
	line := firstLine(text)
	named := bytes.Trim(line, `" `)
	if len(named) != len(mark)+1 || !bytes.EqualFold(named[:len(mark)], []byte(mark)) {
		return text, 0
	}
	if separator = named[len(mark)]; separator != '\t' && (separator <= ' ' || separator > '~' || separator == '"') {
		return text, 0
	}
	rest = text[len(line):]
	if after, ok := bytes.CutPrefix(rest, []byte("\r\n")); ok {
		return after, separator
	}
	return rest[min(1, len(rest)):], separator
}

// separatorOf finds what stands between the columns where no line says so: the header names columns, and
// the sign that divides it most often outside quotes is the one.
func separatorOf(text []byte) byte {
	counts := map[byte]int{}
	quoted := false
	for _, c := range firstLine(text) {
		switch c {
		case '"':
			quoted = !quoted
		case ',', ';', '\t':
			if !quoted {
				counts[c]++
			}
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

// lines turns the line ends of old Macs (a lone CR) into the ones that the parser knows; it keeps
// the number of bytes, so that positions stay true.
type lines struct {
	data []byte
	at   int
}

// Read implements io.Reader.
func (l *lines) Read(p []byte) (int, error) {
	if l.at == len(l.data) {
		return 0, io.EOF
	}
	n := copy(p, l.data[l.at:])
	for i := range n {
		next := l.at + i + 1
		if p[i] == '\r' && (next == len(l.data) || l.data[next] != '\n') {
			p[i] = '\n'
		}
	}
	l.at += n
	return n, nil
}
