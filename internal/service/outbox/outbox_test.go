package outbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/service/outbox"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// A message that was written as held is delivered right after the commit by whoever wrote it, and by nobody else
// before its lease is over.
func TestWhatIsHeldIsDeliveredAfterTheCommit(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		var got []string
		away := errors.New("Temporal is away")
		o := outbox.New(s, map[string]outbox.Handler{"signal": func(_ context.Context, payload []byte) error {
			got = append(got, string(payload))
			return away
		}})
		write := func(target string, lease time.Duration) {
			require.NoError(t, s.Outbox.AddHeld(ctx, "signal", target, target, lease))
		}
		waiting := func() int64 {
			n, _, err := s.Outbox.Waiting(ctx)
			require.NoError(t, err)
			return n
		}

		// What fails is free for the sweep soon, and not only after the lease.
		write("a", time.Hour)
		require.Equal(t, []string{`"a"`}, got)
		require.EqualValues(t, 1, waiting())
		away, got = nil, nil
		testkit.Eventually(t, 30*time.Second, "the sweep delivers it", func() bool {
			n, err := o.Sweep(ctx)
			return err == nil && n == 1
		})
		require.Equal(t, []string{`"a"`}, got)
		require.Zero(t, waiting())

		got = nil
		write("b", time.Hour)
		require.Equal(t, []string{`"b"`}, got)
		require.Zero(t, waiting())

		// Whoever was frozen for longer than the lease claims it like everybody else.
		got = nil
		write("c", time.Nanosecond)
		require.Equal(t, []string{`"c"`}, got)
		require.Zero(t, waiting())
	})
}
