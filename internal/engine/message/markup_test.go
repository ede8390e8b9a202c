package message

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// vector is a text of HTML as it is read. The dashboard's reader is held to the same file.
type vector struct {
	Markup, Text string
	Refused      string // how Telegram's words begin
	Entities     []Entity
}

func TestParse(t *testing.T) {
	data, err := os.ReadFile("testdata/markup.json")
	require.NoError(t, err)
	var vectors []vector
	require.NoError(t, json.Unmarshal(data, &vectors))
	for _, v := range vectors {
		require.Equal(t, v.Text, Plain(v.Markup), v.Markup)
		require.Equal(t, Units(v.Text), Length(v.Markup), v.Markup)
		text, entities, err := Parse(v.Markup)
		if v.Refused != "" {
			require.ErrorContains(t, err, v.Refused, v.Markup)
			require.NotEmpty(t, CheckMarkup(v.Markup), v.Markup)
			continue
		}
		require.NoError(t, err, v.Markup)
		require.Equal(t, v.Text, text, v.Markup)
		require.Equal(t, v.Entities, append([]Entity{}, entities...), v.Markup)
	}
}

func TestErrorsHaveAPlace(t *testing.T) {
	for markup, at := range map[string]int{"é <p>": 3, "x</b>": 1, "<b>x</i>": 4, "x<b>y": 1, "a &#xD800;": 2, "<i><a x='": 3, "x<tg-emoji emoji-id='y'>z</tg-emoji>": 1} {
		_, _, err := Parse(markup)
		refused := new(MarkupError)
		require.ErrorAs(t, err, &refused, markup)
		require.Equal(t, at, refused.Offset, markup)
	}
}

func TestCut(t *testing.T) {
	require.Equal(t, "ab", Cut("ab", 2))
	require.Equal(t, "a…", Cut("abc", 2))
	require.Equal(t, "…", Cut("😀😀", 2))
	require.Equal(t, "😀…", Cut("😀😀", 3))
	require.Equal(t, 5, Units("😀é\xffx"))
}
