package owner

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	adapter "github.com/promostack/promostack/internal/adapter/mtproto"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/sandbox/mtproto"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/mtprotokit"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

const patience = 2 * time.Minute

var ann = mtproto.Person{ID: 501, FirstName: "Ann", Username: "ann"}

// place is a tenant with a simulated Telegram.
type place struct {
	t     *testing.T
	ctx   context.Context // the tenant's, for the whole test
	world *mtprotokit.World
	store *models.Store
	ring  *secrets.Ring
	desk  *accounts.Service
}

func newPlace(t *testing.T, store *models.Store) *place {
	t.Helper()
	ring, err := secrets.NewRing("a key for the tests of user accounts 0123456789")
	require.NoError(t, err)
	ctx, _ := testkit.Tenant(t, store, "one")
	return &place{t: t, ctx: ctx, world: mtprotokit.New(t), store: store, ring: ring, desk: desk(store, ring)}
}

func desk(store *models.Store, ring *secrets.Ring) *accounts.Service {
	return &accounts.Service{Store: store, Ring: ring, App: true, Now: time.Now}
}

func (p *place) service(store *models.Store) *Service {
	all := services.New(p.t, services.Options{Store: store, Ring: p.ring})
	return New(Options{Store: store, Ring: p.ring, Inbox: all.Inbox, Journeys: all.Journeys,
		Telegram: Telegram{AppID: 1, AppHash: "hash", Address: p.world.Address, KeyFile: p.world.KeyFile()}})
}

type ended struct {
	state contract.AccountEnd
	err   error
}

// own lets a service own the account, as its worker would. The channel tells how it ended.
func (p *place) own(s *Service, connection string) (end <-chan ended, stop func()) {
	p.t.Helper()
	stopped := make(chan struct{})
	out := make(chan ended, 1)
	go func() {
		state, err := s.Own(p.ctx, connection, stopped, func() {}, func(int64) (func(), error) { return func() {}, nil })
		out <- ended{state, err}
	}()
	once := func() {
		select {
		case <-stopped:
		default:
			close(stopped)
		}
	}
	p.t.Cleanup(func() {
		once()
		select {
		case <-out:
		case <-time.After(patience):
			p.t.Error("the owner does not end")
		}
	})
	return forward(out), once
}

// forward lets both the test and its clean-up see the end.
func forward(in chan ended) <-chan ended {
	out := make(chan ended, 1)
	go func() {
		e := <-in
		out <- e
		in <- e
	}()
	return out
}

func (p *place) until(state string) accounts.View {
	p.t.Helper()
	var v accounts.View
	testkit.Eventually(p.t, patience, "the sign-in is "+state, func() bool {
		var err error
		v, err = p.desk.State(p.ctx)
		require.NoError(p.t, err)
		require.False(p.t, v.State == string(models.LoginFailed) && state != v.State, "the sign-in failed: %+v", v.Problem)
		return v.State == state
	})
	return v
}

func (p *place) give(v accounts.View, step models.LoginStep, text string) {
	p.t.Helper()
	_, err := p.desk.Give(p.ctx, v.Version, step, secrets.Text(text))
	require.NoError(p.t, err)
}

// signIn signs a number in that needs no password, with an owner that goes on.
func (p *place) signIn(s *Service) (connection string, end <-chan ended, stop func()) {
	p.t.Helper()
	v, err := p.desk.Begin(p.ctx, accounts.Start{Method: models.LoginPhone, Phone: "+15550000001"})
	require.NoError(p.t, err)
	end, stop = p.own(s, v.ConnectionID)
	p.give(p.until("code_needed"), models.StepCode, mtproto.Code)
	p.until("signed_in")
	return v.ConnectionID, end, stop
}

func (p *place) fence(connection string) int64 {
	p.t.Helper()
	fence, err := p.store.Accounts.Fence(p.ctx, connection)
	require.NoError(p.t, err)
	return fence
}

func (p *place) account() mtproto.Account {
	p.t.Helper()
	list := p.world.Sim.Accounts()
	require.Len(p.t, list, 1)
	return list[0]
}

func (p *place) written() []string {
	p.t.Helper()
	list, _ := p.world.Sim.Messages(p.account().ID)
	var out []string
	for _, m := range list {
		if m.Out {
			out = append(out, m.Text)
		}
	}
	return out
}

func (p *place) write(text string) {
	p.t.Helper()
	_, ok, err := p.world.Sim.Write(p.ctx, p.account().ID, ann, text)
	require.NoError(p.t, err)
	require.True(p.t, ok)
}

func (p *place) subscriber(connection string) {
	p.t.Helper()
	testkit.Eventually(p.t, patience, "the person is known", func() bool {
		_, err := p.store.Subscribers.ByUser(p.ctx, connection, ann.ID)
		return err == nil
	})
}

// C5: code and password with mistakes on the way, messages both ways, nothing readable left behind.
func TestSignInByPhone(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		p := newPlace(t, store)
		v, err := p.desk.Begin(p.ctx, accounts.Start{Method: models.LoginPhone, Phone: "+1 555 000-0002"})
		require.NoError(t, err)
		require.Equal(t, "starting", v.State)
		p.own(p.service(store), v.ConnectionID)
		p.give(p.until("code_needed"), models.StepCode, "99999")
		var wrong accounts.View
		testkit.Eventually(t, patience, "the code is told to be wrong", func() bool {
			wrong, err = p.desk.State(p.ctx)
			return err == nil && wrong.State == "code_needed" && wrong.Problem != nil
		})
		require.Equal(t, "code_wrong", wrong.Problem.Code)
		p.give(wrong, models.StepCode, mtproto.Code)
		p.give(p.until("password_needed"), models.StepPassword, "guess")
		testkit.Eventually(t, patience, "the password is told to be wrong", func() bool {
			wrong, err = p.desk.State(p.ctx)
			return err == nil && wrong.State == "password_needed" && wrong.Problem != nil
		})
		require.Equal(t, "password_wrong", wrong.Problem.Code)
		p.give(wrong, models.StepPassword, mtproto.Password)
		p.until("signed_in")

		c, err := store.Connections.Get(p.ctx, v.ConnectionID)
		require.NoError(t, err)
		require.Equal(t, models.ConnectionWorking, c.State)
		require.Equal(t, "Account 0002", c.DisplayName)
		testkit.Eventually(t, patience, "the card tells when Telegram was heard from", func() bool {
			c, err := store.Connections.Get(p.ctx, v.ConnectionID)
			return err == nil && !c.LastSeenAt.IsZero()
		})
		login, err := store.Accounts.Login(p.ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"", "", ""}, []string{login.Sealed, login.Progress, login.Shown})
		session, err := store.Accounts.Session(p.ctx, c.ID)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(session.Sealed, "v1."))

		p.write("hello")
		p.subscriber(c.ID)
		who, err := store.Subscribers.ByUser(p.ctx, c.ID, ann.ID)
		require.NoError(t, err)
		require.Equal(t, "Ann", who.FirstName)
		_, err = p.desk.Begin(p.ctx, accounts.Start{Method: models.LoginQR})
		require.Equal(t, "account_signed_in", fault.From(err).Code)
	})
}

// listens publishes a journey that begins with any message to the account.
func (p *place) listens() {
	p.t.Helper()
	all := services.New(p.t, services.Options{Store: p.store, Ring: p.ring})
	made, err := all.Journeys.Create(p.ctx, "Any", &journey.Definition{Format: journey.Format, Connections: []string{string(models.UserAccount)},
		Triggers: []journey.Trigger{{Kind: journey.AnyMessage}}, ReEntry: journey.ReEntry{Rule: journey.Always}, Timezone: "UTC", StartStepID: "wait",
		Steps: []journey.Step{{ID: "wait", Type: journey.WaitForReply, NextStepID: "end"}, {ID: "end", Type: journey.End}}})
	require.NoError(p.t, err)
	_, err = all.Journeys.Publish(p.ctx, made.ID, made.Version, "")
	require.NoError(p.t, err)
}

// What Telegram brings twice counts once, and what goes out goes out once.
func TestMessagesCountOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	s := p.service(p.store)
	p.listens()
	connection, _, _ := p.signIn(s)
	p.write("one")
	p.write("two")
	p.subscriber(connection)
	var texts []string
	testkit.Eventually(t, patience, "both are in", func() bool {
		list, err := p.store.Conversations.Next(p.ctx, connection, ann.ID, contract.FlowConversation, 0, 10)
		require.NoError(t, err)
		texts = nil
		for _, m := range list {
			var u message.Update
			require.NoError(t, json.Unmarshal([]byte(m.Payload), &u))
			texts = append(texts, u.Text)
		}
		return len(list) >= 2
	})
	require.Equal(t, []string{"one", "two"}, texts)

	in := contract.AccountSend{ConnectionID: connection, Fence: p.fence(connection), Key: "k1", User: ann.ID, Text: "hi"}
	first, err := s.Send(p.ctx, in)
	require.NoError(t, err)
	require.Equal(t, contract.AccountSentOut, first.State)
	again, err := s.Send(p.ctx, in)
	require.NoError(t, err)
	require.Equal(t, first, again)
	p.world.Sim.SetFaults(mtproto.Fault{Method: "messages.sendMessage", Kind: mtproto.FaultFloodWait, Seconds: 60, Times: 1})
	in.Key, in.Text = "k2", "late"
	_, err = s.Send(p.ctx, in)
	require.Equal(t, time.Minute, fault.From(err).RetryAfter)
	_, err = s.Send(p.ctx, in)
	require.Equal(t, "send_rate", fault.From(err).Code, "the account is parked")
	in.Key, in.User = "k3", 999
	_, err = s.Send(p.ctx, in)
	require.True(t, fault.From(err).Retryable(), "the whole account is parked")
	in.Fence++
	_, err = s.Send(p.ctx, in)
	require.Equal(t, "account_lease_lost", fault.From(err).Code)
	require.True(t, fault.From(err).Retryable(), "whoever owns it by then sends it")
	require.Equal(t, []string{"hi"}, p.written())
}

func TestSignInByQRAndByTelethon(t *testing.T) {
	t.Parallel()
	p := newPlace(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	v, err := p.desk.Begin(p.ctx, accounts.Start{Method: models.LoginQR})
	require.NoError(t, err)
	s := p.service(p.store)
	end, _ := p.own(s, v.ConnectionID)
	first := p.until("qr")
	testkit.Eventually(t, patience, "a new code is shown when the first one's time is over", func() bool {
		v, err := p.desk.State(p.ctx)
		return err == nil && v.QR != first.QR && strings.HasPrefix(v.QR, "tg://login?token=")
	})
	testkit.Eventually(t, patience, "a code is accepted", func() bool {
		v, err := p.desk.State(p.ctx)
		require.NoError(t, err)
		ok, err := p.world.Sim.AcceptQR(p.ctx, v.QR, "+15550000001")
		return err == nil && ok
	})
	p.until("signed_in")
	_, err = p.desk.SignOut(p.ctx)
	require.NoError(t, err)
	require.Equal(t, ended{contract.AccountIdle, nil}, <-end)
	require.Equal(t, "idle", p.until("idle").State)
	require.Zero(t, p.account().Sessions, "Telegram knows it too")
	c, err := p.store.Connections.Get(p.ctx, v.ConnectionID)
	require.NoError(t, err)
	require.Equal(t, models.ConnectionSignedOut, c.State)

	text, _, err := p.world.Sim.Telethon("+15550000001")
	require.NoError(t, err)
	_, err = p.desk.Begin(p.ctx, accounts.Start{Method: models.LoginTelethon, Session: secrets.Text(text)})
	require.NoError(t, err)
	p.own(s, v.ConnectionID)
	p.until("signed_in")
}

func TestACancelledSignInLeavesNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	v, err := p.desk.Begin(p.ctx, accounts.Start{Method: models.LoginPhone, Phone: "+15550000001"})
	require.NoError(t, err)
	end, _ := p.own(p.service(p.store), v.ConnectionID)
	p.until("code_needed")
	v, err = p.desk.Cancel(p.ctx)
	require.NoError(t, err)
	require.Equal(t, "login_cancelled", v.Problem.Code)
	require.Equal(t, ended{contract.AccountIdle, nil}, <-end)
	session, err := p.store.Accounts.Session(p.ctx, v.ConnectionID)
	require.NoError(t, err)
	require.Nil(t, session)
}

// C5: a session that was ended on the phone is marked on the card, with what to do.
func TestARevokedSession(t *testing.T) {
	t.Parallel()
	p := newPlace(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	s := p.service(p.store)
	connection, end, _ := p.signIn(s)
	_, err := p.world.Sim.Revoke(p.account().ID)
	require.NoError(t, err)
	require.Equal(t, ended{contract.AccountBroken, nil}, <-end)
	c, err := p.store.Connections.Get(p.ctx, connection)
	require.NoError(t, err)
	require.Equal(t, models.ConnectionBroken, c.State)
	require.Equal(t, "account_session_broken", c.Problem.Code)
	require.NotEmpty(t, c.Problem.Remedy)
	_, err = s.Find(p.ctx, connection)
	require.Equal(t, fault.Conflict, fault.From(err).Kind)
	p.signIn(s)
}

// Who removes the connection signs the account out.
func TestARemovedConnection(t *testing.T) {
	t.Parallel()
	p := newPlace(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	connection, end, _ := p.signIn(p.service(p.store))
	require.Equal(t, 1, p.account().Sessions)
	require.NoError(t, p.store.Connections.Delete(p.ctx, connection, models.AnyVersion))
	require.Equal(t, ended{contract.AccountGone, nil}, <-end)
	require.Zero(t, p.account().Sessions)
}

// A write that meets the removal first, such as a position in Telegram's updates, neither takes the lease for
// lost to another owner nor ends the client: then nobody would sign the account out.
func TestAWriteAfterTheRemoval(t *testing.T) {
	t.Parallel()
	p := newPlace(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	v, err := p.desk.Begin(p.ctx, accounts.Start{Method: models.LoginPhone, Phone: "+15550000001"})
	require.NoError(t, err)
	l, err := acquire(p.ctx, p.store, v.ConnectionID, func() {})
	require.NoError(t, err)
	require.NoError(t, p.store.Connections.Delete(p.ctx, v.ConnectionID, models.AnyVersion))
	err = l.owned(p.ctx, func(*models.Store) error { t.Error("written"); return nil })
	require.True(t, isRemoved(err), "%v", err)
	k := keeper{p.service(p.store), l}
	require.NoError(t, k.SaveState(p.ctx, adapter.State{Pts: 7}))
	require.NoError(t, k.SavePeer(p.ctx, adapter.PeerUser, 1, 2))
	require.NoError(t, k.SaveSession(p.ctx, []byte("session")))
	l.renew(p.ctx)
	require.NoError(t, l.check())
}

// A process that was told the wrong things of Telegram says so on the card, and keeps the session.
func TestAWrongSetting(t *testing.T) {
	t.Parallel()
	p := newPlace(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	connection, end, stop := p.signIn(p.service(p.store))
	stop()
	<-end
	wrong := p.service(p.store)
	wrong.telegram.Address = "nowhere"
	end, stop = p.own(wrong, connection)
	state := func() *models.Connection {
		c, err := p.store.Connections.Get(p.ctx, connection)
		require.NoError(t, err)
		return c
	}
	testkit.Eventually(t, patience, "the card says so", func() bool { return state().State == models.ConnectionBroken })
	require.Equal(t, "telegram_address", state().Problem.Code)
	stop()
	<-end
	p.own(p.service(p.store), connection)
	testkit.Eventually(t, patience, "all is well again", func() bool { return state().State == models.ConnectionWorking })
}
