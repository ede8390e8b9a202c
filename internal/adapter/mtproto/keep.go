package mtproto

import (
	"cmp"
	"context"
	"encoding/hex"
	"sync"

	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram/updates"

	"github.com/promostack/promostack/internal/base/fault"
)

// keep is the library's storage on top of a Keeper. The library goes on when a write fails; here it
// ends the client, since the position in the updates would move past a message that was not received.
type keep struct {
	c *Client

	mu     sync.Mutex
	state  updates.State
	users  map[int64]bool        // whose hash is stored, so that not every message asks the database
	key    string                // id of the key that is stored
	stored map[int]chan struct{} // closed when the session with a data centre is stored
}

var (
	_ session.Storage             = (*keep)(nil)
	_ updates.StateStorage        = (*keep)(nil)
	_ updates.ChannelAccessHasher = (*keep)(nil)
	_ updates.UserAccessHasher    = (*keep)(nil)
)

// put runs a write, which ends the client when it fails. Nothing is written after the end.
func (k *keep) put(write func() error) error {
	if err := k.c.Err(); err != nil {
		return err
	}
	if k.c.ctx.Err() != nil {
		return k.c.ctx.Err()
	}
	err := write()
	if err != nil {
		k.c.fail(err)
	}
	return err
}

// LoadSession implements session.Storage.
func (k *keep) LoadSession(ctx context.Context) ([]byte, error) {
	data, err := k.c.o.Keeper.Session(ctx)
	if err != nil || len(data) == 0 {
		return nil, cmp.Or(err, session.ErrNotFound)
	}
	kept, err := parse(ctx, data)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key == "" {
		k.kept(kept)
	}
	return data, nil
}

// StoreSession implements session.Storage. The library makes a new key when the server does not know
// the old one: for an account that is signed in, this is the end and not a new session.
func (k *keep) StoreSession(ctx context.Context, data []byte) error {
	return k.put(func() error {
		made, err := parse(ctx, data)
		if err != nil {
			return err
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.key != "" && k.key != keyID(made) && k.c.isSignedIn() {
			return broken("AUTH_KEY_UNREGISTERED")
		}
		if err := k.c.o.Keeper.SaveSession(ctx, data); err != nil {
			return err
		}
		k.kept(made)
		return nil
	})
}

// kept records that a session is stored. The caller holds the lock.
func (k *keep) kept(data *session.Data) {
	k.key = keyID(data)
	stored := k.storedAt(cmp.Or(data.DC, firstDC))
	select {
	case <-stored:
	default:
		close(stored)
	}
}

// at is closed when the session with a data centre is stored.
func (k *keep) at(dc int) <-chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.storedAt(dc)
}

func (k *keep) storedAt(dc int) chan struct{} {
	if k.stored[dc] == nil {
		k.stored[dc] = make(chan struct{})
	}
	return k.stored[dc]
}

func keyID(data *session.Data) string { return hex.EncodeToString(data.AuthKeyID) }

// parse reads a kept session.
func parse(ctx context.Context, data []byte) (*session.Data, error) {
	memory := &session.StorageMemory{}
	if err := memory.StoreSession(ctx, data); err != nil {
		return nil, err
	}
	return (&session.Loader{Storage: memory}).Load(ctx)
}

// GetState implements updates.StateStorage.
func (k *keep) GetState(ctx context.Context, _ int64) (updates.State, bool, error) {
	state, ok, err := k.c.o.Keeper.State(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state = updates.State(state)
	return k.state, ok, err
}

func (k *keep) change(ctx context.Context, fn func(*updates.State)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	next := k.state
	fn(&next)
	if next == k.state {
		return nil
	}
	return k.put(func() error {
		err := k.c.o.Keeper.SaveState(ctx, State(next))
		if err == nil {
			k.state = next
		}
		return err
	})
}

// SetState implements updates.StateStorage.
func (k *keep) SetState(ctx context.Context, _ int64, state updates.State) error {
	return k.change(ctx, func(s *updates.State) { *s = state })
}

// SetPts implements updates.StateStorage.
func (k *keep) SetPts(ctx context.Context, _ int64, pts int) error {
	return k.change(ctx, func(s *updates.State) { s.Pts = pts })
}

// SetQts implements updates.StateStorage.
func (k *keep) SetQts(ctx context.Context, _ int64, qts int) error {
	return k.change(ctx, func(s *updates.State) { s.Qts = qts })
}

// SetDate implements updates.StateStorage.
func (k *keep) SetDate(ctx context.Context, _ int64, date int) error {
	return k.change(ctx, func(s *updates.State) { s.Date = date })
}

// SetSeq implements updates.StateStorage.
func (k *keep) SetSeq(ctx context.Context, _ int64, seq int) error {
	return k.change(ctx, func(s *updates.State) { s.Seq = seq })
}

// SetDateSeq implements updates.StateStorage.
func (k *keep) SetDateSeq(ctx context.Context, _ int64, date, seq int) error {
	return k.change(ctx, func(s *updates.State) { s.Date, s.Seq = date, seq })
}

// GetChannelPts implements updates.StateStorage.
func (k *keep) GetChannelPts(ctx context.Context, _, channel int64) (int, bool, error) {
	all, err := k.c.o.Keeper.Channels(ctx)
	pts, ok := all[channel]
	return pts, ok, err
}

// SetChannelPts implements updates.StateStorage.
func (k *keep) SetChannelPts(ctx context.Context, _, channel int64, pts int) error {
	return k.put(func() error { return k.c.o.Keeper.SaveChannel(ctx, channel, pts) })
}

// ForEachChannels implements updates.StateStorage.
func (k *keep) ForEachChannels(ctx context.Context, _ int64, f func(ctx context.Context, channel int64, pts int) error) error {
	all, err := k.c.o.Keeper.Channels(ctx)
	if err != nil {
		return err
	}
	for channel, pts := range all {
		if err := f(ctx, channel, pts); err != nil {
			return err
		}
	}
	return nil
}

// SetChannelAccessHash implements updates.ChannelAccessHasher.
func (k *keep) SetChannelAccessHash(ctx context.Context, _, channel, hash int64) error {
	return k.put(func() error { return k.c.o.Keeper.SavePeer(ctx, PeerChannel, channel, hash) })
}

// GetChannelAccessHash implements updates.ChannelAccessHasher.
func (k *keep) GetChannelAccessHash(ctx context.Context, _, channel int64) (int64, bool, error) {
	return k.c.o.Keeper.Peer(ctx, PeerChannel, channel)
}

// SetUserAccessHash implements updates.UserAccessHasher.
func (k *keep) SetUserAccessHash(ctx context.Context, _, user, hash int64) error {
	return k.put(func() error {
		err := k.c.o.Keeper.SavePeer(ctx, PeerUser, user, hash)
		if err == nil {
			k.mu.Lock()
			k.users[user] = true
			k.mu.Unlock()
		}
		return err
	})
}

// GetUserAccessHash implements updates.UserAccessHasher. The library asks only whether there is one.
func (k *keep) GetUserAccessHash(ctx context.Context, _, user int64) (int64, bool, error) {
	k.mu.Lock()
	known := k.users[user]
	k.mu.Unlock()
	if known {
		return 0, true, nil
	}
	hash, ok, err := k.c.o.Keeper.Peer(ctx, PeerUser, user)
	if err == nil && ok {
		k.mu.Lock()
		k.users[user] = true
		k.mu.Unlock()
	}
	return hash, ok, err
}

func broken(why string) *fault.Error {
	return fault.New(fault.Forbidden, CodeBroken, "Telegram ended this account's session (%s)", why).
		WithRemedy("Open Connections and sign the account in again")
}
