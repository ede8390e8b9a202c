package telegram

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Limits of a new bot: Telegram's own, as far as it tells them.
const (
	usualPerSecond = 30.0
	usualPerChat   = 1.0
	usualPerGroup  = 20 // a minute
)

// bot is a row of the table bots.
type bot struct {
	ID        int64
	hash      string
	Username  string
	FirstName string
	perSecond float64
	perChat   float64
	burst     int
	perGroup  int    // a minute
	allowed   string // allowed_updates, JSON; empty is all
	webhook   string
	secret    string
	conns     int
}

const botColumns = "id, token_hash, username, first_name, per_second, per_chat, burst, per_group, allowed, webhook, secret, connections"

func scanBot(scan func(...any) error) (*bot, error) {
	var b bot
	err := scan(&b.ID, &b.hash, &b.Username, &b.FirstName, &b.perSecond, &b.perChat, &b.burst, &b.perGroup, &b.allowed, &b.webhook, &b.secret, &b.conns)
	return &b, err
}

func (b *bot) user() user {
	return user{ID: b.ID, IsBot: true, FirstName: b.FirstName, Username: b.Username}
}

// findBot returns the bot of an id, or nil.
func findBot(t *tx, id int64) (*bot, error) {
	var found *bot
	err := t.each("SELECT "+botColumns+" FROM bots WHERE id = ?", []any{id}, func(scan func(...any) error) (err error) {
		found, err = scanBot(scan)
		return err
	})
	return found, err
}

// botNamed returns the bot of a username, or nil.
func botNamed(t *tx, username string) (*bot, error) {
	var found *bot
	err := t.each("SELECT "+botColumns+" FROM bots WHERE username = ?", []any{strings.TrimPrefix(username, "@")}, func(scan func(...any) error) (err error) {
		found, err = scanBot(scan)
		return err
	})
	return found, err
}

// botOf returns the bot of a well-formed token; one that nobody has seen becomes a new bot. An id
// that belongs to another token is refused.
func botOf(t *tx, token string) (*bot, error) {
	id, err := tokenID(token)
	if err != nil {
		return nil, err
	}
	b, err := findBot(t, id)
	if err != nil {
		return nil, err
	}
	if b == nil {
		if err := addBot(t, Bot{Token: token, Username: fmt.Sprintf("sandbox_%d_bot", id), FirstName: "Sandbox " + strconv.FormatInt(id, 10)}); err != nil {
			return nil, err
		}
		return findBot(t, id)
	}
	if subtle.ConstantTimeCompare([]byte(b.hash), []byte(hashOf(token))) != 1 {
		return nil, unauthorized()
	}
	return b, nil
}

func tokenID(token string) (int64, error) {
	digits, _, _ := strings.Cut(token, ":")
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || id == 0 || !tokenForm.MatchString(token) {
		return 0, unauthorized()
	}
	return id, nil
}

func addBot(t *tx, b Bot) error {
	id, err := tokenID(b.Token)
	if err != nil {
		return err
	}
	// The numbers of updates start anywhere, as with the real service.
	first, err := rand.Int(rand.Reader, big.NewInt(500_000_000))
	if err != nil {
		return err
	}
	err = t.exec("INSERT INTO bots (id, token_hash, username, first_name, next_update, per_second, per_chat, per_group) VALUES (?,?,?,?,?,?,?,?)",
		id, hashOf(b.Token), b.Username, b.FirstName, 100_000_000+first.Int64(), usualPerSecond, usualPerChat, usualPerGroup)
	t.announce("bot", map[string]any{"id": id, "username": b.Username, "first_name": b.FirstName})
	return err
}

// nameBot makes the bot of a setting, or gives its id's bot this token and name.
func nameBot(t *tx, b Bot) error {
	id, err := tokenID(b.Token)
	if err != nil {
		return nil // a token of another form is none that a bot could use here
	}
	var taken int64
	if found, err := t.get("SELECT id FROM bots WHERE username = ? AND id <> ?", []any{b.Username, id}, &taken); err != nil {
		return err
	} else if found {
		b.Username = fmt.Sprintf("sandbox_%d_bot", id)
	}
	known, err := findBot(t, id)
	if err != nil {
		return err
	}
	if known == nil {
		return addBot(t, b)
	}
	return t.exec("UPDATE bots SET token_hash = ?, username = ?, first_name = ? WHERE id = ?", hashOf(b.Token), b.Username, b.FirstName, id)
}

// newToken makes the token of a new bot.
func newToken(id int64) string {
	return fmt.Sprintf("%d:%s", id, (rand.Text() + rand.Text())[:35])
}

func getMe(c *call) (any, error) {
	return map[string]any{
		"id": c.bot.ID, "is_bot": true, "first_name": c.bot.FirstName, "username": c.bot.Username,
		"can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false,
		"can_connect_to_business": false, "has_main_web_app": false,
	}, nil
}
