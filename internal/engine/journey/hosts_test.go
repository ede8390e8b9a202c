package journey

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/message"
)

// J4: which sites links under our name lead to is the definition's to say.
func TestHosts(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com":               "example.com",
		" https://Example.com:8443/a?b=1 ":  "example.com:8443",
		"https://example.com/{code}":        "example.com",
		"https://example.com?x={code}":      "example.com",
		"https://example.com{code}":         "", // it may go on: example.com.evil.example
		"https://{code}.example.com/":       "",
		"https://user:{code}@example.com/":  "",
		"{code}":                            "",
		"{code}://example.com/":             "",
		"https://example.com@evil.example/": "evil.example",
		"tg://resolve?domain=x":             "",
		"not an address":                    "",
	} {
		require.Equal(t, want, message.Host(address), address)
	}
	d := &Definition{WelcomeMessage: `<a href="https://welcome.example/x">hello</a>`, Steps: []Step{
		{Type: Message, Text: `<a href='https://text.example'>t</a> <a href="{link}">no</a>`, Buttons: [][]Button{{{Text: "b", URL: "https://button.example/{code}"}, {Text: "v", URL: "{link}"}}}},
		{Type: Question, RetryText: `<a href="https://retry.example">r</a>`, Choices: []Choice{{Text: "a", Value: "https://choice.example/a"}}},
	}}
	require.Equal(t, map[string]bool{"welcome.example": true, "text.example": true, "button.example": true, "retry.example": true, "choice.example": true}, d.Hosts())
}
