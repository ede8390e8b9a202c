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

// A follow-up that was written as held is carried out at once by whoever wrote it, and by nobody else before
// its lease is over.
func TestTryCarriesOutWhatItHolds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		var got []string
		failed := errors.New("the engine is away")
		o := outbox.New(s, map[string]outbox.Handler{"tell": func(_ context.Context, payload []byte) error {
			got = append(got, string(payload))
			return failed
		}})
		held := func(target string, lease time.Duration) *models.FollowUp {
			f, err := s.Outbox.AddHeld(ctx, "tell", target, target, lease)
			require.NoError(t, err)
			require.True(t, f.Held)
			return f
		}
		waiting := func() int64 {
			n, _, err := s.Outbox.Waiting(ctx)
			require.NoError(t, err)
			return n
		}

		// What fails is free for the sweep soon, and not only after the lease.
		o.Try(ctx, held("a", time.Hour))
		require.Equal(t, []string{`"a"`}, got)
		require.EqualValues(t, 1, waiting())
		failed, got = nil, nil
		testkit.Eventually(t, 30*time.Second, "the sweep carries it out", func() bool {
			n, err := o.Sweep(ctx)
			return err == nil && n == 1
		})
		require.Equal(t, []string{`"a"`}, got)
		require.Zero(t, waiting())

		got = nil
		o.Try(ctx, held("b", time.Hour))
		require.Equal(t, []string{`"b"`}, got)
		require.Zero(t, waiting())

		// Whoever was frozen for longer than the lease finds that others have done it.
		late := held("c", time.Nanosecond)
		testkit.Eventually(t, 30*time.Second, "the lease is over, and the sweep carries it out", func() bool {
			n, err := o.Sweep(ctx)
			return err == nil && n == 1
		})
		got = nil
		o.Try(ctx, late)
		require.Empty(t, got)
	})
}
