package mtproto

import (
	"context"
	"errors"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

// Clients are told this salt, and later ones. None is refused.
const (
	salt     = 1
	saltLife = 3600 // seconds
	maxSalts = 64
)

// How far the clock of a client may be from the server's.
const (
	maxPast   = 300 * time.Second
	maxFuture = 30 * time.Second
)

// message decrypts and answers what a client sent.
func (s *Simulator) message(ctx context.Context, c *conn, key crypto.AuthKey, b *bin.Buffer) error {
	m := &crypto.EncryptedMessage{}
	if err := m.DecodeWithoutCopy(b); err != nil {
		return err
	}
	data, err := s.cipher.Decrypt(key, m)
	if err != nil {
		return err
	}
	code := s.badMessage(data.MessageID)
	s.mu.Lock()
	of, again := s.speak(c, key, data.SessionID)
	greeted, missed := of.greeted, of.missed
	of.greeted, of.missed = greeted || code == 0, false
	s.mu.Unlock()
	if code != 0 {
		// The client sets its clock by the id of this answer.
		return s.send(ctx, of, proto.MessageServerResponse, false, &mt.BadMsgNotification{
			BadMsgID: data.MessageID, BadMsgSeqno: int(data.SeqNo), ErrorCode: code})
	}
	if !greeted {
		err := s.send(ctx, of, proto.MessageFromServer, true, &mt.NewSessionCreated{
			FirstMsgID: data.MessageID, UniqueID: randomID(), ServerSalt: salt})
		if err != nil {
			return err
		}
	}
	for _, a := range again {
		if err := s.transmit(ctx, of, a.id, a.seq, a.body); err != nil {
			return err
		}
	}
	if missed {
		if err := s.send(ctx, of, proto.MessageFromServer, true, &tg.UpdatesTooLong{}); err != nil {
			return err
		}
	}
	return s.unpack(ctx, c, of, data.MessageID, &bin.Buffer{Buf: data.Data()})
}

// badMessage is the code of bad_msg_notification for a message with this id, 0 for a good one.
func (s *Simulator) badMessage(id int64) int {
	age := s.o.Clock().Sub(proto.MessageID(id).Time())
	switch {
	case age > maxPast:
		return 16
	case age < -maxFuture:
		return 17
	case id%4 != 0:
		return 18
	}
	return 0
}

// unpack answers a message: a call, one of the protocol's own, or several in a container.
func (s *Simulator) unpack(ctx context.Context, c *conn, of *session, id int64, b *bin.Buffer) error {
	kind, err := b.PeekID()
	if err != nil {
		return err
	}
	switch kind {
	case proto.GZIPTypeID:
		in, err := unzip(b)
		if err != nil {
			return err
		}
		return s.unpack(ctx, c, of, id, in)
	case proto.MessageContainerTypeID:
		var all proto.MessageContainer
		if err := all.Decode(b); err != nil {
			return err
		}
		for _, one := range all.Messages {
			if err := s.unpack(ctx, c, of, one.ID, &bin.Buffer{Buf: one.Body}); err != nil {
				return err
			}
		}
		return nil
	}
	s.mu.Lock()
	again := of.hear(id)
	service, ok := services[kind]
	s.mu.Unlock()
	switch {
	case !ok && again: // a client that waits for a slow answer says it again; the answer is on its way
		return nil
	case !ok:
		return s.call(ctx, c, of, id, b)
	}
	out, err := service(s, of, id, b)
	if err != nil || out == nil {
		return err
	}
	return s.send(ctx, of, proto.MessageServerResponse, false, out)
}

// services are the protocol's own messages, and their answers. Nil is none.
var services = map[uint32]func(s *Simulator, of *session, id int64, b *bin.Buffer) (bin.Encoder, error){
	mt.PingRequestTypeID: func(_ *Simulator, _ *session, id int64, b *bin.Buffer) (bin.Encoder, error) {
		var in mt.PingRequest
		err := in.Decode(b)
		return &mt.Pong{MsgID: id, PingID: in.PingID}, err
	},
	mt.PingDelayDisconnectRequestTypeID: func(_ *Simulator, _ *session, id int64, b *bin.Buffer) (bin.Encoder, error) {
		var in mt.PingDelayDisconnectRequest
		err := in.Decode(b)
		return &mt.Pong{MsgID: id, PingID: in.PingID}, err
	},
	mt.GetFutureSaltsRequestTypeID: func(s *Simulator, _ *session, id int64, b *bin.Buffer) (bin.Encoder, error) {
		var in mt.GetFutureSaltsRequest
		err := in.Decode(b)
		out := &mt.FutureSalts{ReqMsgID: id, Now: s.date()}
		for i := range min(max(in.Num, 1), maxSalts) { // each goes on for as long again when the next one begins
			since := out.Now - 1 + i*saltLife/2
			out.Salts = append(out.Salts, mt.FutureSalt{ValidSince: since, ValidUntil: since + saltLife, Salt: salt + int64(i)})
		}
		return out, err
	},
	mt.MsgsStateReqTypeID: func(s *Simulator, of *session, id int64, b *bin.Buffer) (bin.Encoder, error) {
		var in mt.MsgsStateReq
		err := in.Decode(b)
		s.mu.Lock()
		defer s.mu.Unlock()
		info := make([]byte, len(in.MsgIDs))
		for i, one := range in.MsgIDs {
			info[i] = of.state(one)
		}
		return &mt.MsgsStateInfo{ReqMsgID: id, Info: info}, err
	},
	mt.MsgsAckTypeID: func(s *Simulator, of *session, _ int64, b *bin.Buffer) (bin.Encoder, error) {
		var in mt.MsgsAck
		err := in.Decode(b)
		s.mu.Lock()
		defer s.mu.Unlock()
		of.acknowledge(in.MsgIDs)
		return nil, err
	},
	mt.DestroySessionRequestTypeID: func(s *Simulator, of *session, _ int64, b *bin.Buffer) (bin.Encoder, error) {
		var in mt.DestroySessionRequest
		err := in.Decode(b)
		s.mu.Lock()
		defer s.mu.Unlock()
		at := sessionID{of.key.ID, in.SessionID}
		if s.sessions[at] == nil {
			return &mt.DestroySessionNone{SessionID: in.SessionID}, err
		}
		delete(s.sessions, at)
		return &mt.DestroySessionOk{SessionID: in.SessionID}, err
	},
	mt.MsgsStateInfoTypeID:   unanswered,
	mt.MsgsAllInfoTypeID:     unanswered,
	mt.MsgResendReqTypeID:    unanswered,
	mt.HTTPWaitRequestTypeID: unanswered,
}

func unanswered(*Simulator, *session, int64, *bin.Buffer) (bin.Encoder, error) { return nil, nil }

// call answers one call.
func (s *Simulator) call(ctx context.Context, c *conn, of *session, id int64, b *bin.Buffer) error {
	r, err := s.handle(c, b)
	dropped := errors.Is(err, errDropped)
	if failed, ok := errors.AsType[*tgerr.Error](err); ok {
		r.result = &mt.RPCError{ErrorCode: failed.Code, ErrorMessage: failed.Message}
	} else if err != nil && !dropped {
		return err
	}
	result := &bin.Buffer{}
	if err := r.result.Encode(result); err != nil {
		return err
	}
	whole := &bin.Buffer{}
	if err := (&proto.Result{RequestMessageID: id, Result: result.Raw()}).Encode(whole); err != nil {
		return err
	}
	s.mu.Lock()
	a := &answered{body: whole.Raw()}
	a.id, a.seq = s.number(of, proto.MessageServerResponse, true)
	of.answers[id] = a
	s.mu.Unlock()
	if !dropped {
		err = s.transmit(ctx, of, a.id, a.seq, a.body)
	}
	if r.after != nil {
		r.after(ctx)
	}
	return err
}

// send encrypts a message and sends it. Content is what the client must acknowledge.
func (s *Simulator) send(ctx context.Context, of *session, kind proto.MessageType, content bool, message bin.Encoder) error {
	b := &bin.Buffer{}
	if err := message.Encode(b); err != nil {
		return err
	}
	s.mu.Lock()
	id, seq := s.number(of, kind, content)
	s.mu.Unlock()
	return s.transmit(ctx, of, id, seq, b.Raw())
}

// transmit sends a message over the connection that the session has now.
func (s *Simulator) transmit(ctx context.Context, of *session, id int64, seq int32, body []byte) error {
	s.mu.Lock()
	c := of.conn
	s.mu.Unlock()
	if c == nil {
		return errors.New("the client is gone")
	}
	b := &bin.Buffer{}
	err := s.cipher.Encrypt(of.key, crypto.EncryptedMessageData{Salt: salt, SessionID: of.id, MessageID: id, SeqNo: seq,
		MessageDataLen: int32(len(body)), MessageDataWithPadding: body}, b)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	return c.Send(ctx, b)
}

// push sends an update over every session of a key that which chooses, in the layer of that key.
func (s *Simulator) push(ctx context.Context, which func(*session, *authKey) bool, update func(layer) bin.Encoder) {
	s.mu.Lock()
	to := map[*session]layer{}
	for _, of := range s.sessions {
		switch key := s.state.Keys[keyName(of.key.ID)]; {
		case key == nil || !which(of, key):
		case of.conn == nil:
			of.missed = true
		default:
			to[of] = key.layer()
		}
	}
	s.mu.Unlock()
	for of, l := range to {
		if err := s.send(ctx, of, proto.MessageFromServer, true, update(l)); err != nil {
			s.o.Logger.Debug("update not sent", "error", err)
		}
	}
}
