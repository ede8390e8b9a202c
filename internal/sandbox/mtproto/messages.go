package mtproto

import (
	"slices"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

const (
	historyLimit = 100 // messages in a page
	maxText      = 4096
	maxPhotoText = 1024
)

func (m *Message) tg(a *account) *tg.Message {
	out := &tg.Message{ID: m.ID, Out: m.Out, Message: m.Text, Date: int(m.Date.Unix()), PeerID: &tg.PeerUser{UserID: m.Person}}
	if m.Out {
		out.SetFromID(&tg.PeerUser{UserID: a.ID})
	}
	if !m.Edited.IsZero() {
		out.SetEditDate(int(m.Edited.Unix()))
	}
	out.Entities = m.entities()
	out.SetFlags()
	return out
}

// packed are the entities of a text as they are kept: as Telegram sends them.
func packed(entities []tg.MessageEntityClass) []byte {
	if len(entities) == 0 {
		return nil
	}
	var b bin.Buffer
	if err := putVector(&b, entities); err != nil {
		return nil // they were decoded before
	}
	return b.Buf
}

func (m *Message) entities() []tg.MessageEntityClass {
	b := &bin.Buffer{Buf: m.Entities}
	n, err := b.VectorHeader()
	if err != nil {
		return nil // there are none
	}
	var out []tg.MessageEntityClass
	for range n {
		one, err := tg.DecodeMessageEntity(b)
		if err != nil {
			return nil
		}
		out = append(out, one)
	}
	return out
}

// unread is how many messages of a person the account has not read.
func (a *account) unread(person int64) int {
	n := 0
	for _, m := range a.Messages {
		if m.Person == person && !m.Out && m.ID > a.Read[person].Message {
			n++
		}
	}
	return n
}

func (s *Simulator) getDialogs(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.MessagesGetDialogsRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	var page []tg.DialogClass
	var messages []tg.MessageClass
	var users []tg.UserClass
	seen := map[int64]bool{}
	for _, m := range slices.Backward(a.Messages) {
		u := s.known(a, m.Person)
		if seen[m.Person] || u == nil || in.FolderID != 0 { // nothing is in the archive
			continue
		}
		seen[m.Person] = true
		if !before(m, in.OffsetID, in.OffsetDate) || in.Limit > 0 && len(page) == in.Limit {
			continue
		}
		page = append(page, c.layer.dialog(&tg.Dialog{Peer: &tg.PeerUser{UserID: m.Person}, TopMessage: m.ID,
			ReadInboxMaxID: a.Read[m.Person].Message, UnreadCount: a.unread(m.Person)}))
		messages = append(messages, c.layer.message(m.tg(a)))
		users = append(users, c.layer.user(u))
	}
	if len(page) < len(seen) {
		return reply{result: &tg.MessagesDialogsSlice{Count: len(seen), Dialogs: page, Messages: messages, Users: users}}, nil
	}
	return reply{result: &tg.MessagesDialogs{Dialogs: page, Messages: messages, Users: users}}, nil
}

// before reports whether a message is older than where a page begins; 0 is the newest.
func before(m Message, id, date int) bool {
	return (id == 0 || m.ID < id) && (date == 0 || id != 0 || m.Date.Unix() < int64(date))
}

func (s *Simulator) getHistory(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.MessagesGetHistoryRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	with, err := s.peer(a, in.Peer)
	if err != nil {
		return reply{}, err
	}
	var all []Message // the newest first
	from := 0         // where the page begins
	for _, m := range slices.Backward(a.Messages) {
		if m.Person != with.ID {
			continue
		}
		all = append(all, m)
		if !before(m, in.OffsetID, in.OffsetDate) {
			from = len(all)
		}
	}
	limit := historyLimit
	if in.Limit > 0 {
		limit = min(in.Limit, historyLimit)
	}
	to := min(max(from+in.AddOffset+limit, 0), len(all))
	from = min(max(from+in.AddOffset, 0), to)
	var page []tg.MessageClass
	for _, m := range all[from:to] {
		if (in.MaxID == 0 || m.ID < in.MaxID) && m.ID > in.MinID {
			page = append(page, c.layer.message(m.tg(a)))
		}
	}
	users := []tg.UserClass{c.layer.user(a.self())}
	if with.ID != a.ID {
		users = append(users, c.layer.user(with))
	}
	return reply{result: c.layer.messages(page, len(all), users)}, nil
}

func (s *Simulator) getMessages(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.MessagesGetMessagesRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	var messages []tg.MessageClass
	users := []tg.UserClass{c.layer.user(a.self())}
	met := map[int64]bool{a.ID: true}
	for _, one := range in.ID {
		wanted, _ := one.(*tg.InputMessageID)
		i := slices.IndexFunc(a.Messages, func(m Message) bool { return wanted != nil && m.ID == wanted.ID })
		if i < 0 {
			messages = append(messages, &tg.MessageEmpty{})
			continue
		}
		messages = append(messages, c.layer.message(a.Messages[i].tg(a)))
		if u := s.known(a, a.Messages[i].Person); u != nil && !met[u.ID] {
			met[u.ID], users = true, append(users, c.layer.user(u))
		}
	}
	return reply{result: c.layer.messages(messages, len(messages), users)}, nil
}

func (s *Simulator) readHistory(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.MessagesReadHistoryRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	with, err := s.peer(a, in.Peer)
	if err != nil {
		return reply{}, err
	}
	upTo := 0
	for _, m := range a.Messages {
		if m.Person == with.ID && !m.Out && (in.MaxID == 0 || m.ID <= in.MaxID) {
			upTo = m.ID
		}
	}
	if upTo <= a.Read[with.ID].Message {
		return reply{result: &tg.MessagesAffectedMessages{Pts: a.Pts}}, nil
	}
	a.Pts++
	if a.Read == nil {
		a.Read = map[int64]readMark{}
	}
	a.Read[with.ID] = readMark{upTo, a.Pts}
	return reply{result: &tg.MessagesAffectedMessages{Pts: a.Pts, PtsCount: 1}, after: s.others(c, a, with.ID, func(l layer) tg.UpdateClass {
		return l.read(a, with.ID)
	})}, s.save()
}

func (s *Simulator) sendMessage(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.MessagesSendMessageRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	if err := checkText(in.Message); err != nil {
		return reply{}, err
	}
	m, err := s.write(a, in.Peer, Message{Text: in.Message, Entities: packed(in.Entities), RandomID: in.RandomID})
	if err != nil {
		return reply{}, err
	}
	r := s.sent(c, a, m)
	if m.Person != a.ID { // a short answer says everything that the client does not know
		short := &tg.UpdateShortSentMessage{Out: true, ID: m.ID, Pts: m.Pts, PtsCount: 1, Date: int(m.Date.Unix()), Entities: m.entities()}
		short.SetFlags()
		r.result = short
	}
	return r, s.save()
}

// sent answers what wrote a message. The caller holds the lock.
func (s *Simulator) sent(c *conn, a *account, m Message) reply {
	return reply{
		result: s.updates(c.layer, a, m.Person, &tg.UpdateMessageID{ID: m.ID, RandomID: m.RandomID}, c.layer.written(a, m)),
		after:  s.others(c, a, m.Person, func(l layer) tg.UpdateClass { return l.written(a, m) }),
	}
}

func checkText(text string) error {
	switch {
	case text == "":
		return tgerr.New(400, "MESSAGE_EMPTY")
	case len([]rune(text)) > maxText:
		return tgerr.New(400, "MESSAGE_TOO_LONG")
	}
	return nil
}

func (s *Simulator) editMessage(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.MessagesEditMessageRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	with, err := s.peer(a, in.Peer)
	if err != nil {
		return reply{}, err
	}
	if err := checkText(in.Message); err != nil {
		return reply{}, err
	}
	i := slices.IndexFunc(a.Messages, func(m Message) bool { return m.ID == in.ID && m.Person == with.ID })
	switch {
	case i < 0:
		return reply{}, tgerr.New(400, "MESSAGE_ID_INVALID")
	case !a.Messages[i].Out:
		return reply{}, tgerr.New(403, "MESSAGE_AUTHOR_REQUIRED")
	case a.Messages[i].Text == in.Message:
		return reply{}, tgerr.New(400, "MESSAGE_NOT_MODIFIED")
	}
	a.Pts++
	m := &a.Messages[i]
	m.Text, m.Entities, m.Edited, m.EditPts = in.Message, packed(in.Entities), s.o.Clock().UTC().Truncate(1e9), a.Pts
	edited := *m
	return reply{
		result: s.updates(c.layer, a, with.ID, c.layer.edited(a, edited)),
		after:  s.others(c, a, with.ID, func(l layer) tg.UpdateClass { return l.edited(a, edited) }),
	}, s.save()
}

// write adds what an account writes to somebody. A random id that was there is refused, as Telegram does.
func (s *Simulator) write(a *account, to tg.InputPeerClass, m Message) (Message, error) {
	with, err := s.peer(a, to)
	if err != nil {
		return m, err
	}
	if m.RandomID == 0 {
		return m, tgerr.New(400, "RANDOM_ID_EMPTY")
	}
	for _, old := range a.Messages {
		if old.Out && old.RandomID == m.RandomID {
			return m, tgerr.New(500, "RANDOM_ID_DUPLICATE")
		}
	}
	m.Person, m.Out = with.ID, true
	return s.add(a, m), nil
}

// add appends a message to an account's. The caller holds the lock and saves.
func (s *Simulator) add(a *account, m Message) Message {
	a.Pts++
	m.ID, m.Pts, m.Date = a.NextID, a.Pts, s.o.Clock().UTC().Truncate(1e9)
	a.NextID++
	a.Messages = append(a.Messages, m)
	return m
}
