package owner

import (
	"context"

	"github.com/promostack/promostack/internal/adapter/mtproto"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/models"
)

// keeper keeps an account in the database: everything is written under the fence, and the session is
// sealed.
type keeper struct {
	s *Service
	l *lease
}

var _ mtproto.Keeper = keeper{}

// write writes under the fence. Of a connection that was removed nothing is kept any more; that is no failure, which
// would end the client before it has signed the account out.
func (k keeper) write(ctx context.Context, fn func(tx *models.Store) error) error {
	if err := k.l.owned(ctx, fn); !isRemoved(err) {
		return err
	}
	return nil
}

// Session implements mtproto.Keeper.
func (k keeper) Session(ctx context.Context) ([]byte, error) {
	row, err := k.s.store.Accounts.Session(ctx, k.l.connection)
	if err != nil || row == nil {
		return nil, err
	}
	data, err := k.s.ring.Open(accounts.SealSession, row.Sealed, []byte(k.l.connection))
	if err != nil || !k.s.ring.NeedsReseal(row.Sealed) {
		return data, err
	}
	sealed, err := k.s.ring.Seal(accounts.SealSession, data, []byte(k.l.connection))
	if err == nil {
		_, err = k.s.store.Accounts.Reseal(ctx, k.l.connection, row.Sealed, sealed)
	}
	return data, err
}

// SaveSession implements mtproto.Keeper.
func (k keeper) SaveSession(ctx context.Context, data []byte) error {
	sealed, err := k.s.ring.Seal(accounts.SealSession, data, []byte(k.l.connection))
	if err != nil {
		return err
	}
	return k.write(ctx, func(tx *models.Store) error { return tx.Accounts.SaveSession(ctx, k.l.connection, sealed) })
}

// State implements mtproto.Keeper.
func (k keeper) State(ctx context.Context) (mtproto.State, bool, error) {
	row, err := k.s.store.Accounts.State(ctx, k.l.connection)
	if err != nil || row == nil {
		return mtproto.State{}, false, err
	}
	return mtproto.State{Pts: int(row.Pts), Qts: int(row.Qts), Date: int(row.Date), Seq: int(row.Seq)}, true, nil
}

// SaveState implements mtproto.Keeper.
func (k keeper) SaveState(ctx context.Context, s mtproto.State) error {
	row := models.AccountState{ConnectionID: k.l.connection, Pts: int64(s.Pts), Qts: int64(s.Qts), Date: int64(s.Date), Seq: int64(s.Seq)}
	return k.write(ctx, func(tx *models.Store) error { return tx.Accounts.SaveState(ctx, row) })
}

// Channels implements mtproto.Keeper.
func (k keeper) Channels(ctx context.Context) (map[int64]int, error) {
	rows, err := k.s.store.Accounts.Channels(ctx, k.l.connection)
	out := map[int64]int{}
	for _, row := range rows {
		out[row.ChannelID] = int(row.Pts)
	}
	return out, err
}

// SaveChannel implements mtproto.Keeper.
func (k keeper) SaveChannel(ctx context.Context, id int64, pts int) error {
	return k.write(ctx, func(tx *models.Store) error { return tx.Accounts.SaveChannel(ctx, k.l.connection, id, int64(pts)) })
}

// Peer implements mtproto.Keeper.
func (k keeper) Peer(ctx context.Context, kind mtproto.PeerKind, id int64) (int64, bool, error) {
	return k.s.store.Accounts.Peer(ctx, k.l.connection, string(kind), id)
}

// SavePeer implements mtproto.Keeper.
func (k keeper) SavePeer(ctx context.Context, kind mtproto.PeerKind, id, hash int64) error {
	return k.write(ctx, func(tx *models.Store) error { return tx.Accounts.SavePeer(ctx, k.l.connection, string(kind), id, hash) })
}
