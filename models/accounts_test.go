package models_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
)

// C5: an account has one owner at a time, and its fence rises with each.
func TestAccountLease(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		foreign, _ := testkit.Tenant(t, s, "b")
		c := newConnection(t, s, ctx, models.UserAccount, 0)
		first, _, ok, err := s.Accounts.Acquire(ctx, c.ID, "one", time.Minute)
		require.NoError(t, err)
		require.True(t, ok)
		_, wait, ok, err := s.Accounts.Acquire(ctx, c.ID, "two", time.Minute)
		require.NoError(t, err)
		require.False(t, ok)
		require.InDelta(t, time.Minute.Seconds(), wait.Seconds(), 10)
		_, _, _, err = s.Accounts.Acquire(foreign, c.ID, "two", time.Minute)
		requireCode(t, err, fault.NotFound, "connection_not_found")
		requireCode(t, s.Accounts.Renew(foreign, c.ID, first, time.Minute), fault.Conflict, "account_lease_lost")
		requireCode(t, s.Accounts.CheckFence(foreign, c.ID, first), fault.Conflict, "account_lease_lost")
		require.NoError(t, s.Accounts.Release(foreign, c.ID, first))
		require.NoError(t, s.Accounts.Renew(ctx, c.ID, first, time.Minute))
		running, err := s.Accounts.Fence(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, first, running)
		require.NoError(t, s.Accounts.Release(ctx, c.ID, first))
		running, err = s.Accounts.Fence(ctx, c.ID)
		require.NoError(t, err)
		require.Zero(t, running)
		second, _, ok, err := s.Accounts.Acquire(ctx, c.ID, "two", time.Millisecond)
		require.NoError(t, err)
		require.True(t, ok)
		require.Greater(t, second, first)
		testkit.Eventually(t, 30*time.Second, "the lease runs out", func() bool {
			return fault.Is(s.Accounts.Owned(ctx, c.ID, second, func(*models.Store) error { return nil }), fault.Conflict)
		})
		requireCode(t, s.Accounts.Renew(ctx, c.ID, second, time.Minute), fault.Conflict, "account_lease_lost")
		requireCode(t, s.Accounts.Owned(ctx, c.ID, first, func(*models.Store) error { return nil }), fault.Conflict, "account_lease_lost")
	})
}

// Many would-be owners with leases that run out in the middle: what they write under their fences is
// in the order of the fences and counts every write.
func TestOwnersNeverOverlap(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		s := testkit.Store(t, dsn, models.Options{})
		ctx, _ := testkit.Tenant(t, s, "a")
		c := newConnection(t, s, ctx, models.UserAccount, 0)
		var wrote sync.Map
		var wg sync.WaitGroup
		problems := make(chan error, 8)
		deadline := time.Now().Add(3 * time.Second)
		for range 6 {
			store := testkit.Store(t, dsn, models.Options{})
			wg.Go(func() {
				for time.Now().Before(deadline) {
					if err := ownForAWhile(ctx, store, c.ID, &wrote); err != nil {
						problems <- err
						return
					}
				}
			})
		}
		wg.Wait()
		close(problems)
		for err := range problems {
			require.NoError(t, err)
		}
		count := int64(0)
		wrote.Range(func(_, n any) bool { count += n.(int64); return true })
		state, err := s.Accounts.State(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, count, state.Pts, "no write was lost under another")
		require.Greater(t, count, int64(20))
	})
}

func ownForAWhile(ctx context.Context, s *models.Store, connection string, wrote *sync.Map) error {
	length := time.Duration(20+rand.IntN(40)) * time.Millisecond
	fence, wait, ok, err := s.Accounts.Acquire(ctx, connection, "owner", length)
	if err != nil {
		return err
	}
	if !ok {
		time.Sleep(min(wait, 5*time.Millisecond)) // it is the database's clock that is waited for
		return nil
	}
	writes := int64(0)
	defer func() { wrote.Store(fence, writes) }()
	for {
		err := s.Accounts.Owned(ctx, connection, fence, func(tx *models.Store) error {
			state, err := tx.Accounts.State(ctx, connection)
			if err != nil {
				return err
			}
			if state == nil {
				state = &models.AccountState{ConnectionID: connection}
			}
			if state.Qts > fence {
				return fault.New(fault.Internal, "overlap", "An earlier owner wrote after a later one")
			}
			state.Pts, state.Qts = state.Pts+1, fence
			return tx.Accounts.SaveState(ctx, *state)
		})
		switch {
		case fault.Is(err, fault.Conflict):
			return nil
		case err != nil:
			return err
		}
		if writes++; rand.IntN(10) == 0 {
			return s.Accounts.Release(ctx, connection, fence)
		}
	}
}

// C5: a sign-in goes by steps; what was given for one is handed over once and is gone then.
func TestAccountLogin(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		foreign, _ := testkit.Tenant(t, s, "b")
		c := newConnection(t, s, ctx, models.UserAccount, 0)
		bot := newConnection(t, s, ctx, models.PromoBot, 7)
		_, err := s.Accounts.Begin(ctx, bot.ID, models.LoginPhone, "sealed-phone")
		requireCode(t, err, fault.Conflict, "not_an_account")
		_, err = s.Accounts.Begin(foreign, c.ID, models.LoginPhone, "x")
		requireCode(t, err, fault.NotFound, "connection_not_found")
		_, err = s.Accounts.Advance(ctx, c.ID, models.AnyVersion, models.StepCode, "x")
		requireCode(t, err, fault.Conflict, "login_expired")
		require.NoError(t, s.Accounts.Cancel(ctx, c.ID))

		begun, err := s.Accounts.Begin(ctx, c.ID, models.LoginPhone, "sealed-phone")
		require.NoError(t, err)
		_, err = s.Accounts.Advance(ctx, c.ID, models.AnyVersion, models.StepCode, "x")
		requireCode(t, err, fault.Conflict, "login_state")
		taken, err := s.Accounts.TakeStep(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, "sealed-phone", taken.Sealed)
		again, err := s.Accounts.TakeStep(ctx, c.ID)
		require.NoError(t, err)
		require.Nil(t, again)
		shown, err := s.Accounts.ShowLogin(ctx, c.ID, taken.Version, models.LoginShow{State: models.LoginCodeNeeded, Progress: "hash"})
		require.NoError(t, err)
		require.Empty(t, shown.Sealed)
		_, err = s.Accounts.Advance(ctx, c.ID, begun.Version, models.StepCode, "12345")
		requireCode(t, err, fault.Precondition, "version_changed")
		_, err = s.Accounts.Advance(foreign, c.ID, models.AnyVersion, models.StepCode, "12345")
		requireCode(t, err, fault.NotFound, "connection_not_found")
		_, err = s.Accounts.Advance(ctx, c.ID, shown.Version, models.StepCode, "sealed-code")
		require.NoError(t, err)
		_, err = s.Accounts.ShowLogin(ctx, c.ID, shown.Version, models.LoginShow{State: models.LoginSignedIn})
		requireCode(t, err, fault.Conflict, "login_replaced")
		taken, err = s.Accounts.TakeStep(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"code", "sealed-code", "hash"}, []string{string(taken.Step), taken.Sealed, taken.Progress})
		done, err := s.Accounts.ShowLogin(ctx, c.ID, taken.Version, models.LoginShow{State: models.LoginSignedIn})
		require.NoError(t, err)
		require.Empty(t, done.Progress)

		require.NoError(t, s.Accounts.SaveSession(ctx, c.ID, "sealed"))
		require.NoError(t, s.Accounts.SignedIn(ctx, c.ID))
		_, err = s.Accounts.Begin(ctx, c.ID, models.LoginQR, "")
		requireCode(t, err, fault.Conflict, "account_signed_in")
		out, err := s.Accounts.SignOut(ctx, c.ID)
		require.NoError(t, err)
		require.Greater(t, out.Version, done.Version)
		require.NoError(t, s.Accounts.Cancel(ctx, c.ID), "which changes nothing")
		require.NoError(t, s.Accounts.DropSession(ctx, c.ID))
		require.NoError(t, s.Accounts.SignedOut(ctx, c.ID, out.Version))
		_, err = s.Accounts.Begin(ctx, c.ID, models.LoginQR, "")
		require.NoError(t, err)
		require.NoError(t, s.Accounts.Cancel(ctx, c.ID))
		taken, err = s.Accounts.TakeStep(ctx, c.ID)
		require.NoError(t, err)
		require.Nil(t, taken)
	})
}

func TestALoginEndsByItself(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		now := time.Now()
		s := testkit.Store(t, dsn, models.Options{Clock: func() time.Time { return now }})
		ctx, _ := testkit.Tenant(t, s, "a")
		c := newConnection(t, s, ctx, models.UserAccount, 0)
		_, err := s.Accounts.Begin(ctx, c.ID, models.LoginPhone, "sealed-phone")
		require.NoError(t, err)
		now = now.Add(models.LoginTTL + time.Second)
		taken, err := s.Accounts.TakeStep(ctx, c.ID)
		require.NoError(t, err)
		require.Nil(t, taken)
		login, err := s.Accounts.Login(ctx, c.ID)
		require.NoError(t, err)
		require.Nil(t, login)
		n, err := s.Accounts.ForgetLogins(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	})
}

// What an account knows is one tenant's, and goes with its session.
func TestAccountMemory(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		foreign, _ := testkit.Tenant(t, s, "b")
		c := newConnection(t, s, ctx, models.UserAccount, 0)
		require.Error(t, s.Accounts.SaveSession(foreign, c.ID, "theirs"))
		require.Error(t, s.Accounts.SignedIn(ctx, c.ID))
		for n := range int64(2) {
			require.NoError(t, s.Accounts.SaveSession(ctx, c.ID, "sealed"))
			require.NoError(t, s.Accounts.SignedIn(ctx, c.ID))
			require.NoError(t, s.Accounts.SavePeer(ctx, c.ID, "user", 5, 50+n))
			require.NoError(t, s.Accounts.SaveState(ctx, models.AccountState{ConnectionID: c.ID, Pts: n}))
			require.NoError(t, s.Accounts.SaveChannel(ctx, c.ID, 9, n))
		}
		hash, ok, err := s.Accounts.Peer(ctx, c.ID, "user", 5)
		require.NoError(t, err)
		require.True(t, ok)
		require.EqualValues(t, 51, hash)
		_, ok, err = s.Accounts.Peer(foreign, c.ID, "user", 5)
		require.NoError(t, err)
		require.False(t, ok)
		channels, err := s.Accounts.Channels(ctx, c.ID)
		require.NoError(t, err)
		require.Len(t, channels, 1)
		list, err := s.Accounts.Sessions(models.Platform(ctx))
		require.NoError(t, err)
		require.Len(t, list, 1)
		ok, err = s.Accounts.Reseal(ctx, c.ID, "other", "new")
		require.NoError(t, err)
		require.False(t, ok)
		require.NoError(t, s.Accounts.DropSession(ctx, c.ID))
		session, err := s.Accounts.Session(ctx, c.ID)
		require.NoError(t, err)
		require.Nil(t, session)
		state, err := s.Accounts.State(ctx, c.ID)
		require.NoError(t, err)
		require.Nil(t, state)
		require.NoError(t, s.Connections.Delete(ctx, c.ID, models.AnyVersion))
	})
}
