package secrets_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/stretchr/testify/require"
)

// generate returns a new root secret.
func generate() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func ring(t *testing.T, current string, previous ...string) *secrets.Ring {
	t.Helper()
	r, err := secrets.NewRing(current, previous...)
	require.NoError(t, err)
	return r
}

func TestSealAndOpen(t *testing.T) {
	r := ring(t, generate())
	for _, plain := range []string{"", "token", strings.Repeat("long", 10_000)} {
		sealed, err := r.Seal("connection", []byte(plain), []byte("row-1"))
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(sealed, "v1."+r.KeyID()+"."))
		require.False(t, r.NeedsReseal(sealed))
		open, err := r.Open("connection", sealed, []byte("row-1"))
		require.NoError(t, err)
		require.Equal(t, plain, string(open))

		again, err := r.Seal("connection", []byte(plain), []byte("row-1"))
		require.NoError(t, err)
		require.NotEqual(t, sealed, again, "every sealing has a nonce of its own")

		raw, err := r.SealBytes("codec", []byte(plain), nil)
		require.NoError(t, err)
		open, err = r.OpenBytes("codec", raw, nil)
		require.NoError(t, err)
		require.Equal(t, plain, string(open))
	}
}

func TestOpenRefuses(t *testing.T) {
	r := ring(t, generate())
	sealed, err := r.Seal("connection", []byte("top secret"), []byte("row-1"))
	require.NoError(t, err)
	refused := func(purpose, text, aad string) {
		t.Helper()
		_, err := r.Open(purpose, text, []byte(aad))
		require.ErrorIs(t, err, secrets.ErrUnreadable)
		require.NotContains(t, err.Error(), "top secret")
		if len(text) > 20 {
			require.NotContains(t, err.Error(), text)
		}
	}
	refused("session", sealed, "row-1")
	refused("connection", sealed, "row-2")
	refused("connection", "", "row-1")
	refused("connection", "v1.zz.zz", "row-1")
	refused("connection", strings.Replace(sealed, "v1.", "v2.", 1), "row-1")
	refused("connection", sealed+"A", "row-1")
	for i := range sealed {
		changed := []byte(sealed)
		changed[i] ^= 1
		refused("connection", string(changed), "row-1")
	}
	other := ring(t, generate())
	_, err = other.Open("connection", sealed, []byte("row-1"))
	require.ErrorIs(t, err, secrets.ErrUnreadable)
	require.ErrorContains(t, err, r.KeyID(), "the operator learns which key is missing")

	raw, err := r.SealBytes("codec", []byte("x"), nil)
	require.NoError(t, err)
	for i := range raw {
		_, err = r.OpenBytes("codec", raw[:i], nil)
		require.ErrorIs(t, err, secrets.ErrUnreadable)
	}
}

func TestRotation(t *testing.T) {
	oldKey, newKey := generate(), generate()
	before, after := ring(t, oldKey), ring(t, newKey, "", oldKey)
	sealed, err := before.Seal("p", []byte("kept"), nil)
	require.NoError(t, err)
	mac := before.Sign("cookie", []byte("m"))

	require.NotEqual(t, before.KeyID(), after.KeyID())
	open, err := after.Open("p", sealed, nil)
	require.NoError(t, err)
	require.Equal(t, "kept", string(open))
	require.True(t, after.NeedsReseal(sealed))
	require.True(t, after.Verify("cookie", []byte("m"), mac))
	require.False(t, ring(t, newKey).Verify("cookie", []byte("m"), mac))

	resealed, err := after.Seal("p", open, nil)
	require.NoError(t, err)
	_, err = before.Open("p", resealed, nil)
	require.ErrorIs(t, err, secrets.ErrUnreadable, "the new key seals")
}

func TestSign(t *testing.T) {
	r := ring(t, generate())
	mac := r.Sign("cookie", []byte("message"))
	require.Len(t, mac, 32)
	require.True(t, r.Verify("cookie", []byte("message"), mac))
	require.False(t, r.Verify("link", []byte("message"), mac))
	require.False(t, r.Verify("cookie", []byte("massage"), mac))
	require.False(t, r.Verify("cookie", []byte("message"), mac[:31]))
	require.False(t, r.Verify("cookie", []byte("message"), nil))
}

func TestKeysAreChecked(t *testing.T) {
	for _, weak := range []string{"", "short", strings.Repeat("a", 64), strings.Repeat("abcd", 10)} {
		_, err := secrets.NewRing(weak)
		require.True(t, fault.Is(err, fault.Invalid))
		require.ErrorContains(t, err, "SECRET_KEY")
		if weak != "" {
			require.NotContains(t, err.Error(), weak)
		}
	}
	_, err := secrets.NewRing(generate(), "short")
	require.ErrorContains(t, err, "SECRET_KEY_PREVIOUS")
	a, b := generate(), generate()
	require.NotEqual(t, a, b)
	require.Equal(t, ring(t, a).KeyID(), ring(t, " "+a+"\n").KeyID())
}

func TestTextNeverShows(t *testing.T) {
	type config struct {
		Token secrets.Text
		Ptr   *secrets.Text
	}
	token := secrets.Text("123:hunter2")
	c := config{Token: token, Ptr: &token}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		_, _ = fmt.Fprintf(&out, verb+"\n", token)
		_, _ = fmt.Fprintf(&out, verb+"\n", c)
		_, _ = fmt.Fprintf(&out, verb+"\n", []secrets.Text{token})
	}
	_, _ = fmt.Fprintln(&out, token, c, fmt.Errorf("bad token %s: %v", token, token))
	data, err := json.Marshal([]any{token, c})
	require.NoError(t, err)
	out.Write(data)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "token", token, "config", c, "err", fmt.Errorf("%v", token))
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "token", token, "config", c)
	all := out.String() + log.String()
	require.NotContains(t, all, "hunter2")
	require.NotContains(t, all, "68756e74")
	require.Contains(t, all, "[secret]")
	require.Equal(t, "123:hunter2", token.Reveal())

	r := ring(t, generate())
	require.Equal(t, "secrets.Ring("+r.KeyID()+")", fmt.Sprintf("%v", r))
	require.Equal(t, r.String(), fmt.Sprintf("%#v", r))
}

func FuzzOpen(f *testing.F) {
	r, err := secrets.NewRing("0123456789abcdefghijklmnopqrstuv")
	require.NoError(f, err)
	sealed, err := r.Seal("p", []byte("x"), nil)
	require.NoError(f, err)
	f.Add(sealed)
	f.Add("v1.00000000.")
	f.Fuzz(func(t *testing.T, text string) {
		open, err := r.Open("p", text, nil)
		if err == nil && string(open) != "x" {
			t.Fatal("a text that the ring did not seal was opened")
		}
		_, _ = r.OpenBytes("p", []byte(text), nil)
	})
}
