package telegram

import (
	"net/http"
	"time"
)

// Fault is an order to fail. Bot and Method limit it; empty is any.
type Fault struct {
	ID     int64  `json:"id"`
	Bot    string `json:"bot,omitempty"`
	Method string `json:"method,omitempty"`
	// Kind is "429", "401", "403", "500", "migrate" (a channel gets another number) or "timeout_after"
	// (the call takes effect and its answer never comes).
	Kind  string `json:"kind"`
	Count int    `json:"count"`
	// RetryAfter is what a 429 says, in seconds; with timeout_after, how long the caller waits
	// until the connection breaks.
	RetryAfter int `json:"retry_after,omitempty"`

	bot     int64
	refusal *refusal
}

const faultKinds = "429, 401, 403, 500, migrate, timeout_after"

// takeFault finds an order for this call and counts it. A migration is for channels alone.
func (c *call) takeFault() (*Fault, error) {
	var f Fault
	moved, err := c.movable()
	if err != nil {
		return nil, err
	}
	found, err := c.get(`SELECT id, kind, retry_after FROM faults WHERE (bot = 0 OR bot = ?) AND (method = '' OR method = ?) AND left > 0
		AND (kind <> 'migrate' OR ?) ORDER BY id LIMIT 1`, []any{c.bot.ID, c.method, moved != nil}, &f.ID, &f.Kind, &f.RetryAfter)
	if err != nil || !found {
		return nil, err
	}
	if err := c.exec("UPDATE faults SET left = left - 1 WHERE id = ?", f.ID); err != nil {
		return nil, err
	}
	if err := c.exec("DELETE FROM faults WHERE id = ? AND left <= 0", f.ID); err != nil {
		return nil, err
	}
	c.announce("faults", map[string]any{})
	switch f.Kind {
	case "429":
		f.refusal = tooMany(time.Duration(max(1, f.RetryAfter)) * time.Second)
	case "401":
		f.refusal = unauthorized()
	case "403":
		f.refusal = forbidden("bot was blocked by the user")
	case "500":
		f.refusal = &refusal{Code: http.StatusInternalServerError, Text: "Internal Server Error"}
	case "migrate":
		next, err := c.migrate(moved)
		if err != nil {
			return nil, err
		}
		f.refusal = migrated(next)
	}
	return &f, nil
}

// movable is the channel that the call is about, or nil.
func (c *call) movable() (*channel, error) {
	id, ok := c.integer("chat_id")
	if !ok || id >= 0 {
		return nil, nil
	}
	return findChannel(c.tx, id, "")
}

// migrate gives a channel a new number; whoever uses the old one is told so.
func (c *call) migrate(ch *channel) (int64, error) {
	next, err := lowest(c.tx)
	if err != nil {
		return 0, err
	}
	for _, statement := range []string{
		"UPDATE channels SET id = ?2 WHERE id = ?1",
		"UPDATE memberships SET channel = ?2 WHERE channel = ?1",
		"UPDATE messages SET chat = ?2 WHERE chat = ?1 AND bot = 0",
		"UPDATE migrations SET new = ?2 WHERE new = ?1",
		"INSERT INTO migrations (old, new) VALUES (?1, ?2)",
	} {
		if err := c.exec(statement, ch.ID, next); err != nil {
			return 0, err
		}
	}
	c.announce("chats", map[string]any{})
	return next, nil
}

// lowest is a number that no channel had yet.
func lowest(t *tx) (int64, error) {
	var id int64
	_, err := t.get("SELECT min(?, (SELECT coalesce(min(id), 0) FROM channels), (SELECT coalesce(min(old), 0) FROM migrations)) - 1", []any{firstChannel}, &id)
	return id, err
}
