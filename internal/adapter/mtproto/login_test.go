package mtproto_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/mtproto"
	sandbox "github.com/promostack/promostack/internal/sandbox/mtproto"
)

func TestSignInByCodeAndPassword(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	m := newMemory()
	c := w.open(m, false)
	_, err := c.SendCode(ctx, "+15550001")
	requireCode(t, err, "phone_invalid")
	hash, err := c.SendCode(ctx, "+1 (555) 000-0002")
	require.NoError(t, err)
	_, err = c.SignIn(ctx, "+15550000002", "99999", hash)
	requireCode(t, err, mtproto.CodeWrongCode)
	more, err := c.SignIn(ctx, "+15550000002", sandbox.Code, hash)
	require.NoError(t, err, "after a wrong code the right one counts")
	require.True(t, more)
	err = c.Password(ctx, "guess")
	requireCode(t, err, mtproto.CodeWrongPassword)
	require.NotContains(t, err.Error(), "guess")
	require.NoError(t, c.Password(ctx, sandbox.Password))
	me, err := c.Listen(ctx)
	require.NoError(t, err)
	require.Equal(t, "Account 0002", me.Name)
	require.NoError(t, c.SignOut(ctx))
}

// slowMemory takes its time to keep a session: until somebody is further than that, or a second.
type slowMemory struct {
	*memory
	further chan struct{}
}

func (m slowMemory) SaveSession(ctx context.Context, data []byte) error {
	limit := time.NewTimer(time.Second)
	defer limit.Stop()
	select {
	case <-m.further:
	case <-limit.C:
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return m.memory.SaveSession(ctx, data)
}

// A code counts for the key that asked for it: whoever ends as soon as it is sent leaves that key to the next.
func TestACodeOutlivesTheConnection(t *testing.T) {
	w := newWorld(t)
	m := newMemory()
	o := w.options(m)
	slow := slowMemory{m, make(chan struct{})}
	o.Keeper = slow
	first, err := mtproto.Open(t.Context(), o)
	require.NoError(t, err)
	hash, err := first.SendCode(t.Context(), "+15550000001")
	go first.Close()
	<-first.Done()
	close(slow.further)
	require.NoError(t, err)
	more, err := w.open(m, false).SignIn(t.Context(), "+15550000001", sandbox.Code, hash)
	require.NoError(t, err)
	require.False(t, more)
}

func TestACodeExpires(t *testing.T) {
	w := newWorld(t)
	c := w.open(newMemory(), false)
	hash, err := c.SendCode(t.Context(), "+15550000001")
	require.NoError(t, err)
	for range 5 {
		_, err = c.SignIn(t.Context(), "+15550000001", "1", hash)
		requireCode(t, err, mtproto.CodeWrongCode)
	}
	_, err = c.SignIn(t.Context(), "+15550000001", sandbox.Code, hash)
	requireCode(t, err, mtproto.CodeExpiredCode)
}

func TestSignInByQR(t *testing.T) {
	for phone, password := range map[string]bool{"+15550000001": false, "+15550000002": true} {
		w := newWorld(t)
		c := w.open(newMemory(), false)
		shown := make(chan string, 10)
		type end struct {
			more bool
			err  error
		}
		ended := make(chan end, 1)
		go func() {
			more, err := c.QR(t.Context(), func(_ context.Context, address string, _ time.Time) error { shown <- address; return nil })
			ended <- end{more, err}
		}()
		first := <-shown
		second := <-shown // the first one's time is over
		require.NotEqual(t, first, second)
		ok, err := w.Sim.AcceptQR(t.Context(), first, phone)
		require.NoError(t, err)
		require.False(t, ok, "an old code signs nobody in")
		ok, err = w.Sim.AcceptQR(t.Context(), second, phone)
		require.NoError(t, err)
		require.True(t, ok)
		got := <-ended
		require.NoError(t, got.err)
		require.Equal(t, password, got.more)
		if got.more {
			require.NoError(t, c.Password(t.Context(), sandbox.Password))
		}
		_, err = c.Listen(t.Context())
		require.NoError(t, err)
	}
}

// A code that is read in its last moment signs in, though the next one is asked for already.
func TestSignInByQRAtTheLastMoment(t *testing.T) {
	w := newWorld(t)
	c := w.open(newMemory(), false)
	more, err := c.QR(t.Context(), func(ctx context.Context, address string, until time.Time) error {
		ok, err := w.Sim.AcceptQR(ctx, address, "+15550000001")
		if !ok || err != nil {
			return errors.New("the code was not taken")
		}
		// Nobody listens for the sign while a code is being shown, until its time is over.
		over := time.NewTimer(time.Until(until))
		defer over.Stop()
		<-over.C
		return nil
	})
	require.NoError(t, err)
	require.False(t, more)
	_, err = c.Listen(t.Context())
	require.NoError(t, err)
}

func TestATelethonSessionIsImported(t *testing.T) {
	w := newWorld(t)
	text, ok, err := w.Sim.Telethon("+15550000007")
	require.NoError(t, err)
	require.True(t, ok)
	m := newMemory()
	m.session, err = mtproto.ImportTelethon(text)
	require.NoError(t, err)
	me, err := w.open(m, true).Me(t.Context())
	require.NoError(t, err)
	require.Equal(t, "Account 0007", me.Name)
	_, err = mtproto.ImportTelethon("1" + strings.Repeat("secret", 20))
	requireCode(t, err, "telethon_malformed")
	require.NotContains(t, err.Error(), "secret")
}
