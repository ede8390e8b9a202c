package text_test

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/promostack/promostack/internal/base/text"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

const vectorsFile = "testdata/vectors.json"

// vectors are what both languages make of texts.
type vectors struct {
	Same      [][]string `json:"same"`      // texts of a group are equal
	Different [][]string `json:"different"` // no two of a group are
	Texts     []vector   `json:"texts"`
}

type vector struct {
	Text    string `json:"text"`
	Clean   string `json:"clean"`
	Running string `json:"running"`
	Code    string `json:"code"`
	Lower   string `json:"lower"`
	Fold    string `json:"fold"`
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	data, err := os.ReadFile(vectorsFile)
	require.NoError(t, err)
	var v vectors
	require.NoError(t, json.Unmarshal(data, &v))
	require.NotEmpty(t, v.Texts)
	return v
}

func TestVectors(t *testing.T) {
	v := readVectors(t)
	for i, want := range v.Texts {
		got := vector{want.Text, text.Clean(want.Text), text.Running(want.Text), text.Code(want.Text), text.Lower(want.Text), text.Fold(want.Text)}
		if *update {
			v.Texts[i] = got
			continue
		}
		require.Equal(t, want, got, "%+q", want.Text)
	}
	for _, group := range v.Same {
		for _, other := range group[1:] {
			require.True(t, text.Equal(group[0], other), "%+q %+q: %+q %+q", group[0], other, text.Fold(group[0]), text.Fold(other))
		}
	}
	for _, group := range v.Different {
		for i, a := range group {
			for _, b := range group[:i] {
				require.False(t, text.Equal(a, b), "%+q %+q", a, b)
			}
		}
	}
	if *update {
		data, err := json.MarshalIndent(v, "", " ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(vectorsFile, append(ascii(data), '\n'), 0o644))
	}
}

// ascii escapes what an editor would not show.
func ascii(data []byte) []byte {
	var b strings.Builder
	for _, r := range string(data) {
		if r < 0x7f || unicode.IsLetter(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16Of(r) {
			b.WriteString(`\u`)
			b.WriteString(strings.ToLower(hex4(unit)))
		}
	}
	return []byte(b.String())
}

func utf16Of(r rune) []rune {
	if r < 0x10000 {
		return []rune{r}
	}
	r -= 0x10000
	return []rune{0xd800 + r>>10, 0xdc00 + r&0x3ff}
}

func hex4(r rune) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]})
}

// The tables agree with Unicode's properties.
func TestTablesAgreeWithUnicode(t *testing.T) {
	marksOfNumbers := &unicode.RangeTable{R16: []unicode.Range16{{0x600, 0x605, 1}, {0x6dd, 0x6dd, 1}, {0x70f, 0x70f, 1}, {0x890, 0x891, 1}, {0x8e2, 0x8e2, 1}},
		R32: []unicode.Range32{{0x110bd, 0x110bd, 1}, {0x110cd, 0x110cd, 1}, {0x13430, 0x1343f, 1}}} // Cf, and seen
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if r >= 0xd800 && r < 0xe000 {
			continue
		}
		s := "a" + string(r) + "b"
		ignorable := unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || unicode.Is(unicode.Cf, r) && !unicode.Is(marksOfNumbers, r)
		if ignorable {
			require.Equal(t, "ab", text.Clean(s), "U+%04X", r)
			require.Equal(t, "ab", text.Fold(s), "U+%04X", r)
			require.True(t, text.IsBlank(string(r)), "U+%04X", r)
		}
		if unicode.IsSpace(r) {
			require.Equal(t, "a b", text.Fold(s), "U+%04X", r)
			require.Empty(t, text.Clean(string(r)+" "), "U+%04X", r)
		}
		if unicode.Is(unicode.Cc, r) {
			require.NotContains(t, text.Clean(s), string(r))
			if r != '\n' {
				require.NotContains(t, text.Running(s), string(r))
			}
		}
	}
}

func TestBytesThatAreNoText(t *testing.T) {
	require.Equal(t, "a\uFFFDb", text.Clean("a\xff\xfeb"))
	require.Equal(t, "a\uFFFDb", text.Running("a\xc3b"))
	require.Equal(t, "a\uFFFDb", text.Fold("A\xed\xa0\x80B"))
}

func FuzzText(f *testing.F) {
	for _, v := range readVectors(f).Texts {
		f.Add(v.Text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, running, folded, code := text.Clean(s), text.Running(s), text.Fold(s), text.Code(s)
		require.Equal(t, clean, text.Clean(clean), "Clean again changes nothing")
		require.Equal(t, running, text.Running(running), "Running again changes nothing")
		require.Equal(t, folded, text.Fold(folded), "Fold again changes nothing: %+q", s)
		require.Equal(t, code, text.Code(code), "Code again changes nothing: %+q", s)
		require.Equal(t, folded, text.Fold(clean), "what Clean takes away, Fold doesn't see")
		require.Equal(t, folded, text.Fold(running))
		require.Equal(t, clean, text.Clean(running))
		require.Equal(t, text.IsBlank(s), running == "")
		for _, out := range []string{clean, running, folded, code} {
			require.True(t, utf8.ValidString(out))
			require.Equal(t, out, strings.ReplaceAll(norm.NFC.String(out), "\u034f", ""), "%+q", out)
			for _, r := range out {
				require.False(t, unicode.Is(unicode.Cc, r) && r != '\n', "%+q", out)
			}
		}
		for _, out := range []string{clean, folded, code} {
			require.NotContains(t, out, "\n")
			for _, r := range out {
				require.True(t, text.IsSpace(r) || !text.IsBlank(string(r)), "%+q holds U+%04X, which isn't seen", out, r)
			}
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for name, s := range map[string]string{"ascii": "please send me the gold signals", "wide": "Пришлите, пожалуйста, сигналы по золоту"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				text.Fold(s)
			}
		})
	}
}
