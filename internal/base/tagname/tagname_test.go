package tagname_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tagname"
)

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"vip": "vip", " VIP ": "vip", "Wants  Gold": "wants gold", "\ufeffVIP\u200b": "vip", "İstanbul": "istanbul", "ΠΕΛΑΤΗΣ": "πελατης", "πελάτης": "πελατης", "Ёлка": "елка", "don’t “x”": "don't 'x'", "♥️": "♥", "ÄÖ": "äö", strings.Repeat("É", 40): strings.Repeat("é", 40),
		"": "", " ": "", `a"b`: "", `a\b`: "", "a\nb": "", "a\tb": "", "a\x00": "", strings.Repeat("x", 41): "",
	} {
		got, ok := tagname.Clean(text)
		require.Equal(t, want != "", ok, "%q", text)
		if ok {
			require.Equal(t, want, got)
			again, _ := tagname.Clean(got)
			require.Equal(t, got, again)
		}
	}
	require.Equal(t, []string{"b", "a"}, tagname.List([]string{" B", "b", "", `"`, "A"}))
}
