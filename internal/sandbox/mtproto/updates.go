package mtproto

import (
	"cmp"
	"context"
	"slices"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
)

// maxDifference is how much one difference holds.
const maxDifference = 100

func (a *account) updates(s *Simulator) tg.UpdatesState {
	return tg.UpdatesState{Pts: a.Pts, Qts: 0, Date: s.date(), Seq: 1}
}

func (s *Simulator) getState(_ *conn, a *account, _ *bin.Buffer) (reply, error) {
	state := a.updates(s)
	return reply{result: &state}, nil
}

// change is something new in an account's updates.
type change struct {
	pts     int
	message tg.MessageClass // one that is new
	update  tg.UpdateClass  // or anything else
	person  int64
}

// changes are those after pts, the first first.
func (a *account) changes(l layer, pts int) []change {
	var out []change
	for _, m := range a.Messages {
		switch {
		case m.Pts > pts:
			out = append(out, change{pts: m.Pts, message: l.message(m.tg(a)), person: m.Person})
		case m.EditPts > pts:
			out = append(out, change{pts: m.EditPts, update: l.edited(a, m), person: m.Person})
		}
	}
	for person, mark := range a.Read {
		if mark.Pts > pts {
			out = append(out, change{pts: mark.Pts, update: l.read(a, person), person: person})
		}
	}
	slices.SortFunc(out, func(a, b change) int { return cmp.Compare(a.pts, b.pts) })
	return out
}

func (l layer) written(a *account, m Message) tg.UpdateClass {
	return &tg.UpdateNewMessage{Message: l.message(m.tg(a)), Pts: m.Pts, PtsCount: 1}
}

func (l layer) edited(a *account, m Message) tg.UpdateClass {
	return &tg.UpdateEditMessage{Message: l.message(m.tg(a)), Pts: m.EditPts, PtsCount: 1}
}

func (l layer) read(a *account, person int64) tg.UpdateClass {
	mark := a.Read[person]
	return l.readInbox(&tg.UpdateReadHistoryInbox{Peer: &tg.PeerUser{UserID: person}, MaxID: mark.Message,
		StillUnreadCount: a.unread(person), Pts: mark.Pts, PtsCount: 1})
}

func (s *Simulator) getDifference(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.UpdatesGetDifferenceRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	changes := a.changes(c.layer, in.Pts)
	if len(changes) == 0 {
		return reply{result: &tg.UpdatesDifferenceEmpty{Date: s.date(), Seq: 1}}, nil
	}
	state := a.updates(s)
	part := len(changes) > maxDifference
	if part {
		changes = changes[:maxDifference]
		state.Pts = changes[maxDifference-1].pts
	}
	var messages []tg.MessageClass
	var others []tg.UpdateClass
	users := []tg.UserClass{c.layer.user(a.self())}
	met := map[int64]bool{a.ID: true}
	for _, one := range changes {
		if one.message != nil {
			messages = append(messages, one.message)
		} else {
			others = append(others, one.update)
		}
		if u := s.known(a, one.person); u != nil && !met[u.ID] {
			met[u.ID], users = true, append(users, c.layer.user(u))
		}
	}
	if part {
		return reply{result: &tg.UpdatesDifferenceSlice{NewMessages: messages, OtherUpdates: others, Users: users, IntermediateState: state}}, nil
	}
	return reply{result: &tg.UpdatesDifference{NewMessages: messages, OtherUpdates: others, Users: users, State: state}}, nil
}

// updates are some about a person, with whom a client needs to know for them. The caller holds the lock.
func (s *Simulator) updates(l layer, a *account, person int64, all ...tg.UpdateClass) *tg.Updates {
	out := &tg.Updates{Updates: all, Users: []tg.UserClass{l.user(a.self())}, Date: s.date()}
	if u := s.known(a, person); u != nil && person != a.ID {
		out.Users = append(out.Users, l.user(u))
	}
	return out
}

// others tells an account's other sessions of what one of them did.
func (s *Simulator) others(c *conn, a *account, person int64, update func(layer) tg.UpdateClass) func(context.Context) {
	mine := c.session
	return func(ctx context.Context) { s.tell(ctx, a, mine, person, update) }
}

// tell tells the sessions of an account, but for one, of something about a person.
func (s *Simulator) tell(ctx context.Context, a *account, but *session, person int64, update func(layer) tg.UpdateClass) {
	here := func(of *session, key *authKey) bool {
		return of != but && key.Account == a.ID && !key.Pending && cmp.Or(key.DC, DC) == home(a.Phone)
	}
	s.push(ctx, here, func(l layer) bin.Encoder {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.updates(l, a, person, update(l))
	})
}
