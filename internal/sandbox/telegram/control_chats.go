package telegram

import (
	"database/sql"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// ChatView is one row of the list of chats: a person with a bot, or a channel.
type ChatView struct {
	chat
	Bot     string       `json:"bot,omitempty"`
	Blocked bool         `json:"blocked,omitempty"`
	Members []MemberView `json:"members,omitempty"`
	Count   int          `json:"member_count,omitempty"`
	Moved   int64        `json:"migrated_to,omitempty"` // the supergroup that a group became
	LastSeq int64        `json:"last_seq"`
	Last    *Shown       `json:"last,omitempty"`
}

// MemberView is a bot's place in a channel.
type MemberView struct {
	Bot     string `json:"bot"`
	Status  string `json:"status"`
	CanPost bool   `json:"can_post"`
}

func (s *Service) listChats(r *http.Request) (any, error) {
	out := page[*ChatView]{Items: []*ChatView{}}
	err := s.do(r.Context(), func(t *tx) error {
		err := t.each(`SELECT u.id, u.first_name, u.last_name, coalesce(u.username, ''), b.username, d.blocked,
				coalesce((SELECT max(seq) FROM messages WHERE bot = d.bot AND chat = d.user AND deleted = 0), 0)
			FROM dialogs d JOIN users u ON u.id = d.user JOIN bots b ON b.id = d.bot WHERE u.crowd = 0 ORDER BY u.id, b.id`, nil,
			func(scan func(...any) error) error {
				v := &ChatView{chat: chat{Type: "private"}}
				err := scan(&v.ID, &v.FirstName, &v.LastName, &v.Username, &v.Bot, &v.Blocked, &v.LastSeq)
				out.Items = append(out.Items, v)
				return err
			})
		if err != nil {
			return err
		}
		channels := map[int64]*ChatView{}
		err = t.each(`SELECT c.id, c.type, c.title, coalesce(c.username, ''), c.members, coalesce((SELECT max(seq) FROM messages WHERE bot = 0 AND chat = c.id AND deleted = 0), 0),
				coalesce((SELECT new FROM migrations WHERE old = c.id), 0)
			FROM channels c ORDER BY c.id DESC`, nil, func(scan func(...any) error) error {
			v := &ChatView{Members: []MemberView{}}
			err := scan(&v.ID, &v.Type, &v.Title, &v.Username, &v.Count, &v.LastSeq, &v.Moved)
			out.Items, channels[v.ID] = append(out.Items, v), v
			return err
		})
		if err != nil {
			return err
		}
		err = t.each("SELECT m.channel, b.username, m.status, m.can_post FROM memberships m JOIN bots b ON b.id = m.bot ORDER BY b.id", nil, func(scan func(...any) error) error {
			var id int64
			var m MemberView
			if err := scan(&id, &m.Bot, &m.Status, &m.CanPost); err != nil {
				return err
			}
			if v := channels[id]; v != nil {
				v.Members = append(v.Members, m)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, v := range out.Items {
			list, err := shown(t, "m.seq = ?", []any{v.LastSeq}, 1)
			if err != nil {
				return err
			}
			if len(list) == 1 {
				v.Last = &list[0]
			}
		}
		return nil
	})
	return out, err
}

// shown reads messages, the newest first.
func shown(t *tx, where string, args []any, limit int64) ([]Shown, error) {
	list := []Shown{}
	err := t.each(`SELECT m.seq, coalesce(b.username, a.username, ''), a.id, m.deleted, m.markup, m.body FROM messages m
		LEFT JOIN bots b ON b.id = m.bot LEFT JOIN bots a ON a.id = m.author WHERE `+where+` ORDER BY m.seq DESC LIMIT ?`, append(args, limit),
		func(scan func(...any) error) error {
			var v Shown
			var author sql.NullInt64
			var keyboard, body string
			if err := scan(&v.Seq, &v.Bot, &author, &v.Deleted, &keyboard, &body); err != nil {
				return err
			}
			v.ByBot, v.Keyboard = author.Valid, rawOrNil(keyboard)
			err := json.Unmarshal([]byte(body), &v.Message)
			list = append(list, v)
			return err
		})
	return list, err
}

// listMessages reads a chat, the oldest first: the newest messages, those before a number, or those
// after it. A person's chat is with one bot when bot is given, else all of them in one row. deleted=1
// shows what was deleted too.
func (s *Service) listMessages(r *http.Request) (any, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.NotFound, "not_found", "A chat is named by its number")
	}
	query := r.URL.Query()
	limit, err := number(r, "limit", 100, 1000)
	if err != nil {
		return nil, err
	}
	before, err := number(r, "before", math.MaxInt64, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	after, err := number(r, "after", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	out := page[Shown]{}
	err = s.do(r.Context(), func(t *tx) error {
		where, args := "m.chat = ? AND m.seq < ? AND m.seq > ?", []any{id, before, after}
		if query.Get("deleted") == "" {
			where += " AND m.deleted = 0"
		}
		if name := query.Get("bot"); name != "" && id > 0 {
			b, err := theBot(t, name)
			if err != nil {
				return err
			}
			where, args = where+" AND m.bot = ?", append(args, b.ID)
		}
		if query.Has("after") { // forwards: the oldest of the newer ones
			var last int64
			if _, err := t.get("SELECT coalesce(max(seq), 0) FROM (SELECT m.seq FROM messages m WHERE "+where+" ORDER BY m.seq LIMIT ?)", append(append([]any{}, args...), limit), &last); err != nil {
				return err
			}
			where, args = where+" AND m.seq <= ?", append(args, last)
		}
		out.Items, err = shown(t, where, args, limit)
		return err
	})
	if int64(len(out.Items)) == limit && limit > 0 && !query.Has("after") {
		next := strconv.FormatInt(out.Items[len(out.Items)-1].Seq, 10)
		out.Next = &next // older ones: before=…
	}
	for i, j := 0, len(out.Items)-1; i < j; i, j = i+1, j-1 {
		out.Items[i], out.Items[j] = out.Items[j], out.Items[i]
	}
	return out, err
}

// membership is a bot's place in a channel, as a control orders it.
type membership struct {
	Bot     string `json:"bot"`
	Status  string `json:"status"`   // administrator (the default), member, left or kicked
	CanPost *bool  `json:"can_post"` // of an administrator; true is the default
}

func (m *membership) check() error {
	if m.Status == "" {
		m.Status = "administrator"
	}
	switch m.Status {
	case "administrator", "member", "left", "kicked":
		return nil
	}
	return fault.InvalidField("status", "malformed", "A bot's status is administrator, member, left or kicked")
}

func (m *membership) posts() bool {
	return m.Status == "administrator" && (m.CanPost == nil || *m.CanPost)
}

func (s *Service) makeChannel(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		membership
		Title    string `json:"title"`
		Username string `json:"username"`
		Type     string `json:"type"`
		Members  int    `json:"members"`
	}](r)
	if err != nil {
		return nil, err
	}
	var wrong fault.Fields
	if n := units(strings.TrimSpace(in.Title)); n < 1 || n > 128 {
		wrong.Add("title", "malformed", "A title has 1 to 128 characters")
	}
	in.Username = strings.TrimPrefix(in.Username, "@")
	if in.Username != "" && !usernameForm.MatchString(in.Username) {
		wrong.Add("username", "malformed", "A username has 4 to 32 letters, digits and underscores and begins with a letter")
	}
	if in.Type == "" {
		in.Type = "channel"
	}
	if in.Type != "channel" && in.Type != "supergroup" && in.Type != "group" {
		wrong.Add("type", "malformed", "It is a channel, a supergroup or a group")
	}
	if in.Type == "group" && in.Username != "" {
		wrong.Add("username", "malformed", "A group has no username; a supergroup may have one")
	}
	if in.Members < 0 || in.Members > 10_000_000 {
		wrong.Add("members", "out_of_range", "From 0 to 10000000 members")
	}
	if err := wrong.Err("channel", "This channel can't be made"); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	ch := channel{Type: in.Type, Title: strings.TrimSpace(in.Title), Username: in.Username, Members: max(1, in.Members)}
	err = s.do(r.Context(), func(t *tx) error {
		if ch.Username != "" {
			if taken, err := findChannel(t, 0, ch.Username); err != nil || taken != nil {
				return orFault(err, fault.InvalidField("username", "taken", "There is already a channel @%s", ch.Username))
			}
		}
		var err error
		if ch.ID, err = lowest(t, ch.Type); err != nil {
			return err
		}
		if err := addChannel(t, ch); err != nil {
			return err
		}
		t.announce("chats", map[string]any{})
		if in.Bot == "" {
			return nil
		}
		b, err := theBot(t, in.Bot)
		if err != nil {
			return err
		}
		return s.admits(t, b, &ch, in.Status, in.posts(), s.clock())
	})
	return map[string]any{"id": ch.ID}, err
}

func (s *Service) setMembership(r *http.Request) (any, error) {
	in, err := control.Bind[membership](r)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.NotFound, "not_found", "A channel is named by its number")
	}
	return nil, s.do(r.Context(), func(t *tx) error {
		ch, err := findChannel(t, id, "")
		if err != nil || ch == nil {
			return orFault(err, fault.New(fault.NotFound, "not_found", "There is no channel %d", id))
		}
		b, err := theBot(t, in.Bot)
		if err != nil {
			return err
		}
		return s.admits(t, b, ch, in.Status, in.posts(), s.clock())
	})
}

// showFile answers a file's bytes to the page.
func (s *Service) showFile(w http.ResponseWriter, r *http.Request) {
	var f *file
	var raw []byte
	err := s.do(r.Context(), func(t *tx) (err error) {
		if f, err = findFile(t, r.PathValue("id")); err != nil || f == nil {
			return err
		}
		_, err = t.get("SELECT bytes FROM contents WHERE hash = ?", []any{f.hash}, &raw)
		return err
	})
	if err != nil || f == nil {
		control.Problem(w, orFault(err, fault.New(fault.NotFound, "not_found", "There is no such file")))
		return
	}
	writeFile(w, f, raw)
}
