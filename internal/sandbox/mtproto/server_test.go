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
	require.NoError(t, sim.addKey(key))
	out := &sink{}
	return sim, &conn{Conn: out, key: key}, out
}

// A client that waits for a slow answer sends its call again, with the same id: it is carried out once.
func TestACallThatIsSentAgainIsCarriedOutOnce(t *testing.T) {
	sim, c, out := connected(t)
	carriedOut := func() int {
		var b bin.Buffer
		require.NoError(t, (&tg.AuthSendCodeRequest{PhoneNumber: "+15550000001", APIID: 1, APIHash: "hash"}).Encode(&b))
		require.NoError(t, sim.call(t.Context(), c, 7, &b))
		return out.sent
	}
	require.Equal(t, 1, carriedOut())
	require.Equal(t, 1, carriedOut())
	c.heard = nil // another connection, where the answer did not come
	require.Equal(t, 2, carriedOut())
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
