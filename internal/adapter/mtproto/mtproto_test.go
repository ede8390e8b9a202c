package mtproto_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/mtproto"
	"github.com/promostack/promostack/internal/base/fault"
	sandbox "github.com/promostack/promostack/internal/sandbox/mtproto"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/mtprotokit"
)

// memory keeps an account in a test.
type memory struct {
	mu       sync.Mutex
	session  []byte
	state    mtproto.State
	there    bool
	peers    map[int64]int64
	received []mtproto.Message
	refuse   error // what Handle answers
}

func (m *memory) Session(context.Context) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.session, nil
}

func (m *memory) SaveSession(_ context.Context, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.session = data
	return nil
}

func (m *memory) State(context.Context) (mtproto.State, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state, m.there, nil
}

func (m *memory) SaveState(_ context.Context, state mtproto.State) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state, m.there = state, true
	return nil
}

func (m *memory) Channels(context.Context) (map[int64]int, error) { return nil, nil }
func (m *memory) SaveChannel(context.Context, int64, int) error   { return nil }
func (m *memory) Peer(_ context.Context, _ mtproto.PeerKind, id int64) (int64, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	hash, ok := m.peers[id]
	return hash, ok, nil
}

func (m *memory) SavePeer(_ context.Context, _ mtproto.PeerKind, id, hash int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.peers[id] = hash
	return nil
}

func (m *memory) handle(_ context.Context, in mtproto.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		return m.refuse
	}
	m.received = append(m.received, in)
	return nil
}

func (m *memory) got() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for _, r := range m.received {
		out = append(out, r.From.FirstName+": "+r.Text)
	}
	return out
}

// world opens clients on a simulated Telegram.
type world struct {
	*mtprotokit.World
	t *testing.T
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{mtprotokit.New(t), t}
}

func newMemory() *memory { return &memory{peers: map[int64]int64{}} }

func (w *world) options(m *memory) mtproto.Options {
	w.t.Helper()
	key, err := mtproto.ReadPublicKey(w.KeyFile())
	require.NoError(w.t, err)
	return mtproto.Options{AppID: 1, AppHash: "hash", Address: w.Address, PublicKey: key, Keeper: m, Handle: m.handle, Version: "test"}
}

func (w *world) open(m *memory, signedIn bool) *mtproto.Client {
	w.t.Helper()
	o := w.options(m)
	o.SignedIn = signedIn
	c, err := mtproto.Open(w.t.Context(), o)
	require.NoError(w.t, err)
	w.t.Cleanup(c.Close)
	return c
}

// signIn returns a client of a number that needs no password.
func (w *world) signIn(m *memory, phone string) (*mtproto.Client, mtproto.Me) {
	w.t.Helper()
	c := w.open(m, false)
	hash, err := c.SendCode(w.t.Context(), phone)
	require.NoError(w.t, err)
	more, err := c.SignIn(w.t.Context(), phone, sandbox.Code, hash)
	require.NoError(w.t, err)
	require.False(w.t, more)
	me, err := c.Listen(w.t.Context())
	require.NoError(w.t, err)
	return c, me
}

func requireCode(t *testing.T, err error, code string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, fault.From(err).Code, "%v", err)
}

var ann = sandbox.Person{ID: 501, FirstName: "Ann", Username: "ann"}

// C5: messages come in once, also those of the time when nobody was there, and go out once.
func TestMessagesBothWays(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	m := newMemory()
	c, me := w.signIn(m, "+15550000001")
	_, _, err := w.Sim.Write(ctx, me.ID, ann, "hello")
	require.NoError(t, err)
	testkit.Eventually(t, 30*time.Second, "the message comes in", func() bool { return len(m.got()) == 1 })

	out := mtproto.Outgoing{User: ann.ID, Text: "hi <b>Ann</b>", HTML: true, RandomID: 42}
	sent, err := c.Send(ctx, out)
	require.NoError(t, err)
	require.Positive(t, sent.ID)
	again, err := c.Send(ctx, out)
	require.NoError(t, err)
	require.True(t, again.Again)
	w.Sim.SetFaults(sandbox.Fault{Method: "messages.sendMessage", Kind: sandbox.FaultDrop, Times: 1})
	_, err = c.Send(ctx, mtproto.Outgoing{User: ann.ID, Text: "dropped", RandomID: 43})
	require.NoError(t, err, "the library repeats it on a new connection")
	_, err = c.Send(ctx, mtproto.Outgoing{User: 999, Text: "x", RandomID: 44})
	requireCode(t, err, mtproto.CodeNoPeer)
	c.Close()

	for _, text := range []string{"one", "two", "three"} {
		_, _, err := w.Sim.Write(ctx, me.ID, ann, text)
		require.NoError(t, err)
	}
	c = w.open(m, true)
	testkit.Eventually(t, 30*time.Second, "what was missed comes in", func() bool { return len(m.got()) == 4 })
	_, _, err = w.Sim.Write(ctx, me.ID, ann, "four")
	require.NoError(t, err)
	testkit.Eventually(t, 30*time.Second, "and what comes now", func() bool { return len(m.got()) == 5 })
	require.Equal(t, []string{"Ann: hello", "Ann: one", "Ann: two", "Ann: three", "Ann: four"}, m.got())

	m.mu.Lock()
	m.peers = map[int64]int64{}
	m.mu.Unlock()
	_, err = c.Send(ctx, mtproto.Outgoing{User: ann.ID, Text: "found in the conversations", RandomID: 45})
	require.NoError(t, err)
	list, _ := w.Sim.Messages(me.ID)
	var texts []string
	for _, one := range list {
		if one.Out {
			texts = append(texts, one.Text)
		}
	}
	require.Equal(t, []string{"hi Ann", "dropped", "found in the conversations"}, texts)
}

// A message that could not be taken in comes again.
func TestAFailedMessageComesAgain(t *testing.T) {
	w := newWorld(t)
	m := newMemory()
	c, me := w.signIn(m, "+15550000001")
	m.mu.Lock()
	m.refuse = fault.New(fault.Unavailable, "database_unavailable", "away")
	m.mu.Unlock()
	_, _, err := w.Sim.Write(t.Context(), me.ID, ann, "hello")
	require.NoError(t, err)
	<-c.Done()
	requireCode(t, c.Err(), "database_unavailable")
	c.Close()
	m.mu.Lock()
	m.refuse = nil
	m.mu.Unlock()
	w.open(m, true)
	testkit.Eventually(t, 30*time.Second, "the message comes again", func() bool { return len(m.got()) == 1 })
}

func TestARevokedSessionIsBroken(t *testing.T) {
	w := newWorld(t)
	m := newMemory()
	c, me := w.signIn(m, "+15550000001")
	_, err := w.Sim.Revoke(me.ID)
	require.NoError(t, err)
	select {
	case <-c.Done():
	case <-time.After(20 * time.Second):
		t.Fatal("the client does not notice")
	}
	requireCode(t, c.Err(), mtproto.CodeBroken)
	require.NotEmpty(t, fault.From(c.Err()).Remedy)
	o := w.options(m)
	o.SignedIn = true
	_, err = mtproto.Open(t.Context(), o)
	requireCode(t, err, mtproto.CodeBroken)
}

func TestFloodWaits(t *testing.T) {
	w := newWorld(t)
	m := newMemory()
	c, me := w.signIn(m, "+15550000001")
	_, _, err := w.Sim.Write(t.Context(), me.ID, ann, "hello")
	require.NoError(t, err)
	testkit.Eventually(t, 30*time.Second, "the message comes in", func() bool { return len(m.got()) == 1 })
	w.Sim.SetFaults(sandbox.Fault{Method: "messages.sendMessage", Kind: sandbox.FaultFloodWait, Seconds: 1, Times: 1})
	_, err = c.Send(t.Context(), mtproto.Outgoing{User: ann.ID, Text: "short", RandomID: 1})
	require.NoError(t, err, "a short wait is sat out")
	w.Sim.SetFaults(sandbox.Fault{Method: "messages.sendMessage", Kind: sandbox.FaultFloodWait, Seconds: 300, Times: 1})
	_, err = c.Send(t.Context(), mtproto.Outgoing{User: ann.ID, Text: "long", RandomID: 2})
	requireCode(t, err, "account_flood_wait")
	require.Equal(t, 5*time.Minute, fault.From(err).RetryAfter)
	w.Sim.SetFaults(sandbox.Fault{Kind: sandbox.FaultError, Code: 406, Error: "AUTH_KEY_DUPLICATED", Times: 1})
	_, err = c.Me(t.Context())
	requireCode(t, err, mtproto.CodeBroken)
	<-c.Done()
}

func TestARestartOfTelegramKeepsTheAccount(t *testing.T) {
	w := newWorld(t)
	m := newMemory()
	c, me := w.signIn(m, "+15550000001")
	w.Stop()
	w.Start()
	_, _, err := w.Sim.Write(t.Context(), me.ID, ann, "after")
	require.NoError(t, err)
	testkit.Eventually(t, 30*time.Second, "the message comes in", func() bool { return len(m.got()) == 1 })
	require.NoError(t, c.Err())
}

// After a refusal of the guard not one more byte is sent.
func TestTheGuardEndsTheClient(t *testing.T) {
	w := newWorld(t)
	m := newMemory()
	c, me := w.signIn(m, "+15550000001")
	c.Close()
	var mu sync.Mutex
	var refused error
	o := w.options(m)
	o.SignedIn = true
	o.Guard = func() error {
		mu.Lock()
		defer mu.Unlock()
		return refused
	}
	c, err := mtproto.Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, _, err = w.Sim.Write(t.Context(), me.ID, ann, "hello")
	require.NoError(t, err)
	testkit.Eventually(t, 30*time.Second, "the message comes in", func() bool { return len(m.got()) == 1 })
	mu.Lock()
	refused = fault.New(fault.Conflict, "account_lease_lost", "Another process owns this account now")
	mu.Unlock()
	_, err = c.Send(t.Context(), mtproto.Outgoing{User: ann.ID, Text: "late", RandomID: 9})
	requireCode(t, err, "account_lease_lost")
	<-c.Done()
	requireCode(t, c.Err(), "account_lease_lost")
	list, _ := w.Sim.Messages(me.ID)
	require.Len(t, list, 1)
}

func TestNobodyAnswers(t *testing.T) {
	w := newWorld(t)
	o := w.options(newMemory())
	w.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := mtproto.Open(ctx, o)
	requireCode(t, err, mtproto.CodeUnreachable)
	require.False(t, errors.Is(err, context.Canceled))
	o.PublicKey = nil
	_, err = mtproto.Open(ctx, o)
	requireCode(t, err, "telegram_address")
}
