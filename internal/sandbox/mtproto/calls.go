package mtproto

import (
	"context"
	"errors"
	"strconv"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

// reply is what a call answers, and what happens after the answer.
type reply struct {
	result bin.Encoder
	after  func(ctx context.Context)
}

// method is one call that the simulator knows. Open ones need no sign-in.
type method struct {
	name   string
	open   bool
	answer func(s *Simulator, c *conn, a *account, b *bin.Buffer) (reply, error)
}

// methods by the ids of their requests. Answers are made under the lock.
func methods() map[uint32]method {
	return map[uint32]method{
		tg.HelpGetConfigRequestTypeID:           {"help.getConfig", true, (*Simulator).getConfig},
		tg.HelpGetNearestDCRequestTypeID:        {"help.getNearestDc", true, (*Simulator).nearestDC},
		tg.AuthSendCodeRequestTypeID:            {"auth.sendCode", true, (*Simulator).sendCode},
		tg.AuthSignInRequestTypeID:              {"auth.signIn", true, (*Simulator).signIn},
		tg.AuthExportLoginTokenRequestTypeID:    {"auth.exportLoginToken", true, (*Simulator).exportLoginToken},
		tg.AuthLogOutRequestTypeID:              {"auth.logOut", true, (*Simulator).logOut},
		tg.AccountGetPasswordRequestTypeID:      {"account.getPassword", true, (*Simulator).getPassword},
		tg.AuthCheckPasswordRequestTypeID:       {"auth.checkPassword", true, (*Simulator).checkPassword},
		tg.UsersGetUsersRequestTypeID:           {"users.getUsers", false, (*Simulator).getUsers},
		tg.UpdatesGetStateRequestTypeID:         {"updates.getState", false, (*Simulator).getState},
		tg.UpdatesGetDifferenceRequestTypeID:    {"updates.getDifference", false, (*Simulator).getDifference},
		tg.MessagesGetDialogsRequestTypeID:      {"messages.getDialogs", false, (*Simulator).getDialogs},
		tg.MessagesSendMessageRequestTypeID:     {"messages.sendMessage", false, (*Simulator).sendMessage},
		tg.MessagesSendMediaRequestTypeID:       {"messages.sendMedia", false, (*Simulator).sendMedia},
		tg.UploadSaveFilePartRequestTypeID:      {"upload.saveFilePart", false, (*Simulator).saveFilePart},
		tg.ContactsResolveUsernameRequestTypeID: {"contacts.resolveUsername", false, (*Simulator).resolveUsername},
	}
}

// errDropped ends a connection in the place of an answer.
var errDropped = errors.New("dropped by a fault")

// handle answers one call, with the faults that were asked for.
func (s *Simulator) handle(c *conn, kind uint32, b *bin.Buffer) (bin.Encoder, func(context.Context), error) {
	m, ok := methods()[kind]
	if !ok {
		return nil, nil, tgerr.New(400, "METHOD_NOT_SUPPORTED")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.state.Keys[keyName(c.key.ID)]
	if key == nil {
		return nil, nil, tgerr.New(401, "AUTH_KEY_UNREGISTERED")
	}
	var who *account
	if key.Account != 0 && !key.Pending {
		who = s.account(key.Account)
	}
	if who == nil && !m.open {
		if key.Pending {
			return nil, nil, tgerr.New(401, "SESSION_PASSWORD_NEEDED")
		}
		return nil, nil, tgerr.New(401, "AUTH_KEY_UNREGISTERED")
	}
	fault := s.fault(m.name)
	if fault != nil {
		switch fault.Kind {
		case FaultFloodWait:
			return nil, nil, tgerr.New(420, "FLOOD_WAIT_"+strconv.Itoa(fault.Seconds))
		case FaultError:
			return nil, nil, tgerr.New(fault.Code, fault.Error)
		}
	}
	r, err := m.answer(s, c, who, b)
	if err != nil {
		return nil, nil, err
	}
	s.calls[m.name]++
	if fault != nil && fault.Kind == FaultDrop {
		return nil, nil, errDropped
	}
	return r.result, r.after, nil
}

func (s *Simulator) getConfig(_ *conn, _ *account, _ *bin.Buffer) (reply, error) {
	config := &tg.Config{ThisDC: DC, Date: s.date(), Expires: s.date() + 3600, MessageLengthMax: 4096, CaptionLengthMax: 1024,
		EditTimeLimit: 172800, ChannelsReadMediaPeriod: 604800, DCTxtDomainName: "localhost", MeURLPrefix: "https://t.me/"}
	if s.address != nil {
		config.DCOptions = []tg.DCOption{{ID: DC, Static: true, IPAddress: s.address.IP.String(), Port: s.address.Port}}
	}
	return reply{result: config}, nil
}

func (s *Simulator) nearestDC(*conn, *account, *bin.Buffer) (reply, error) {
	return reply{result: &tg.NearestDC{Country: "US", ThisDC: DC, NearestDC: DC}}, nil
}

func (s *Simulator) date() int { return int(s.o.Clock().Unix()) }

func (a *account) self() *tg.User {
	u := &tg.User{ID: a.ID, Self: true, FirstName: a.Name, Phone: a.Phone[1:]}
	u.SetAccessHash(accessHash(a.ID))
	u.SetFlags()
	return u
}

func (p *Person) user() *tg.User {
	u := &tg.User{ID: p.ID, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username}
	u.SetAccessHash(p.AccessHash)
	u.SetFlags()
	return u
}

func (s *Simulator) getUsers(_ *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.UsersGetUsersRequest
	if err := in.Decode(b); err != nil {
		return reply{}, err
	}
	out := &tg.UserClassVector{}
	for _, one := range in.ID {
		switch one := one.(type) {
		case *tg.InputUserSelf:
			out.Elems = append(out.Elems, a.self())
		case *tg.InputUser:
			if p := s.person(one.UserID); p != nil && p.AccessHash == one.AccessHash {
				out.Elems = append(out.Elems, p.user())
			}
		}
	}
	return reply{result: out}, nil
}

func (s *Simulator) resolveUsername(_ *conn, _ *account, b *bin.Buffer) (reply, error) {
	var in tg.ContactsResolveUsernameRequest
	if err := in.Decode(b); err != nil {
		return reply{}, err
	}
	for _, p := range s.state.People {
		if p.Username != "" && p.Username == in.Username {
			return reply{result: &tg.ContactsResolvedPeer{Peer: &tg.PeerUser{UserID: p.ID}, Users: []tg.UserClass{p.user()}}}, nil
		}
	}
	return reply{}, tgerr.New(400, "USERNAME_NOT_OCCUPIED")
}

func (m *Message) tg(a *account) *tg.Message {
	out := &tg.Message{ID: m.ID, Out: m.Out, Message: m.Text, Date: int(m.Date.Unix()), PeerID: &tg.PeerUser{UserID: m.Person}}
	if m.Out {
		out.SetFromID(&tg.PeerUser{UserID: a.ID})
	}
	out.SetFlags()
	return out
}

func (a *account) updates(s *Simulator) tg.UpdatesState {
	return tg.UpdatesState{Pts: a.Pts, Qts: 0, Date: s.date(), Seq: 1}
}

func (s *Simulator) getState(_ *conn, a *account, _ *bin.Buffer) (reply, error) {
	state := a.updates(s)
	return reply{result: &state}, nil
}

// differenceLimit is how many messages one difference holds.
const differenceLimit = 100

func (s *Simulator) getDifference(_ *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.UpdatesGetDifferenceRequest
	if err := in.Decode(b); err != nil {
		return reply{}, err
	}
	var messages []tg.MessageClass
	people := map[int64]bool{}
	last := a.Pts
	for _, m := range a.Messages {
		if m.Pts <= in.Pts {
			continue
		}
		if len(messages) == differenceLimit {
			break
		}
		messages = append(messages, m.tg(a))
		people[m.Person] = true
		last = m.Pts
	}
	if len(messages) == 0 {
		return reply{result: &tg.UpdatesDifferenceEmpty{Date: s.date(), Seq: 1}}, nil
	}
	users := []tg.UserClass{a.self()}
	for id := range people {
		if p := s.person(id); p != nil {
			users = append(users, p.user())
		}
	}
	state := a.updates(s)
	if last < a.Pts && len(messages) == differenceLimit {
		state.Pts = last
		return reply{result: &tg.UpdatesDifferenceSlice{NewMessages: messages, Users: users, IntermediateState: state}}, nil
	}
	return reply{result: &tg.UpdatesDifference{NewMessages: messages, Users: users, State: state}}, nil
}

func (s *Simulator) getDialogs(_ *conn, a *account, _ *bin.Buffer) (reply, error) {
	out := &tg.MessagesDialogs{}
	seen := map[int64]bool{}
	for i := len(a.Messages) - 1; i >= 0; i-- {
		m := a.Messages[i]
		p := s.person(m.Person)
		if seen[m.Person] || p == nil {
			continue
		}
		seen[m.Person] = true
		out.Dialogs = append(out.Dialogs, &tg.Dialog{Peer: &tg.PeerUser{UserID: m.Person}, TopMessage: m.ID})
		out.Messages = append(out.Messages, m.tg(a))
		out.Users = append(out.Users, p.user())
	}
	return reply{result: out}, nil
}

func (s *Simulator) sendMessage(_ *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.MessagesSendMessageRequest
	if err := in.Decode(b); err != nil {
		return reply{}, err
	}
	switch {
	case in.Message == "":
		return reply{}, tgerr.New(400, "MESSAGE_EMPTY")
	case len([]rune(in.Message)) > 4096:
		return reply{}, tgerr.New(400, "MESSAGE_TOO_LONG")
	}
	m, err := s.write(a, in.Peer, Message{Text: in.Message, RandomID: in.RandomID})
	if err != nil {
		return reply{}, err
	}
	sent := &tg.UpdateShortSentMessage{Out: true, ID: m.ID, Pts: m.Pts, PtsCount: 1, Date: int(m.Date.Unix())}
	sent.SetFlags()
	return reply{result: sent}, s.save()
}

// write adds what an account writes to a person. A random id that was there is refused, as Telegram does.
func (s *Simulator) write(a *account, to tg.InputPeerClass, m Message) (Message, error) {
	peer, ok := to.(*tg.InputPeerUser)
	if !ok {
		return m, tgerr.New(400, "PEER_ID_INVALID")
	}
	p := s.person(peer.UserID)
	switch {
	case p == nil || p.AccessHash != peer.AccessHash:
		return m, tgerr.New(400, "PEER_ID_INVALID")
	case m.RandomID == 0:
		return m, tgerr.New(400, "RANDOM_ID_EMPTY")
	}
	for _, old := range a.Messages {
		if old.Out && old.RandomID == m.RandomID {
			return m, tgerr.New(500, "RANDOM_ID_DUPLICATE")
		}
	}
	m.Person, m.Out = p.ID, true
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
