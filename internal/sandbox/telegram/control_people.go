package telegram

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// usernameForm is what a username looks like.
var usernameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{3,31}$`)

func cut(pattern string) (method, path string, ok bool) { return strings.Cut(pattern, " ") }

// BotView is a bot as the control shows it; its token is shown once, when it is made.
type BotView struct {
	ID               int64   `json:"id"`
	Username         string  `json:"username"`
	FirstName        string  `json:"first_name"`
	Token            string  `json:"token,omitempty"`
	PerSecond        float64 `json:"per_second"`
	PerChatPerSecond float64 `json:"per_chat_per_second"`
	Burst            int     `json:"burst"`
	PerGroup         int     `json:"per_group_per_minute"`
	Webhook          string  `json:"webhook"`
	Pending          int     `json:"pending_update_count"`
	ErrorText        string  `json:"last_error_message"`
}

func (s *Service) listBots(r *http.Request) (any, error) {
	out := page[BotView]{Items: []BotView{}}
	err := s.do(r.Context(), func(t *tx) error {
		return t.each(`SELECT id, username, first_name, per_second, per_chat, burst, per_group, webhook, error_text, (SELECT count(*) FROM updates WHERE bot = bots.id)
			FROM bots ORDER BY id`, nil, func(scan func(...any) error) error {
			var b BotView
			err := scan(&b.ID, &b.Username, &b.FirstName, &b.PerSecond, &b.PerChatPerSecond, &b.Burst, &b.PerGroup, &b.Webhook, &b.ErrorText, &b.Pending)
			b.Webhook = tokenInside.ReplaceAllString(b.Webhook, "•••")
			out.Items = append(out.Items, b)
			return err
		})
	})
	return out, err
}

func (s *Service) makeBot(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		Username  string `json:"username"`
		FirstName string `json:"first_name"`
	}](r)
	if err != nil {
		return nil, err
	}
	if !usernameForm.MatchString(in.Username) || !strings.HasSuffix(strings.ToLower(in.Username), "bot") {
		return nil, fault.InvalidField("username", "malformed", "A bot's username has 5 to 32 letters, digits and underscores and ends in bot")
	}
	if in.FirstName == "" {
		in.FirstName = in.Username
	}
	var out BotView
	err = s.do(r.Context(), func(t *tx) error {
		if taken, err := botNamed(t, in.Username); err != nil || taken != nil {
			return orFault(err, fault.InvalidField("username", "taken", "There is already a bot %s", in.Username))
		}
		var last int64
		if _, err := t.get("SELECT max(?, coalesce((SELECT max(id) FROM bots WHERE id >= ?), 0) + 1)", []any{firstBot, firstBot}, &last); err != nil {
			return err
		}
		out = BotView{ID: last, Username: in.Username, FirstName: in.FirstName, Token: newToken(last), PerSecond: usualPerSecond, PerChatPerSecond: usualPerChat, PerGroup: usualPerGroup}
		return addBot(t, Bot{Token: out.Token, Username: in.Username, FirstName: in.FirstName})
	})
	return out, err
}

func (s *Service) listCommands(r *http.Request) (any, error) {
	out := page[command]{Items: []command{}}
	err := s.do(r.Context(), func(t *tx) error {
		b, err := theBot(t, r.URL.Query().Get("bot"))
		if err != nil {
			return err
		}
		var body string
		// A person sees the list of the narrowest scope; private chats are what is played here.
		found, err := t.get(`SELECT body FROM commands WHERE bot = ? AND scope IN ('{"type":"all_private_chats"}', '{"type":"default"}') AND language IN (?, '')
			ORDER BY scope, language = '' LIMIT 1`, []any{b.ID, r.URL.Query().Get("language")}, &body)
		if err != nil || !found {
			return err
		}
		return json.Unmarshal([]byte(body), &out.Items)
	})
	return out, err
}

func (s *Service) listUsers(r *http.Request) (any, error) {
	out := page[user]{Items: []user{}}
	err := s.do(r.Context(), func(t *tx) error {
		return t.each("SELECT id, first_name, last_name, coalesce(username, ''), language FROM users WHERE crowd = 0 ORDER BY id", nil, func(scan func(...any) error) error {
			var u user
			err := scan(&u.ID, &u.FirstName, &u.LastName, &u.Username, &u.LanguageCode)
			out.Items = append(out.Items, u)
			return err
		})
	})
	return out, err
}

func (s *Service) makeUser(r *http.Request) (any, error) {
	in, err := control.Bind[newUser](r)
	if err != nil {
		return nil, err
	}
	if err := in.check().Err("user", "This person can't be made"); err != nil {
		return nil, err
	}
	var u user
	err = s.do(r.Context(), func(t *tx) error {
		u, err = addPerson(t, &in)
		return err
	})
	return u, err
}

// act is what most controls begin with: a bot and a person.
type act struct {
	Bot  string `json:"bot"`
	User int64  `json:"user"`
}

func (s *Service) postMessage(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		act
		Text string `json:"text"`
	}](r)
	if err != nil {
		return nil, err
	}
	in.Text = strings.TrimSpace(in.Text)
	if n := units(in.Text); n < 1 || n > maxText {
		return nil, fault.InvalidField("text", "malformed", "A message has 1 to %d characters", maxText)
	}
	return s.say(r, in.act, func(*tx, *bot) (message, error) { return message{Text: in.Text}, nil })
}

// say sends a bot the message that content makes, as from the person.
func (s *Service) say(r *http.Request, who act, content func(*tx, *bot) (message, error)) (any, error) {
	var m message
	err := s.do(r.Context(), func(t *tx) error {
		b, u, err := both(t, who.Bot, who.User)
		if err == nil {
			m, err = content(t, b)
		}
		if err == nil {
			m, err = s.says(t, b, u, m)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"message_id": m.ID}, nil
}

func (s *Service) postCallback(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		act
		MessageID int64  `json:"message_id"`
		Data      string `json:"data"`
	}](r)
	if err != nil {
		return nil, err
	}
	var id string
	err = s.do(r.Context(), func(t *tx) error {
		b, u, err := both(t, in.Bot, in.User)
		if err != nil {
			return err
		}
		id, err = s.presses(t, b, u, in.MessageID, in.Data)
		return err
	})
	return map[string]any{"callback_query_id": id}, err
}

// readCallback reports whether a press was answered, and how.
func (s *Service) readCallback(r *http.Request) (any, error) {
	var out struct {
		Answered bool            `json:"answered"`
		Answer   json.RawMessage `json:"answer,omitempty"`
	}
	err := s.do(r.Context(), func(t *tx) error {
		var text string
		found, err := t.get("SELECT answered, answer FROM callbacks WHERE id = ?", []any{r.PathValue("id")}, &out.Answered, &text)
		if err != nil || !found {
			return orFault(err, fault.New(fault.NotFound, "not_found", "There is no such press of a button"))
		}
		out.Answer = rawOrNil(text)
		return nil
	})
	return out, err
}

func (s *Service) postBlock(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		act
		Blocked bool `json:"blocked"`
	}](r)
	if err != nil {
		return nil, err
	}
	return nil, s.do(r.Context(), func(t *tx) error {
		b, u, err := both(t, in.Bot, in.User)
		if err != nil {
			return err
		}
		return s.blocks(t, b, u, in.Blocked)
	})
}
