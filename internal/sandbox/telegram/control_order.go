package telegram

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// Call is one line of the log of calls.
type Call struct {
	ID        int64           `json:"id"`
	At        time.Time       `json:"at"`
	Bot       string          `json:"bot"`
	Method    string          `json:"method"`
	ChatID    int64           `json:"chat_id,omitempty"`
	MessageID int64           `json:"message_id,omitempty"` // the message that was sent
	Params    json.RawMessage `json:"params"`               // without files' bytes and without secrets
	Status    int             `json:"status"`
	Error     string          `json:"error,omitempty"`
	Fault     string          `json:"fault,omitempty"` // the ordered fault that happened
	Micros    int64           `json:"micros"`
}

// listCalls reads the log, the oldest first: after=… the next ones, else the newest. It is narrowed
// by bot, method, chat_id, without one method, and by failed=1.
func (s *Service) listCalls(r *http.Request) (any, error) {
	limit, err := number(r, "limit", 100, 1000)
	if err != nil {
		return nil, err
	}
	after, err := number(r, "after", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	before, err := number(r, "before", math.MaxInt64, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	where, args := "c.id > ? AND c.id < ?", []any{after, before}
	if name := query.Get("method"); name != "" {
		where, args = where+" AND c.method = ?", append(args, s.canonical(name))
	}
	if name := query.Get("without"); name != "" {
		where, args = where+" AND c.method <> ?", append(args, s.canonical(name))
	}
	if id := query.Get("chat_id"); id != "" {
		where, args = where+" AND c.chat = ?", append(args, id)
	}
	if query.Get("failed") != "" {
		where += " AND c.status <> 200"
	}
	forwards := query.Has("after")
	order := " ORDER BY c.id DESC"
	if forwards {
		order = " ORDER BY c.id"
	}
	out := page[Call]{Items: []Call{}}
	err = s.do(r.Context(), func(t *tx) error {
		if name := query.Get("bot"); name != "" {
			b, err := theBot(t, name)
			if err != nil {
				return err
			}
			where, args = where+" AND c.bot = ?", append(args, b.ID)
		}
		return t.each(`SELECT c.id, c.at, b.username, c.method, c.chat, c.message, c.params, c.status, c.error, c.fault, c.micros
			FROM calls c JOIN bots b ON b.id = c.bot WHERE `+where+order+" LIMIT ?", append(args, limit), func(scan func(...any) error) error {
			var c Call
			var at int64
			var params string
			err := scan(&c.ID, &at, &c.Bot, &c.Method, &c.ChatID, &c.MessageID, &params, &c.Status, &c.Error, &c.Fault, &c.Micros)
			c.At, c.Params = time.UnixMicro(at).UTC(), json.RawMessage(params)
			out.Items = append(out.Items, c)
			return err
		})
	})
	if n := len(out.Items); n > 0 && int64(n) == limit {
		next := strconv.FormatInt(out.Items[n-1].ID, 10) // for after=…, or for before=…
		out.Next = &next
	}
	if !forwards {
		slices.Reverse(out.Items)
	}
	return out, err
}

func (s *Service) listFaults(r *http.Request) (any, error) {
	out := page[Fault]{Items: []Fault{}}
	err := s.do(r.Context(), func(t *tx) error {
		return t.each(`SELECT f.id, coalesce(b.username, ''), f.method, f.kind, f.left, f.retry_after FROM faults f LEFT JOIN bots b ON b.id = f.bot
			WHERE f.left > 0 ORDER BY f.id`, nil, func(scan func(...any) error) error {
			var f Fault
			err := scan(&f.ID, &f.Bot, &f.Method, &f.Kind, &f.Count, &f.RetryAfter)
			out.Items = append(out.Items, f)
			return err
		})
	})
	return out, err
}

func (s *Service) orderFault(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		Bot        string `json:"bot"`
		Method     string `json:"method"`
		Kind       string `json:"kind"`
		Count      int    `json:"count"`
		RetryAfter int    `json:"retry_after"`
	}](r)
	if err != nil {
		return nil, err
	}
	if in.Count == 0 {
		in.Count = 1
	}
	var wrong fault.Fields
	if !slices.Contains(strings.Split(faultKinds, ", "), in.Kind) {
		wrong.Add("kind", "malformed", "kind is one of %s", faultKinds)
	}
	if in.Method != "" && s.names[strings.ToLower(in.Method)] == "" {
		wrong.Add("method", "no_such_method", "There is no method %s", in.Method)
	}
	if in.Count < 1 || in.Count > 100_000 {
		wrong.Add("count", "out_of_range", "count is from 1 to 100000")
	}
	if in.RetryAfter < 0 || in.RetryAfter > 86_400 {
		wrong.Add("retry_after", "out_of_range", "retry_after is from 0 to 86400 seconds")
	}
	if err := wrong.Err("fault", "This fault is not possible"); err != nil {
		return nil, err
	}
	f := Fault{Bot: in.Bot, Method: s.names[strings.ToLower(in.Method)], Kind: in.Kind, Count: in.Count, RetryAfter: in.RetryAfter}
	err = s.do(r.Context(), func(t *tx) error {
		if f.Bot != "" {
			b, err := theBot(t, f.Bot)
			if err != nil {
				return err
			}
			f.bot = b.ID
		}
		t.announce("faults", map[string]any{})
		f.ID, err = t.insert("INSERT INTO faults (bot, method, kind, left, retry_after) VALUES (?,?,?,?,?)", f.bot, f.Method, f.Kind, f.Count, f.RetryAfter)
		return err
	})
	return f, err
}

func (s *Service) dropFaults(r *http.Request) (any, error) {
	id, err := number(r, "id", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	return nil, s.do(r.Context(), func(t *tx) error {
		t.announce("faults", map[string]any{})
		return t.exec("DELETE FROM faults WHERE id = ?1 OR ?1 = 0", id)
	})
}

// setLimits changes how often a bot may send; what is not given stays, and zero is no limit.
func (s *Service) setLimits(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		Bot       string   `json:"bot"`
		PerSecond *float64 `json:"per_second"`
		PerChat   *float64 `json:"per_chat_per_second"`
		Burst     *int     `json:"burst"`
		PerGroup  *int     `json:"per_group_per_minute"`
	}](r)
	if err != nil {
		return nil, err
	}
	var wrong fault.Fields
	for name, rate := range map[string]*float64{"per_second": in.PerSecond, "per_chat_per_second": in.PerChat} {
		if rate != nil && (*rate < 0 || *rate > 100_000 || *rate > 0 && *rate < 0.001) {
			wrong.Add(name, "out_of_range", "A limit is from 0.001 to 100000 a second, or 0 for none")
		}
	}
	if in.Burst != nil && (*in.Burst < 0 || *in.Burst > 1000) {
		wrong.Add("burst", "out_of_range", "burst is from 0 to 1000")
	}
	if in.PerGroup != nil && (*in.PerGroup < 0 || *in.PerGroup > 100_000) {
		wrong.Add("per_group_per_minute", "out_of_range", "per_group_per_minute is from 1 to 100000, or 0 for none")
	}
	if err := wrong.Err("limits", "These limits are not possible"); err != nil {
		return nil, err
	}
	return nil, s.do(r.Context(), func(t *tx) error {
		b, err := theBot(t, in.Bot)
		if err != nil {
			return err
		}
		t.announce("bot", map[string]any{"id": b.ID})
		return t.exec("UPDATE bots SET per_second = coalesce(?, per_second), per_chat = coalesce(?, per_chat), burst = coalesce(?, burst), per_group = coalesce(?, per_group) WHERE id = ?",
			in.PerSecond, in.PerChat, in.Burst, in.PerGroup, b.ID)
	})
}

func (s *Service) listCrowds(r *http.Request) (any, error) {
	out := page[Crowd]{}
	err := s.do(r.Context(), func(t *tx) (err error) {
		out.Items, err = t.crowds("")
		return err
	})
	return out, err
}

func (s *Service) startCrowd(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		Bot       string  `json:"bot"`
		Users     int     `json:"users"`
		Start     string  `json:"start"`
		Click     float64 `json:"click"`
		Block     float64 `json:"block"`
		PerSecond float64 `json:"per_second"`
	}](r)
	if err != nil {
		return nil, err
	}
	c := Crowd{Bot: in.Bot, Users: in.Users, Start: in.Start, Click: in.Click, Block: in.Block, PerSecond: in.PerSecond, Running: true}
	if err := checkCrowd(&c); err != nil {
		return nil, err
	}
	err = s.do(r.Context(), func(t *tx) error {
		b, err := theBot(t, in.Bot)
		if err != nil {
			return err
		}
		c.Bot = b.Username
		t.announce("crowd", map[string]any{})
		c.ID, err = t.insert("INSERT INTO crowds (bot, users, start, click, block, per_second, last_at) VALUES (?,?,?,?,?,?,?)",
			b.ID, c.Users, c.Start, c.Click, c.Block, c.PerSecond, s.clock().UnixMicro())
		return err
	})
	s.rouse()
	return c, err
}

// stopCrowds lets one crowd, or all, do nothing more. They stay subscribers.
func (s *Service) stopCrowds(r *http.Request) (any, error) {
	id, err := number(r, "id", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	return nil, s.do(r.Context(), func(t *tx) error {
		t.announce("crowd", map[string]any{})
		if err := t.exec("DELETE FROM intentions WHERE crowd = ?1 OR ?1 = 0", id); err != nil {
			return err
		}
		return t.exec("UPDATE crowds SET running = 0 WHERE id = ?1 OR ?1 = 0", id)
	})
}
