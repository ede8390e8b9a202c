package sheet

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf "golang.org/x/text/encoding/unicode"

	"github.com/promostack/promostack/internal/base/fault"
	typed "github.com/promostack/promostack/internal/base/text"
)

// byteOrderMark may stand at the start of a text, once or more.
const byteOrderMark = '\ufeff'

// Encoding is one way in which files are written.
type Encoding struct {
	Name  string // as in HTML, where that has it
	Label string // what people see
	codec encoding.Encoding
}

// Encodings are all that NewReader reads, the commoner before the rarer of those for a script.
func Encodings() []Encoding { return slices.Clone(encodings) }

const utf8Name, utf16le, utf16be = "utf-8", "utf-16le", "utf-16be"

var encodings = []Encoding{
	{utf8Name, "Unicode (UTF-8)", encoding.Nop},
	{utf16le, "Unicode (UTF-16)", utf.UTF16(utf.LittleEndian, utf.IgnoreBOM)},
	{utf16be, "Unicode (UTF-16, big-endian)", utf.UTF16(utf.BigEndian, utf.IgnoreBOM)},
	{"windows-1252", "Western (Windows-1252)", charmap.Windows1252},
	{"windows-1250", "Central European (Windows-1250)", charmap.Windows1250},
	{"windows-1251", "Cyrillic (Windows-1251)", charmap.Windows1251},
	{"windows-1254", "Turkish (Windows-1254)", charmap.Windows1254},
	{"windows-1253", "Greek (Windows-1253)", charmap.Windows1253},
	{"windows-1257", "Baltic (Windows-1257)", charmap.Windows1257},
	{"windows-1258", "Vietnamese (Windows-1258)", charmap.Windows1258},
	{"windows-1255", "Hebrew (Windows-1255)", charmap.Windows1255},
	{"windows-1256", "Arabic (Windows-1256)", charmap.Windows1256},
	{"windows-874", "Thai (Windows-874)", charmap.Windows874},
	{"iso-8859-2", "Central European (ISO 8859-2)", charmap.ISO8859_2},
	{"iso-8859-15", "Western (ISO 8859-15)", charmap.ISO8859_15},
	{"macintosh", "Western (Mac)", charmap.Macintosh},
	{"x-mac-cyrillic", "Cyrillic (Mac)", charmap.MacintoshCyrillic},
	{"koi8-r", "Cyrillic (KOI8-R)", charmap.KOI8R},
	{"ibm850", "Western (MS-DOS)", charmap.CodePage850},
	{"ibm852", "Central European (MS-DOS)", charmap.CodePage852},
	{"ibm866", "Cyrillic (MS-DOS)", charmap.CodePage866},
	{"shift_jis", "Japanese (Shift JIS)", japanese.ShiftJIS},
	{"gb18030", "Simplified Chinese (GB 18030)", simplifiedchinese.GB18030},
	{"big5", "Traditional Chinese (Big5)", traditionalchinese.Big5},
	{"euc-kr", "Korean (EUC-KR)", korean.EUCKR},
}

func encodingCalled(name string) (Encoding, bool) {
	i := slices.IndexFunc(encodings, func(e Encoding) bool { return typed.Equal(e.Name, name) })
	if i < 0 {
		return Encoding{}, false
	}
	return encodings[i], true
}

// decode returns the file as UTF-8 without byte order marks.
func decode(data []byte, name string) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		return nil, fault.InvalidField(field, "not_csv", "This is a spreadsheet program's own file").
			WithRemedy("Save it as “CSV UTF-8” there and send that")
	}
	given := name != ""
	if !given {
		name = seen(data)
	}
	e, ok := encodingCalled(name)
	if !ok {
		return nil, fault.InvalidField("encoding", "unknown", "There is no encoding %q", fault.Shorten(name)).
			WithRemedy("Name one like utf-8, utf-16le or windows-1252")
	}
	if e.Name == utf8Name {
		if !utf8.Valid(data) {
			return nil, fault.InvalidField(field, "encoding", "Line %d is not UTF-8 text", firstWrongLine(data)).
				WithRemedy("Save the file as “CSV UTF-8”, or say in which encoding it is")
		}
	} else {
		out, err := e.codec.NewDecoder().Bytes(data)
		if err != nil {
			return nil, notText()
		}
		if bytes.ContainsRune(out, utf8.RuneError) {
			if !given {
				return nil, notText()
			}
			return nil, fault.InvalidField("encoding", "does_not_match", "The file is not in the encoding %s", e.Name).WithRemedy("Choose another")
		}
		data = out
	}
	for {
		rest, ok := bytes.CutPrefix(data, []byte(string(byteOrderMark)))
		if !ok {
			break
		}
		data = rest
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, notText()
	}
	return data, nil
}

// seen is the encoding that is seen from the bytes: UTF-16 has a byte order mark, or zeros in one half of
// its bytes alone, and all else is to be UTF-8.
func seen(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return utf16le
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return utf16be
	}
	var zeros [2]int // at even and odd places
	for i, c := range data {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case len(data)%2 != 0:
	case zeros[0] == 0 && zeros[1] > 0:
		return utf16le
	case zeros[1] == 0 && zeros[0] > 0:
		return utf16be
	}
	return utf8Name
}

func firstWrongLine(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[n:]
	}
	return line
}

func notText() error {
	return fault.InvalidField(field, "not_csv", "The file is not text").WithRemedy("Save it as “CSV UTF-8” and send that")
}

// Reading is how a file would read in one encoding.
type Reading struct {
	Encoding Encoding
	Lines    []string // some of those with letters that other encodings read otherwise
}

// Bounds of what is shown of a file in each encoding.
const (
	likelyCount = 6
	likelyLines = 3
	likelyBytes = 8 << 10 // that are judged
	likelyShown = 80      // letters of a line
)

// Likely lists how a file that is not Unicode may be meant, the likeliest first. A person knows the words and
// can choose, where a program can only guess. It is empty for a file in Unicode.
func Likely(data []byte) []Reading {
	if seen(data) != utf8Name || utf8.Valid(data) {
		return nil
	}
	excerpt := telling(data)
	type judged struct {
		Reading
		text  string
		score int
	}
	var all []judged
	for _, e := range encodings[3:] {
		out, err := e.codec.NewDecoder().Bytes(excerpt)
		score, ok := plausible(string(out))
		if err != nil || !ok || slices.ContainsFunc(all, func(j judged) bool { return j.text == string(out) }) {
			continue
		}
		all = append(all, judged{Reading{Encoding: e}, string(out), score})
	}
	slices.SortStableFunc(all, func(a, b judged) int { return b.score - a.score })
	var list []Reading
	for _, j := range all[:min(likelyCount, len(all))] {
		for line := range strings.Lines(j.text) {
			if line = typed.Clean(line); line != "" && len(j.Lines) < likelyLines {
				if letters := []rune(line); len(letters) > likelyShown {
					line = string(letters[:likelyShown]) + "…"
				}
				j.Lines = append(j.Lines, line)
			}
		}
		list = append(list, j.Reading)
	}
	return list
}

// telling collects lines with bytes that are not ASCII.
func telling(data []byte) []byte {
	var out []byte
	for line := range bytes.Lines(data) {
		if bytes.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) {
			out = append(out, line[:min(len(line), likelyBytes-len(out))]...)
		}
		if len(out) >= likelyBytes {
			break
		}
	}
	return out
}

var scripts = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Hebrew, unicode.Arabic, unicode.Thai,
	unicode.Hangul, unicode.Hiragana, unicode.Katakana}

func scriptOf(r rune) int {
	return slices.IndexFunc(scripts, func(t *unicode.RangeTable) bool { return unicode.Is(t, r) })
}

// plausible judges a reading by its letters: words are of one script, capitals begin them, and a Latin
// word is mostly plain letters. What holds bytes that the encoding has no letter for is none.
func plausible(text string) (score int, ok bool) {
	before := ' '
	for _, r := range text {
		switch {
		case r == utf8.RuneError, r >= 0x7f && r < 0xa0, unicode.Is(unicode.Co, r):
			return 0, false
		case r < utf8.RuneSelf && before < utf8.RuneSelf:
		case unicode.IsLetter(r) && unicode.IsLetter(before):
			switch {
			case unicode.Is(unicode.Han, r) || unicode.Is(unicode.Han, before):
				score++
			case scriptOf(r) != scriptOf(before):
				score -= 3
			case unicode.IsUpper(r) && unicode.IsLower(before):
				score -= 3
			case unicode.Is(unicode.Latin, r) && r >= utf8.RuneSelf && before >= utf8.RuneSelf:
				score -= 2
			default:
				score += 2
			}
		case unicode.IsLetter(r) && r >= utf8.RuneSelf:
			score++
		case r >= utf8.RuneSelf && !strings.ContainsRune("€£°§«»„“”‘’–—…•№ß®™©\u00a0", r) && !unicode.Is(unicode.M, r):
			score -= 2 // signs that nobody types
		}
		before = r
	}
	return score, true
}
