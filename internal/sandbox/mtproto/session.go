package mtproto

import (
	"encoding/binary"
	"slices"

	"github.com/gotd/td/crypto"
	"github.com/gotd/td/proto"
)

// sessionID says which session of which key.
type sessionID struct {
	key [8]byte
	id  int64
}

// session is a client's conversation under a key. It outlives its connections: over the next one,
// answers that the client has not acknowledged are sent again, and a call that comes again is not
// carried out again. A restart of the simulator forgets it, which clients are told.
type session struct {
	id      int64
	key     crypto.AuthKey
	conn    *conn // over which it goes on now; nil without one
	greeted bool  // the client knows that it is new here
	missed  bool  // there were updates while it had no connection
	content int32 // messages so far that are to be acknowledged
	newest  int64 // id of a client's message
	heard   []int64
	answers map[int64]*answered // by what was heard; nil as long as there is none
}

// answered is an answer that was sent, or was to be.
type answered struct {
	id           int64
	seq          int32
	body         []byte
	acknowledged bool
}

// heardMessages is how many of a client's messages are remembered; far fewer are ever on their way.
const heardMessages = 200

// What msgs_state_info says of a message (core.telegram.org/mtproto/service_messages_about_messages).
const (
	stateForgotten   = 1
	stateNotReceived = 2
	stateNotYet      = 3
	stateReceived    = 4
	stateProcessed   = 32
	stateAnswered    = 64
)

// speak finds the session over which a connection speaks now, and the answers that are to be sent
// again because it had another connection before. The caller holds the lock.
func (s *Simulator) speak(c *conn, key crypto.AuthKey, id int64) (*session, []*answered) {
	at := sessionID{key.ID, id}
	of := s.sessions[at]
	if of == nil {
		for other, old := range s.sessions { // a client that begins anew does not come back to the last one
			if other.key == key.ID && old.conn == nil {
				delete(s.sessions, other)
			}
		}
		of = &session{id: id, key: key, conn: c, answers: map[int64]*answered{}}
		s.sessions[at] = of
	}
	var again []*answered
	if of.conn != c {
		for _, id := range of.heard {
			if a := of.answers[id]; a != nil && !a.acknowledged {
				again = append(again, a)
			}
		}
	}
	of.conn, c.key, c.session = c, key, of
	return of, again
}

// silence takes a connection from its sessions. The caller holds the lock.
func (s *Simulator) silence(c *conn) {
	for _, of := range s.sessions {
		if of.conn == c {
			of.conn = nil
		}
	}
}

// hear remembers a client's message, and tells whether it was heard before. The caller holds the lock.
func (of *session) hear(id int64) (again bool) {
	if _, again = of.answers[id]; again {
		return true
	}
	if len(of.heard) == heardMessages {
		delete(of.answers, of.heard[0])
		of.heard = of.heard[1:]
	}
	of.heard, of.answers[id] = append(of.heard, id), nil
	of.newest = max(of.newest, id)
	return false
}

// state is what became of a client's message. The caller holds the lock.
func (of *session) state(id int64) byte {
	a, heard := of.answers[id]
	switch {
	case a != nil:
		return stateReceived | stateProcessed | stateAnswered
	case heard:
		return stateReceived | stateProcessed
	case id > of.newest:
		return stateNotYet
	case len(of.heard) == 0 || id < slices.Min(of.heard):
		return stateForgotten
	}
	return stateNotReceived
}

// acknowledge forgets the answers with these ids. The caller holds the lock.
func (of *session) acknowledge(ids []int64) {
	for _, a := range of.answers {
		if a != nil && slices.Contains(ids, a.id) {
			a.acknowledged, a.body = true, nil
		}
	}
}

// number makes the id and the sequence number of the next message to the client. Content is what the
// client must acknowledge. The caller holds the lock.
func (s *Simulator) number(of *session, kind proto.MessageType, content bool) (id int64, seq int32) {
	seq = of.content * 2
	if content {
		seq++
		of.content++
	}
	return s.ids.New(kind), seq
}

func randomID() int64 { return int64(binary.LittleEndian.Uint64(random(8))) }
