package mtproto_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/mtproto"
	sandbox "github.com/promostack/promostack/internal/sandbox/mtproto"
	"github.com/promostack/promostack/internal/test/testkit"
)

// The numbers of the second data centre.
const (
	secondPhone    = "+15554000001"
	secondPassword = "+15554000002"
)

// lives is a client whose account's data centre is the second, until Telegram and it have been away.
func (w *world) lives(m *memory, c *mtproto.Client) {
	w.t.Helper()
	me, err := c.Listen(w.t.Context())
	require.NoError(w.t, err)
	until := func(text string) {
		w.t.Helper()
		_, _, err := w.Sim.Write(w.t.Context(), me.ID, ann, text)
		require.NoError(w.t, err)
		testkit.Eventually(w.t, 30*time.Second, text, func() bool { got := m.got(); return len(got) > 0 && got[len(got)-1] == "Ann: "+text })
	}
	until("to the client that signed in")
	w.Stop()
	w.Start()
	until("after a restart of Telegram")
	c.Close()
	c = w.open(m, true)
	until("to the next client")
	_, err = c.Send(w.t.Context(), mtproto.Outgoing{User: ann.ID, Text: "hi Ann", RandomID: 42})
	require.NoError(w.t, err)
}

// R4: an account whose number belongs to another data centre is led there (PHONE_MIGRATE), by each way to sign in.
func TestAnAccountOfAnotherDataCentre(t *testing.T) {
	t.Run("by code and password", func(t *testing.T) {
		t.Parallel()
		w, m := newWorld(t), newMemory()
		c := w.open(m, false)
		hash, err := c.SendCode(t.Context(), secondPassword)
		require.NoError(t, err)
		c.Close() // the code counts for the new key, which the next client has
		c = w.open(m, false)
		more, err := c.SignIn(t.Context(), secondPassword, sandbox.Code, hash)
		require.NoError(t, err)
		require.True(t, more)
		require.NoError(t, c.Password(t.Context(), sandbox.Password))
		w.lives(m, c)
	})
	t.Run("by QR", func(t *testing.T) {
		t.Parallel()
		w, m := newWorld(t), newMemory()
		c := w.open(m, false)
		shown := make(chan string, 10)
		go func() { _, _ = w.Sim.AcceptQR(context.WithoutCancel(t.Context()), <-shown, secondPhone) }()
		more, err := c.QR(t.Context(), func(_ context.Context, address string, _ time.Time) error { shown <- address; return nil })
		require.NoError(t, err)
		require.False(t, more)
		w.lives(m, c)
	})
	t.Run("by QR at its last moment, and password", func(t *testing.T) {
		t.Parallel()
		w, m := newWorld(t), newMemory()
		c := w.open(m, false)
		// Nobody listens for the sign while a code is being shown, so the library learns of it when it asks for the next.
		more, err := c.QR(t.Context(), func(ctx context.Context, address string, _ time.Time) error {
			_, err := w.Sim.AcceptQR(ctx, address, secondPassword)
			return err
		})
		require.NoError(t, err)
		require.True(t, more)
		require.NoError(t, c.Password(t.Context(), sandbox.Password))
		w.lives(m, c)
	})
	t.Run("by Telethon", func(t *testing.T) {
		t.Parallel()
		w, m := newWorld(t), newMemory()
		w.open(newMemory(), false).Close() // from here on Telegram knows its own addresses
		text, ok, err := w.Sim.Telethon(secondPhone)
		require.NoError(t, err)
		require.True(t, ok)
		m.session, err = mtproto.ImportTelethon(text)
		require.NoError(t, err)
		w.lives(m, w.open(m, true))
	})
}
