package mtproto

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/proto"
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
		tg.AuthImportLoginTokenRequestTypeID:    {"auth.importLoginToken", true, (*Simulator).importLoginToken},
		tg.AuthImportAuthorizationRequestTypeID: {"auth.importAuthorization", true, (*Simulator).importAuthorization},
		tg.AuthExportAuthorizationRequestTypeID: {"auth.exportAuthorization", false, (*Simulator).exportAuthorization},
		tg.AuthLogOutRequestTypeID:              {"auth.logOut", true, (*Simulator).logOut},
		tg.AccountGetPasswordRequestTypeID:      {"account.getPassword", true, (*Simulator).getPassword},
		tg.AuthCheckPasswordRequestTypeID:       {"auth.checkPassword", true, (*Simulator).checkPassword},
		tg.UsersGetUsersRequestTypeID:           {"users.getUsers", false, (*Simulator).getUsers},
		tg.UsersGetFullUserRequestTypeID:        {"users.getFullUser", false, (*Simulator).getFullUser},
		tg.UpdatesGetStateRequestTypeID:         {"updates.getState", false, (*Simulator).getState},
		tg.UpdatesGetDifferenceRequestTypeID:    {"updates.getDifference", false, (*Simulator).getDifference},
		tg.MessagesGetDialogsRequestTypeID:      {"messages.getDialogs", false, (*Simulator).getDialogs},
		tg.MessagesGetHistoryRequestTypeID:      {"messages.getHistory", false, (*Simulator).getHistory},
		tg.MessagesGetMessagesRequestTypeID:     {"messages.getMessages", false, (*Simulator).getMessages},
		tg.MessagesReadHistoryRequestTypeID:     {"messages.readHistory", false, (*Simulator).readHistory},
		tg.MessagesSendMessageRequestTypeID:     {"messages.sendMessage", false, (*Simulator).sendMessage},
		tg.MessagesEditMessageRequestTypeID:     {"messages.editMessage", false, (*Simulator).editMessage},
		tg.MessagesSendMediaRequestTypeID:       {"messages.sendMedia", false, (*Simulator).sendMedia},
		tg.MessagesSetTypingRequestTypeID:       {"messages.setTyping", false, (*Simulator).nod},
		tg.AccountUpdateStatusRequestTypeID:     {"account.updateStatus", false, (*Simulator).nod},
		tg.UploadSaveFilePartRequestTypeID:      {"upload.saveFilePart", false, (*Simulator).saveFilePart},
		tg.ContactsResolveUsernameRequestTypeID: {"contacts.resolveUsername", false, (*Simulator).resolveUsername},
	}
}

// errDropped ends a connection in the place of an answer.
var errDropped = errors.New("dropped by a fault")

// inner takes off what only says how a call is made.
type inner struct{ kind uint32 }

func (i *inner) Decode(b *bin.Buffer) (err error) { i.kind, err = b.PeekID(); return err }
func (i *inner) Encode(*bin.Buffer) error         { return errors.New("never encoded") }

// unwrap returns the call itself. The client's layer, when it names one, is kept with its key. The caller
// holds the lock.
func (s *Simulator) unwrap(key *authKey, b *bin.Buffer) (*bin.Buffer, error) {
	in := &inner{}
	if err := read(b, in); err != nil {
		return nil, err
	}
	for {
		var wrapper bin.Decoder
		switch in.kind {
		case tg.InvokeWithLayerRequestTypeID:
			with := &tg.InvokeWithLayerRequest{Query: in}
			if err := read(b, with); err != nil {
				return nil, err
			}
			spoken := layer(with.Layer)
			if spoken < oldestLayer {
				return nil, tgerr.New(400, "CONNECTION_LAYER_INVALID")
			}
			if key.Layer != spoken {
				key.Layer = spoken
				if err := s.save(); err != nil {
					return nil, err
				}
			}
			continue
		case tg.InitConnectionRequestTypeID:
			wrapper = &tg.InitConnectionRequest{Query: in}
		case tg.InvokeWithoutUpdatesRequestTypeID:
			wrapper = &tg.InvokeWithoutUpdatesRequest{Query: in}
		case tg.InvokeAfterMsgRequestTypeID: // which was answered: calls are carried out one after the other
			wrapper = &tg.InvokeAfterMsgRequest{Query: in}
		case proto.GZIPTypeID:
			zipped, err := unzip(b)
			if err != nil {
				return nil, errMalformed
			}
			b, wrapper = zipped, in
		default:
			return b, nil
		}
		if err := read(b, wrapper); err != nil {
			return nil, err
		}
	}
}

// handle answers one call, with the faults that were asked for.
func (s *Simulator) handle(c *conn, b *bin.Buffer) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.state.Keys[keyName(c.key.ID)]
	if key == nil {
		return reply{}, tgerr.New(401, "AUTH_KEY_UNREGISTERED")
	}
	b, err := s.unwrap(key, b)
	if err != nil {
		return reply{}, err
	}
	c.layer = key.layer()
	kind, err := modernize(b)
	if err != nil {
		return reply{}, errMalformed
	}
	m, ok := methods()[kind]
	if !ok {
		s.o.Logger.Debug("a call that the simulated Telegram does not know", "id", fmt.Sprintf("%08x", kind), "name", tg.TypesMap()[kind], "layer", c.layer)
		return reply{}, tgerr.New(400, "METHOD_NOT_SUPPORTED")
	}
	var who *account
	if key.Account != 0 && !key.Pending {
		who = s.account(key.Account)
	}
	switch {
	case who == nil && !m.open && key.Pending:
		return reply{}, tgerr.New(401, "SESSION_PASSWORD_NEEDED")
	case who == nil && !m.open:
		return reply{}, tgerr.New(401, "AUTH_KEY_UNREGISTERED")
	case who != nil && !m.open && home(who.Phone) != c.dc: // it was imported
		return reply{}, migrate("USER", home(who.Phone))
	}
	fault := s.fault(m.name)
	if fault != nil {
		switch fault.Kind {
		case FaultFloodWait:
			return reply{}, tgerr.New(420, "FLOOD_WAIT_"+strconv.Itoa(fault.Seconds))
		case FaultError:
			return reply{}, tgerr.New(fault.Code, fault.Error)
		}
	}
	r, err := m.answer(s, c, who, b)
	if err != nil {
		return reply{}, err
	}
	s.calls[m.name]++
	if fault != nil && fault.Kind == FaultDrop {
		return r, errDropped
	}
	return r, nil
}

// errMalformed is what Telegram says of a request that it can't read.
var errMalformed = tgerr.New(400, "INPUT_FETCH_ERROR")

// read decodes a request.
func read(b *bin.Buffer, in bin.Decoder) error {
	if err := in.Decode(b); err != nil {
		return errMalformed
	}
	return nil
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

// known is somebody whom an account knows: a person, or itself. Nil is nobody.
func (s *Simulator) known(a *account, id int64) *tg.User {
	if id == a.ID {
		return a.self()
	}
	if p := s.person(id); p != nil {
		return p.user()
	}
	return nil
}

// user is whom an InputUser means. Nil is nobody.
func (s *Simulator) user(a *account, in tg.InputUserClass) *tg.User {
	switch in := in.(type) {
	case *tg.InputUserSelf:
		return a.self()
	case *tg.InputUser:
		if u := s.known(a, in.UserID); u != nil && u.AccessHash == in.AccessHash {
			return u
		}
	}
	return nil
}

// peer is whom an InputPeer means.
func (s *Simulator) peer(a *account, in tg.InputPeerClass) (*tg.User, error) {
	switch in := in.(type) {
	case *tg.InputPeerSelf:
		return a.self(), nil
	case *tg.InputPeerUser:
		if u := s.user(a, &tg.InputUser{UserID: in.UserID, AccessHash: in.AccessHash}); u != nil {
			return u, nil
		}
	}
	return nil, tgerr.New(400, "PEER_ID_INVALID")
}

// nod answers what nobody here looks at.
func (s *Simulator) nod(*conn, *account, *bin.Buffer) (reply, error) {
	return reply{result: &tg.BoolTrue{}}, nil
}

func (s *Simulator) getUsers(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.UsersGetUsersRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	out := &tg.UserClassVector{}
	for _, one := range in.ID {
		if u := s.user(a, one); u != nil {
			out.Elems = append(out.Elems, c.layer.user(u))
		}
	}
	return reply{result: out}, nil
}

func (s *Simulator) getFullUser(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.UsersGetFullUserRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	u := s.user(a, in.ID)
	if u == nil {
		return reply{}, tgerr.New(400, "USER_ID_INVALID")
	}
	return reply{result: c.layer.userFull(u.ID, []tg.UserClass{c.layer.user(u)})}, nil
}

func (s *Simulator) resolveUsername(c *conn, _ *account, b *bin.Buffer) (reply, error) {
	var in tg.ContactsResolveUsernameRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	for _, p := range s.state.People {
		if p.Username != "" && p.Username == in.Username {
			return reply{result: &tg.ContactsResolvedPeer{Peer: &tg.PeerUser{UserID: p.ID}, Users: []tg.UserClass{c.layer.user(p.user())}}}, nil
		}
	}
	return reply{}, tgerr.New(400, "USERNAME_NOT_OCCUPIED")
}
