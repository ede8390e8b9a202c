package owner

import (
	"context"
	"crypto/rsa"
	"errors"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/adapter/mtproto"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

// stayConnected connects an account that is signed in, again when the connection ended.
func (h *hold) stayConnected(ctx context.Context) error {
	client := h.connected()
	if client != nil {
		select {
		case <-client.Done():
			err := client.Err()
			h.disconnect()
			if codeOf(err) == mtproto.CodeBroken {
				return h.broken(ctx, err)
			}
			slog.WarnContext(ctx, "an account's connection ended", "connection", h.l.connection, "error", err)
		default:
			return nil
		}
	}
	c, err := h.s.store.Connections.Get(ctx, h.l.connection)
	if err != nil {
		return err
	}
	h.use(nil, c.AccountID, false)
	client, err = h.open(ctx, true)
	if err == nil {
		var me mtproto.Me
		if me, err = client.Me(ctx); err == nil {
			h.pause = firstPause
			h.use(client, me.ID, true)
			return h.works(ctx, me)
		}
		client.Close()
	}
	if codeOf(err) == mtproto.CodeBroken {
		return h.broken(ctx, err)
	}
	if fault.Is(err, fault.Invalid) && (c.Problem == nil || c.Problem.Code != codeOf(err)) {
		// The session is fine; what this process was told about Telegram is not. It is retried all the same.
		why := noteOf(err)
		err = errors.Join(err, h.l.owned(ctx, func(tx *models.Store) error {
			_, err := tx.Connections.Change(ctx, h.l.connection, models.AnyVersion, func(c *models.Connection) error {
				c.State, c.Problem = models.ConnectionBroken, why
				return nil
			})
			return err
		}))
	}
	if waited := h.backOff(ctx); waited != nil {
		return waited
	}
	return err
}

// backOff waits before the next attempt, longer each time, and ends early when the lease is lost.
func (h *hold) backOff(ctx context.Context) error {
	length := h.pause
	h.pause = min(2*h.pause, longestPause)
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-h.l.lost:
		return h.l.check()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// open connects. signedIn says that the stored session is valid.
func (h *hold) open(ctx context.Context, signedIn bool) (*mtproto.Client, error) {
	t := h.s.telegram
	o := mtproto.Options{AppID: t.AppID, AppHash: t.AppHash, Address: t.Address, Version: t.Version,
		Keeper: keeper{h.s, h.l}, SignedIn: signedIn, Guard: h.l.check, Handle: h.receive, Seen: h.heard}
	if t.Address != "" {
		var key *rsa.PublicKey
		key, err := mtproto.ReadPublicKey(t.KeyFile)
		if err != nil {
			return nil, err
		}
		o.PublicKey = key
	}
	return mtproto.Open(ctx, o)
}

func (h *hold) use(client *mtproto.Client, account int64, live bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.client, h.account, h.live = client, account, live
}

// connected is the client of an account that is signed in, or nil.
func (h *hold) connected() *mtproto.Client {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.live {
		return nil
	}
	return h.client
}

func (h *hold) disconnect() {
	h.drop()
	h.mu.Lock()
	client := h.client
	h.client, h.live = nil, false
	h.mu.Unlock()
	if client != nil {
		client.Close()
	}
}

// works records on the connection that the account works, and whose it is.
func (h *hold) works(ctx context.Context, me mtproto.Me) error {
	c, err := h.s.store.Connections.Get(ctx, h.l.connection)
	if err != nil {
		return err
	}
	h.limited.Store(connections.Limited(c))
	if (c.State == models.ConnectionWorking || connections.Limited(c)) && c.AccountID == me.ID && c.Username == me.Username && c.DisplayName == me.Name {
		return nil
	}
	return h.l.owned(ctx, func(tx *models.Store) error { return works(ctx, tx, h.l.connection, me) })
}

func works(ctx context.Context, tx *models.Store, connection string, me mtproto.Me) error {
	_, err := tx.Connections.Change(ctx, connection, models.AnyVersion, func(c *models.Connection) error {
		c.AccountID, c.Username, c.DisplayName, c.State, c.Problem = me.ID, me.Username, me.Name, models.ConnectionWorking, nil
		return nil
	})
	return err
}

// broken records that Telegram ended the session, which is useless now.
func (h *hold) broken(ctx context.Context, cause error) error {
	slog.WarnContext(ctx, "an account's session is broken", "connection", h.l.connection, "error", cause)
	err := h.l.owned(ctx, func(tx *models.Store) error {
		if err := tx.Accounts.DropSession(ctx, h.l.connection); err != nil {
			return err
		}
		_, err := tx.Connections.Change(ctx, h.l.connection, models.AnyVersion, func(c *models.Connection) error {
			c.AccountID, c.State, c.Problem = 0, models.ConnectionBroken, noteOf(cause)
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	return errEnded{contract.AccountBroken}
}
