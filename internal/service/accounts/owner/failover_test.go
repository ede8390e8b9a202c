package owner

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/sandbox/mtproto"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// An owner that can't renew its lease leaves Telegram before the lease is over; what came in meanwhile
// is taken in by the next one.
func TestAnOwnerWithoutItsDatabaseLeaves(t *testing.T) {
	t.Parallel()
	server := testkit.PostgresServer(t)
	p := newPlace(t, testkit.Store(t, server.DSN(), models.Options{}))
	connection, end, _ := p.signIn(p.service(p.store))
	require.Equal(t, 1, p.account().Connections)
	require.NoError(t, server.Crash())
	testkit.Eventually(t, leaseLength, "it has left", func() bool { return p.account().Connections == 0 })
	p.write("while nobody was there")
	require.NoError(t, server.Recover())
	<-end
	p.own(p.service(p.store), connection)
	p.subscriber(connection)
}

// What had begun with a process that died begins with the next one.
func TestASignInBeginsElsewhere(t *testing.T) {
	t.Parallel()
	p := newPlace(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	v, err := p.desk.Begin(p.ctx, accounts.Start{Method: models.LoginPhone, Phone: "+15550000001"})
	require.NoError(t, err)
	fence, _, _, err := p.store.Accounts.Acquire(p.ctx, v.ConnectionID, "died", time.Second)
	require.NoError(t, err)
	require.NoError(t, p.store.Accounts.Owned(p.ctx, v.ConnectionID, fence, func(tx *models.Store) error {
		_, err := tx.Accounts.TakeStep(p.ctx, v.ConnectionID)
		return err
	}))
	p.own(p.service(p.store), v.ConnectionID)
	p.until("code_needed")
}

// Q1, C5: an owner that was stopped in the middle of everything, and wakes when another one has taken
// over, sends nothing more. What it was about to send goes out once.
func TestAStoppedOwnerDoesNotSendWhenItWakes(t *testing.T) {
	t.Parallel()
	dsn := testkit.Postgres(t)
	p := newPlace(t, testkit.Store(t, dsn, models.Options{}))
	old := p.service(testkit.Store(t, dsn, models.Options{}))
	connection, end, _ := p.signIn(old)
	p.write("hello")
	p.subscriber(connection)
	fence := p.fence(connection)

	old.mu.Lock()
	l := old.held[connection].l
	old.mu.Unlock()
	l.mu.Lock() // as SIGSTOP would: it neither renews nor asks
	type result struct {
		sent contract.AccountSent
		err  error
	}
	late := make(chan result, 1)
	go func() {
		sent, err := old.Send(p.ctx, contract.AccountSend{ConnectionID: connection, Fence: fence, Key: "k", User: ann.ID, Text: "late"})
		late <- result{sent, err}
	}()
	stopped := time.Now()
	other := p.service(testkit.Store(t, dsn, models.Options{}))
	p.own(other, connection)
	testkit.Eventually(t, 15*time.Second, "the other takes over", func() bool { return p.fence(connection) > fence })
	t.Logf("taken over after %s", time.Since(stopped).Round(time.Millisecond))
	l.mu.Unlock()
	got := <-late
	require.Equal(t, "account_lease_lost", fault.From(got.err).Code)
	require.Equal(t, ended{contract.AccountStopped, nil}, <-end)
	require.Empty(t, p.written())
	testkit.Eventually(t, patience, "one connection is left, the other's", func() bool { return p.account().Connections == 1 && other.connectedTo(connection) })

	var sent contract.AccountSent
	testkit.Eventually(t, patience, "the other sends it", func() bool {
		var err error
		sent, err = other.Send(p.ctx, contract.AccountSend{ConnectionID: connection, Fence: p.fence(connection), Key: "k", User: ann.ID, Text: "late"})
		return err == nil
	})
	require.Equal(t, contract.AccountSentOut, sent.State)
	require.Equal(t, []string{"late"}, p.written())
}

// The code may be given to another process than the one that asked for it.
func TestASignInGoesOnElsewhere(t *testing.T) {
	t.Parallel()
	p := newPlace(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	v, err := p.desk.Begin(p.ctx, accounts.Start{Method: models.LoginPhone, Phone: "+15550000001"})
	require.NoError(t, err)
	end, stop := p.own(p.service(p.store), v.ConnectionID)
	v = p.until("code_needed")
	stop()
	require.Equal(t, ended{contract.AccountStopped, nil}, <-end)
	p.own(p.service(p.store), v.ConnectionID)
	p.give(v, models.StepCode, mtproto.Code)
	p.until("signed_in")
}

func (s *Service) connectedTo(connection string) bool {
	s.mu.Lock()
	h := s.held[connection]
	s.mu.Unlock()
	return h != nil && h.connected() != nil
}
