package telegram

import (
	"encoding/json"
	"net/url"
	"strings"

	html "github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/config"
)

// maxButtons is how many buttons a keyboard may have.
const maxButtons = 100

// markup is what a message has below it: an inline keyboard, or another keyboard as it was given.
type markup struct {
	inline *inline
	other  string // JSON
}

// readMarkup checks the parameter reply_markup.
func (p params) readMarkup() (markup, error) {
	raw := strings.TrimSpace(p.text("reply_markup"))
	if raw == "" || raw == "null" {
		return markup{}, nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(raw), &object); err != nil {
		var other any
		if json.Unmarshal([]byte(raw), &other) == nil {
			return markup{}, bad("object expected as reply markup")
		}
		return markup{}, bad("can't parse reply keyboard markup JSON object")
	}
	rows, isInline := object["inline_keyboard"]
	switch {
	case isInline:
		keyboard, err := readInline(rows)
		return markup{inline: keyboard}, err
	case object["keyboard"] != nil:
		if err := checkKeyboard(object["keyboard"]); err != nil {
			return markup{}, err
		}
	case object["remove_keyboard"] == nil && object["force_reply"] == nil && len(object) > 0:
		return markup{}, bad("object expected as reply markup")
	case len(object) == 0:
		return markup{}, nil
	}
	return markup{other: raw}, nil
}

func readInline(raw json.RawMessage) (*inline, error) {
	var rows [][]json.RawMessage
	if json.Unmarshal(raw, &rows) != nil {
		return nil, bad("field \"inline_keyboard\" must be an Array of Arrays")
	}
	keyboard, count := &inline{}, 0
	for _, row := range rows {
		var buttons []button
		for _, raw := range row {
			b, err := readButton(raw)
			if err != nil {
				return nil, err
			}
			buttons = append(buttons, b)
		}
		if len(buttons) > 0 { // an empty row is left out
			keyboard.Rows = append(keyboard.Rows, buttons)
		}
		if count += len(buttons); count > maxButtons {
			return nil, bad("reply markup is too long")
		}
	}
	if count == 0 {
		return nil, nil
	}
	return keyboard, nil
}

func readButton(raw json.RawMessage) (button, error) {
	var b button
	var has map[string]json.RawMessage
	if json.Unmarshal(raw, &has) != nil {
		return b, bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, bad("can't parse inline keyboard button: a field has the wrong type")
	}
	if has["text"] == nil {
		return b, bad("can't parse inline keyboard button: Can't find field \"text\"")
	}
	if strings.TrimSpace(b.Text) == "" {
		return b, bad("BUTTON_TEXT_INVALID")
	}
	// Of several actions the first counts, as with the real service.
	kept := button{Text: b.Text, Style: b.Style}
	switch {
	case b.URL != "":
		if reason := wrongURL(b.URL); reason != "" {
			return b, bad("inline keyboard button URL '%s' is invalid: %s", b.URL, reason)
		}
		kept.URL = b.URL
	case has["callback_data"] != nil:
		if len(b.Data) < 1 || len(b.Data) > 64 {
			return b, bad("BUTTON_DATA_INVALID")
		}
		kept.Data = b.Data
	case b.Pay:
		kept.Pay = true
	case b.Switch != nil:
		kept.Switch = b.Switch
	case b.Here != nil:
		kept.Here = b.Here
	case b.WebApp != nil:
		kept.WebApp = b.WebApp
	case b.Login != nil:
		kept.Login = b.Login
	case b.Copy != nil:
		kept.Copy = b.Copy
	default:
		return b, bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	return kept, nil
}

// wrongURL says why a button can't lead to an address, or nothing.
func wrongURL(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "Wrong HTTP URL"
	case u.Scheme == "tg" || u.Scheme == "ton":
		return ""
	case u.Scheme != "http" && u.Scheme != "https" && strings.Contains(address, "://"):
		return "Unsupported URL protocol"
	case u.Scheme == "" && html.CheckedLink(address) != "":
		return ""
	case u.Hostname() == "":
		return "URL host is empty"
	case !strings.ContainsAny(u.Hostname(), ".:"):
		return "Wrong HTTP URL" // localhost, for instance
	}
	return ""
}

func checkKeyboard(raw json.RawMessage) error {
	var rows [][]json.RawMessage
	if json.Unmarshal(raw, &rows) != nil {
		return bad("field \"keyboard\" must be an Array of Arrays")
	}
	count := 0
	for _, row := range rows {
		for _, raw := range row {
			var text string
			var object struct{ Text string }
			if json.Unmarshal(raw, &text) != nil && json.Unmarshal(raw, &object) != nil {
				return bad("can't parse keyboard button: KeyboardButton must be a String or an Object")
			}
			if strings.TrimSpace(text+object.Text) == "" {
				return bad("can't parse keyboard button: Text is empty")
			}
			count++
		}
	}
	if count == 0 || count > 300 {
		return bad("reply markup is too long")
	}
	return nil
}

// has reports whether a keyboard has a button with this data.
func (k *inline) has(data string) bool {
	if k == nil {
		return false
	}
	for _, row := range k.Rows {
		for _, b := range row {
			if b.Data == data {
				return true
			}
		}
	}
	return false
}

// choices are the buttons that a synthetic person presses: those with data, and those that lead to
// this machine.
func (k *inline) choices() []button {
	if k == nil {
		return nil
	}
	var out []button
	for _, row := range k.Rows {
		for _, b := range row {
			if u, err := url.Parse(b.URL); b.Data != "" || b.URL != "" && err == nil && config.LoopbackName(u.Hostname()) {
				out = append(out, b)
			}
		}
	}
	return out
}
