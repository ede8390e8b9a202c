package telegram

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"
)

// enqueue gives an update its number and keeps it until the bot has it, unless the bot asked for
// other kinds alone.
func (t *tx) enqueue(b *bot, u update, chat int64, now time.Time) error {
	if b.allowed != "" {
		var kinds []string
		if json.Unmarshal([]byte(b.allowed), &kinds) == nil && len(kinds) > 0 && !slices.Contains(kinds, u.kind()) {
			return nil
		}
	}
	var err error
	if u.ID, err = t.nextUpdate(b); err != nil {
		return err
	}
	return t.keepUpdate(b, u.ID, chat, now, asJSON(u))
}

// nextUpdate takes the number of a bot's next update.
func (t *tx) nextUpdate(b *bot) (id int64, err error) {
	_, err = t.get("UPDATE bots SET next_update = next_update + 1 WHERE id = ? RETURNING next_update - 1", []any{b.ID}, &id)
	return id, err
}

// keepUpdate keeps an update until the bot has it.
func (t *tx) keepUpdate(b *bot, id, chat int64, now time.Time, body string) error {
	t.signal(b)
	return t.exec("INSERT INTO updates (bot, id, chat, at, body) VALUES (?,?,?,?,?)", b.ID, id, chat, now.UnixMicro(), body)
}

// signal lets whoever waits for a bot's updates look again after the commit.
func (t *tx) signal(b *bot) {
	if t.signalled == nil {
		t.signalled = map[int64]bool{}
	}
	t.signalled[b.ID] = true
}

// waiters are those who wait for a bot's next update, and the delivery of webhooks, which waits for
// any bot's.
type waiters struct {
	mu  sync.Mutex
	of  map[int64]chan struct{}
	any chan struct{}
}

func newWaiters() *waiters {
	return &waiters{of: map[int64]chan struct{}{}, any: make(chan struct{}, 1)}
}

// next returns a channel that closes at the bot's next update.
func (w *waiters) next(bot int64) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of[bot] == nil {
		w.of[bot] = make(chan struct{})
	}
	return w.of[bot]
}

func (w *waiters) signal(bot int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch := w.of[bot]; ch != nil {
		close(ch)
		delete(w.of, bot)
	}
	select {
	case w.any <- struct{}{}:
	default:
	}
}

// pollers are the open getUpdates requests, one for each bot: a newer one ends the older.
type pollers struct {
	mu   sync.Mutex
	open map[int64]*poller
}

type poller struct {
	reason *refusal
	ended  chan struct{}
}

func newPollers() *pollers { return &pollers{open: map[int64]*poller{}} }

func (p *pollers) begin(bot int64) *poller {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish(bot, otherPoller())
	mine := &poller{ended: make(chan struct{})}
	p.open[bot] = mine
	return mine
}

// leave removes a request that has ended.
func (p *pollers) leave(bot int64, mine *poller) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open[bot] == mine {
		delete(p.open, bot)
	}
}

// end ends a bot's open request with an answer that says why.
func (p *pollers) end(bot int64, reason *refusal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish(bot, reason)
}

func (p *pollers) finish(bot int64, reason *refusal) {
	if open := p.open[bot]; open != nil {
		open.reason = reason
		close(open.ended)
		delete(p.open, bot)
	}
}

func (p *pollers) endAll() {
	p.mu.Lock()
	bots := make([]int64, 0, len(p.open))
	for bot := range p.open {
		bots = append(bots, bot)
	}
	p.mu.Unlock()
	for _, bot := range bots {
		p.end(bot, &refusal{Code: http.StatusInternalServerError, Text: "Internal Server Error: restart"})
	}
}

// maxPoll is how long a request may wait for an update.
const maxPoll = 50 * time.Second

// poll answers getUpdates: at once when there is something, else as soon as there is.
func (s *Service) poll(r *http.Request, begun time.Time, token string, p params) outcome {
	id, err := tokenID(token)
	if err != nil {
		return refused(unauthorized())
	}
	seconds, _ := p.integer("timeout")
	deadline := time.NewTimer(min(max(time.Duration(seconds)*time.Second, 0), maxPoll))
	defer deadline.Stop()
	mine := s.pollers.begin(id)
	defer s.pollers.leave(id, mine)
	last := seconds <= 0
	for first := true; ; first = false {
		next := s.waiters.next(id)
		var out outcome
		done := false
		do := fetch
		select {
		case <-mine.ended:
			reason := mine.reason
			do, last = func(*call) (any, error) { return nil, reason }, true
		default:
		}
		err := s.do(r.Context(), func(t *tx) error {
			b, err := botOf(t, token)
			if err != nil {
				return err
			}
			c := &call{tx: t, params: p, s: s, bot: b, token: token, method: "getUpdates", now: begun}
			if first {
				out, err = c.attempt(do)
			} else {
				out, err = c.again(do)
			}
			if err != nil {
				return err
			}
			list, _ := out.answer.Result.([]json.RawMessage)
			if done = last || out.fault != "" || !out.answer.OK || len(list) > 0; done {
				return c.note(out)
			}
			return nil
		})
		if err != nil {
			return s.failed(err, "getUpdates", token)
		}
		if done {
			return out
		}
		select {
		case <-next:
		case <-mine.ended:
		case <-deadline.C:
			last = true
		case <-r.Context().Done():
			last = true // nobody reads the answer, but the log tells of it
		}
	}
}

// again is attempt without faults, which were asked for already.
func (c *call) again(do method) (outcome, error) {
	result, err := do(c)
	if refusal, ok := asRefusal(err); ok {
		return refused(refusal), nil
	}
	return outcome{status: http.StatusOK, answer: answer{OK: true, Result: result}}, err
}

// fetch confirms what the bot has and reads what it has not.
func fetch(c *call) (any, error) {
	if c.bot.webhook != "" {
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if err := c.allow(); err != nil {
		return nil, err
	}
	limit, ok := c.integer("limit")
	if !ok || limit < 1 || limit > 100 {
		limit = 100
	}
	offset, _ := c.integer("offset")
	if err := c.confirm(offset); err != nil {
		return nil, err
	}
	list := []json.RawMessage{}
	err := c.each("SELECT body FROM updates WHERE bot = ? ORDER BY seq LIMIT ?", []any{c.bot.ID, limit}, func(scan func(...any) error) error {
		var body string
		err := scan(&body)
		list = append(list, json.RawMessage(body))
		return err
	})
	return list, err
}

// confirm forgets the updates before an offset. One below zero keeps so many of the last ones, and one
// beyond the newest confirms nothing: it comes from another time, or from another bot. Where numbers
// begin anew, those before an update are the ones that came before it.
func (c *call) confirm(offset int64) error {
	if offset < 0 {
		return c.exec("DELETE FROM updates WHERE bot = ?1 AND seq NOT IN (SELECT seq FROM updates WHERE bot = ?1 ORDER BY seq DESC LIMIT ?2)", c.bot.ID, -offset)
	}
	var last int64
	if found, err := c.get("SELECT seq FROM updates WHERE bot = ? AND id = ? ORDER BY seq LIMIT 1", []any{c.bot.ID, offset - 1}, &last); err != nil {
		return err
	} else if found {
		return c.exec("DELETE FROM updates WHERE bot = ? AND seq <= ?", c.bot.ID, last)
	}
	return c.exec("DELETE FROM updates WHERE bot = ?1 AND id < ?2 AND ?2 <= (SELECT next_update FROM bots WHERE id = ?1)", c.bot.ID, offset)
}

// allow keeps which kinds of updates the bot wants, when the call says so.
func (c *call) allow() error {
	raw, given := c.values["allowed_updates"]
	if !given {
		return nil
	}
	var kinds []string
	if json.Unmarshal([]byte(raw), &kinds) != nil {
		return bad("can't parse allowed updates JSON object")
	}
	c.bot.allowed = ""
	if len(kinds) > 0 {
		c.bot.allowed = asJSON(kinds)
	}
	return c.exec("UPDATE bots SET allowed = ? WHERE id = ?", c.bot.allowed, c.bot.ID)
}
