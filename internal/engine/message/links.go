package message

import (
	"net/url"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	typed "github.com/promostack/promostack/internal/base/text"
)

// MaxAddress is how long an address may be, in bytes.
const MaxAddress = 2048

func isWeb(address string) bool {
	u, err := url.Parse(typed.Clean(address))
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// RewriteLinks gives each web address of a text of HTML to link, and puts what it returns in its
// place: so clicks are counted.
func RewriteLinks(text string, link func(url string) string) string {
	var b strings.Builder
	at := 0
	for _, a := range links(text) {
		if a.quoted && isWeb(a.value) {
			b.WriteString(text[at:a.from])
			b.WriteString(Escape(strings.ReplaceAll(link(a.value), "'", "%27")))
			at = a.to
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

// RewriteLinks does the same with the addresses of buttons. The keyboard itself stays.
func (k Keyboard) RewriteLinks(link func(url string) string) Keyboard {
	if k == nil {
		return nil
	}
	rows := make(Keyboard, len(k))
	for i, row := range k {
		rows[i] = append([]Button(nil), row...)
		for j := range row {
			if isWeb(row[j].URL) {
				rows[i][j].URL = link(row[j].URL)
			}
		}
	}
	return rows
}

// links are the addresses of a text's links.
func links(text string) []attr {
	var out []attr
	for t, ok := nextTag(text, 0); ok; t, ok = nextTag(text, t.to) {
		for _, a := range t.attrs {
			if t.name == "a" && a.name == "href" {
				out = append(out, a)
			}
		}
	}
	return out
}

// Addresses are the addresses of a text's links.
func Addresses(text string) []string {
	var out []string
	for _, a := range links(text) {
		if a.quoted {
			out = append(out, a.value)
		}
	}
	return out
}

// Host is the site of a web address, with its port; empty when it is none, or when placeholders have a say in
// which site it is.
func Host(address string) string {
	text := typed.Clean(address)
	if list := Placeholders(text); len(list) > 0 {
		text = text[:list[0].From]
		_, rest, ok := strings.Cut(text, "://")
		if !ok || !strings.ContainsAny(rest, "/?#") {
			return ""
		}
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return typed.Lower(u.Host)
}

// CheckAddress says what is wrong with an address, or nothing. Placeholders may stand in it.
func CheckAddress(address string) string {
	text := typed.Clean(address)
	if list := Placeholders(text); len(list) > 0 {
		if list[0].From == 0 {
			return "" // a whole address, known when it is sent
		}
		text = Fill(text, Address, func(string) string { return "x" })
	}
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "Write the address, for instance https://example.com"
	case err != nil || strings.ContainsAny(text, " \t\n\"<>"):
		return "“" + fault.Shorten(address) + "” is no address; write one like https://example.com"
	case u.Scheme == "tg":
		return ""
	case u.Scheme != "http" && u.Scheme != "https":
		return "“" + fault.Shorten(address) + "” must begin with https://, http:// or tg://"
	case u.Hostname() == "":
		return "“" + fault.Shorten(address) + "” names no site; write one like https://example.com"
	case len(text) > MaxAddress:
		return "The address is too long; shorten it"
	}
	return ""
}
