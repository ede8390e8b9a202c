package mtproto

import (
	"context"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/transport"
	"github.com/stretchr/testify/require"
)

// sink counts what is sent over a connection.
type sink struct {
	transport.Conn
	sent int
}

func (s *sink) Send(context.Context, *bin.Buffer) error { s.sent++; return nil }

// connected is a connection whose key the simulator knows.
func connected(t *testing.T) (*Simulator, *conn, *sink) {
	t.Helper()
	sim, err := New(Options{Folder: t.TempDir()})
	require.NoError(t, err)
	var value crypto.Key
	copy(value[:], random(len(value)))
	key := value.WithID()
	require.NoError(t, sim.addKey(DC, key))
	out := &sink{}
	c := &conn{Conn: out, dc: DC}
	sim.speak(c, key, 1)
	return sim, c, out
}

// A client that waits for a slow answer sends its call again, with the same id: it is carried out once. What it
// did not acknowledge is sent to it again over its next connection.
func TestACallThatIsSentAgainIsCarriedOutOnce(t *testing.T) {
	sim, c, out := connected(t)
	of, key := c.session, c.key
	ask := func() {
		var b bin.Buffer
		require.NoError(t, (&tg.AuthSendCodeRequest{PhoneNumber: "+15550000001", APIID: 1, APIHash: "hash"}).Encode(&b))
		require.NoError(t, sim.unpack(t.Context(), c, of, 8, &b))
	}
	ask()
	ask()
	require.Equal(t, 1, out.sent)
	require.Equal(t, 1, sim.Calls("auth.sendCode"))
	sim.silence(c)
	again, unconfirmed := sim.speak(&conn{Conn: out, dc: DC}, key, 1)
	require.Same(t, of, again)
	require.Len(t, unconfirmed, 1)
	of.acknowledge([]int64{unconfirmed[0].id})
	sim.silence(of.conn)
	_, unconfirmed = sim.speak(&conn{Conn: out, dc: DC}, key, 1)
	require.Empty(t, unconfirmed)
	sim.silence(of.conn)
	other, _ := sim.speak(&conn{Conn: out, dc: DC}, key, 2) // a client that began anew
	require.NotSame(t, of, other)
	require.Len(t, sim.sessions, 1)
}

// What msgs_state_info says of messages.
func TestTheStatesOfMessages(t *testing.T) {
	sim, c, _ := connected(t)
	for _, id := range []int64{100, 108} {
		c.session.hear(id)
	}
	c.session.answers[108] = &answered{}
	for id, want := range map[int64]byte{96: stateForgotten, 104: stateNotReceived, 112: stateNotYet,
		100: stateReceived | stateProcessed, 108: stateReceived | stateProcessed | stateAnswered} {
		require.Equal(t, want, c.session.state(id), id)
	}
	for i := range int64(heardMessages) {
		c.session.hear(200 + 4*i)
	}
	require.Equal(t, byte(stateForgotten), c.session.state(108))
	require.Len(t, c.session.answers, heardMessages)
	require.NotNil(t, sim)
}

// Checks of passwords that run at the same time don't take each other's place.
func TestChecksOfPasswordsStayApart(t *testing.T) {
	sim, c, _ := connected(t)
	a := sim.byPhone("+15550000002")
	require.True(t, a.hasPassword())
	ask := func() int64 {
		_, err := sim.getPassword(c, a, nil)
		require.NoError(t, err)
		for id := range sim.srps {
			return id
		}
		return 0
	}
	first := ask()
	require.NotZero(t, first)
	ask()
	require.Len(t, sim.srps, 2)
	delete(sim.srps, first) // it was used
	ask()
	require.Len(t, sim.srps, 2)
}
