package archive

import (
	"path"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxName is the longest name of an entry without its extension, in bytes: what every file system
// takes.
const maxName = 120

// reserved are names that Windows gives to devices.
var reserved = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}

// SafeName makes a file's name of any text, without its extension: one that leads nowhere else
// (no folders, no drive, no "..") and that every system can write. Text of which nothing is left
// gives "".
func SafeName(text string) string {
	text = norm.NFC.String(strings.ToValidUTF8(text, ""))
	var b strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r), unicode.IsSpace(r):
			r = '-'
		case !unicode.IsPrint(r), unicode.Is(unicode.Cf, r): // also what turns the direction of text
			continue
		}
		if b.Len()+len(string(r)) > maxName {
			break
		}
		b.WriteRune(r)
	}
	name := strings.Trim(b.String(), "-. ")
	stem, _, _ := strings.Cut(strings.ToLower(name), ".") //nolint:forbidigo // Windows compares its names so
	if reserved[stem] || len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")) {
		name = "_" + name
	}
	return name
}

// Names gives each entry of an archive a name of its own, compared as systems do that don't tell
// capitals apart.
type Names struct{ taken map[string]bool }

// NewNames returns names of which none is taken but those given.
func NewNames(taken ...string) *Names {
	n := &Names{taken: map[string]bool{}}
	for _, t := range taken {
		n.taken[fold(t)] = true
	}
	return n
}

// Unique returns the name with the extension, and with a number before it when it is taken.
func (n *Names) Unique(name, ext string) string {
	full := name + ext
	for i := 2; n.taken[fold(full)]; i++ {
		full = name + "-" + strconv.Itoa(i) + ext
	}
	n.taken[fold(full)] = true
	return path.Base(full)
}

func fold(name string) string { return strings.ToLower(norm.NFKC.String(name)) } //nolint:forbidigo // as file systems compare names
