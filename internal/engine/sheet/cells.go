package sheet

import (
	"bytes"
	"regexp"
	"strings"

	typed "github.com/promostack/promostack/internal/base/text"
)

// withoutTextFormulas makes "=" before a quote at the start of a cell nothing: ="0035" is how people keep a
// spreadsheet program from taking the text 0035 for a number.
func withoutTextFormulas(text []byte, separator byte) []byte {
	if !bytes.Contains(text, []byte(`="`)) {
		return text
	}
	out := make([]byte, 0, len(text))
	quoted, start := false, true
	for i, c := range text {
		if start && !quoted && c == '=' && i+1 < len(text) && text[i+1] == '"' {
			continue
		}
		if c == '"' {
			quoted = !quoted
		}
		start = c == separator || c == '\n' || c == '\r'
		out = append(out, c)
	}
	return out
}

// meant is what a person means with a cell: the text of a formula that is only a text, and without the
// apostrophe that Harmless put before it.
func meant(cell string) string {
	if text, ok := strings.CutPrefix(cell, `="`); ok && strings.HasSuffix(text, `"`) {
		text = strings.TrimSuffix(text, `"`)
		if plain := strings.ReplaceAll(text, `""`, ""); !strings.Contains(plain, `"`) {
			return strings.ReplaceAll(text, `""`, `"`)
		}
	}
	if text, ok := strings.CutPrefix(cell, "'"); ok && isDangerous(text) {
		return text
	}
	return cell
}

// programErrors are what spreadsheet programs show for a formula that failed, in the languages that
// translate it.
var programErrors = regexp.MustCompile(`^\s*(?:#+|Err:\d{3}|#(?:` +
	`N/A|NA|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA|ERROR!|` +
	`NV|BEZUG!|WERT!|ZAHL!|ÜBERLAUF!|` + // German
	`VALEUR!|NOM\?|NOMBRE!|NUL!|` + // French
	`N/D|¡REF!|¡VALOR!|¡DIV/0!|¿NOMBRE\?|¡NUM!|¡NULO!|` + // Spanish
	`RIF!|VALORE!|NOME\?|VALOR!|NÚM!|NULO!|` + // Italian, Portuguese
	`Н/Д|ССЫЛКА!|ЗНАЧ!|ДЕЛ/0!|ИМЯ\?|ЧИСЛО!|ПУСТО!|` + // Russian
	`ARG!|ADR!|NAZWA\?|LICZBA!|ZERO!|` + // Polish
	`YOK|BAŞV!|DEĞER!|SAYI/0!|AD\?|SAYI!|BOŞ!))\s*$`) // Turkish

// IsError tells whether a cell holds what a spreadsheet program shows for a formula that failed, such as
// #N/A, or for a number that is too wide for its column, such as ####.
func IsError(cell string) bool {
	const longest = 24 // bytes, with a margin
	return len(cell) <= longest && programErrors.MatchString(cell) && typed.Clean(cell) != "#"
}
