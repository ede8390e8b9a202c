package telegram

import (
	"strconv"
	"strings"
	"unicode"

	html "github.com/promostack/promostack/internal/engine/message"
)

// parseHTML turns markup into text and entities. Its error is the answer.
func parseHTML(in string) (string, []entity, error) {
	text, read, err := html.Parse(in)
	if err != nil {
		return "", nil, bad("can't parse entities: %s", err)
	}
	var entities []entity
	for _, e := range read {
		out := entity{Type: string(e.Type), Offset: e.Offset, Length: e.Length, URL: e.URL, Language: e.Language, EmojiID: e.EmojiID}
		if e.UserID != 0 {
			out.User = &user{ID: e.UserID, FirstName: strconv.FormatInt(e.UserID, 10)}
		}
		entities = append(entities, out)
	}
	return text, entities, nil
}

// units counts a text as Telegram does.
func units(text string) int { return html.Units(text) }

// trimmed takes white space from both ends, and the entities with it.
func trimmed(text string, entities []entity) (string, []entity) {
	short := strings.TrimRightFunc(text, unicode.IsSpace)
	left := strings.TrimLeftFunc(short, unicode.IsSpace)
	cut := units(short) - units(left)
	total := units(left)
	var kept []entity
	for _, e := range entities {
		from, to := max(0, e.Offset-cut), min(total, e.Offset+e.Length-cut)
		if to > from {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	return left, kept
}
