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
	// Kind is one of faultKinds. Those that are about a chat wait for a call that names one: "migrate"
	// for a group, which becomes a supergroup, "deactivated" for a person, "chat_not_found" for any. "409"
	// (another poller) waits for getUpdates, unless it names another method. With "timeout_after" the
	// call takes effect and its answer never comes.
	Kind  string `json:"kind"`
	Count int    `json:"count"`
	// RetryAfter is what a 429 says, in seconds; with timeout_after, how long the caller waits
	// until the connection breaks.
	RetryAfter int `json:"retry_after,omitempty"`

	bot     int64
	refusal *refusal
}

const faultKinds = "429, 401, 403, 500, 502, 409, deactivated, chat_not_found, migrate, timeout_after"

// takeFault finds an order that fits this call and counts it.
func (c *call) takeFault() (*Fault, error) {
	var f Fault
	group, err := c.aGroup()
	if err != nil {
		return nil, err
	}
	chatID, _ := c.integer("chat_id")
	found, err := c.get(`SELECT id, kind, retry_after FROM faults WHERE (bot = 0 OR bot = ?1) AND (method = '' OR method = ?2) AND left > 0
		AND CASE kind WHEN 'migrate' THEN ?3 WHEN 'deactivated' THEN ?4 WHEN 'chat_not_found' THEN ?5 WHEN '409' THEN method <> '' OR ?2 = 'getUpdates' ELSE 1 END
		ORDER BY id LIMIT 1`, []any{c.bot.ID, c.method, group != nil, chatID > 0, c.text("chat_id") != ""}, &f.ID, &f.Kind, &f.RetryAfter)
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
	case "502":
		f.refusal = &refusal{Code: http.StatusBadGateway, Text: "Bad Gateway"}
	case "409":
		f.refusal = otherPoller()
	case "deactivated":
		f.refusal = forbidden("user is deactivated")
	case "chat_not_found":
		f.refusal = bad("chat not found")
	case "migrate":
		next, err := c.s.migrates(c.tx, group)
		if err != nil {
			return nil, err
		}
		f.refusal = migrated(next)
	}
	return &f, nil
}

// aGroup is the group that the call is about, or nil when it is about something else.
func (c *call) aGroup() (*channel, error) {
	id, ok := c.integer("chat_id")
	if !ok || id >= 0 {
		return nil, nil
	}
	ch, err := findChannel(c.tx, id, "")
	if err != nil || ch == nil || ch.Type != "group" || ch.MigratedTo != 0 {
		return nil, err
	}
	return ch, nil
}
