package telegram

import (
	"net/http"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// Line is what a visitor does next in their chat with a bot, as soon as a message of the bot allows it: they press a button,
// say something or block the bot.
type Line struct {
	After string `json:"after,omitempty"` // what the message contains; empty for any
	Press string `json:"press,omitempty"` // part of the button's text; the line waits for a message that has it
	Say   string `json:"say,omitempty"`
	Block bool   `json:"block,omitempty"`
}

const mostLines = 50

// makeVisitor makes a person who talks with a bot by a script, and lets them say its first line.
func (s *Service) makeVisitor(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		newUser
		Bot   string `json:"bot"`
		Lines []Line `json:"lines"`
	}](r)
	if err != nil {
		return nil, err
	}
	wrong := in.check()
	if len(in.Lines) == 0 || len(in.Lines) > mostLines {
		wrong.Add("lines", "out_of_range", "A script has 1 to %d lines", mostLines)
	} else if in.Lines[0].Say == "" {
		wrong.Add("lines", "malformed", "The first line is said: there is nothing to press or to block yet")
	}
	if err := wrong.Err("visitor", "This visitor can't be made"); err != nil {
		return nil, err
	}
	var u user
	err = s.do(r.Context(), func(t *tx) error {
		b, err := theBot(t, in.Bot)
		if err != nil {
			return err
		}
		if u, err = addPerson(t, &in.newUser); err != nil {
			return err
		}
		for i, l := range in.Lines[1:] {
			if err := t.exec("INSERT INTO lines (user, bot, position, after, press, say, block) VALUES (?,?,?,?,?,?,?)", u.ID, b.ID, i, l.After, l.Press, l.Say, l.Block); err != nil {
				return err
			}
		}
		return intend(t, s.clock(), &intention{bot: b.ID, user: u.ID, data: in.Lines[0].Say, kind: "say"})
	})
	s.rouse()
	return u, err
}

// recite lets a visitor go on with their script when a message allows it.
func (c *call) recite(userID int64, m *message) error {
	var position int64
	var l Line
	found, err := c.get("SELECT position, after, press, say, block FROM lines WHERE user = ? AND bot = ? ORDER BY position LIMIT 1", []any{userID, c.bot.ID},
		&position, &l.After, &l.Press, &l.Say, &l.Block)
	if err != nil || !found || !strings.Contains(m.Text+m.Caption, l.After) {
		return err
	}
	does := &intention{bot: c.bot.ID, user: userID, message: m.ID, kind: "say", data: l.Say}
	switch {
	case l.Block:
		does.kind = "block"
	case l.Press != "":
		b, ok := m.Markup.called(l.Press)
		if !ok {
			return nil
		}
		does.kind, does.data = "click", b.Data
	}
	if err := c.exec("DELETE FROM lines WHERE user = ? AND bot = ? AND position = ?", userID, c.bot.ID, position); err != nil {
		return err
	}
	c.s.rouse()
	return intend(c.tx, c.s.clock(), does)
}

// called is the button of a keyboard whose text contains something.
func (k *inline) called(text string) (button, bool) {
	if k == nil {
		return button{}, false
	}
	for _, row := range k.Rows {
		for _, b := range row {
			if b.Data != "" && strings.Contains(b.Text, text) {
				return b, true
			}
		}
	}
	return button{}, false
}

// newUser is a person that somebody makes.
type newUser struct {
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Username     string `json:"username"`
	LanguageCode string `json:"language_code"`
}

func (in *newUser) check() (wrong fault.Fields) {
	if n := units(in.FirstName); n < 1 || n > 64 {
		wrong.Add("first_name", "malformed", "A first name has 1 to 64 characters")
	}
	if in.Username != "" && !usernameForm.MatchString(in.Username) {
		wrong.Add("username", "malformed", "A username has 4 to 32 letters, digits and underscores and begins with a letter")
	}
	return wrong
}

// addPerson adds somebody to the people who can be played.
func addPerson(t *tx, in *newUser) (user, error) {
	u := user{FirstName: in.FirstName, LastName: in.LastName, Username: in.Username, LanguageCode: in.LanguageCode}
	var taken int64
	if found, err := t.get("SELECT id FROM users WHERE username = nullif(?, '')", []any{u.Username}, &taken); err != nil || found {
		return u, orFault(err, fault.InvalidField("username", "taken", "Somebody is already called %s", u.Username))
	}
	if _, err := t.get("SELECT max(?, coalesce((SELECT max(id) FROM users WHERE id < ?), 0) + 1)", []any{firstUser, firstCrowd}, &u.ID); err != nil {
		return u, err
	}
	t.announce("chats", map[string]any{})
	return u, addUser(t, u, 0)
}
