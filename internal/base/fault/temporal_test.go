package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/promostack/promostack/internal/base/fault"
)

func TestToTemporal(t *testing.T) {
	for name, c := range map[string]struct {
		err          error
		nonRetryable bool
		delay        time.Duration
		code         string
		category     temporal.ApplicationErrorCategory
	}{
		"bad input":       {fault.InvalidField("code", "coupon_invalid", "expired"), true, 0, "coupon_invalid", temporal.ApplicationErrorCategoryUnspecified},
		"away":            {fault.New(fault.Unavailable, "crm_away", "away"), false, 0, "crm_away", temporal.ApplicationErrorCategoryBenign},
		"told when":       {fault.New(fault.RateLimited, "slow", "slow down").WithRetryAfter(7 * time.Second), false, 7 * time.Second, "slow", temporal.ApplicationErrorCategoryBenign},
		"wrapped":         {fmt.Errorf("render: %w", fault.New(fault.NotFound, "gone", "gone")), true, 0, "gone", temporal.ApplicationErrorCategoryUnspecified},
		"conflict, later": {fault.New(fault.Conflict, "lost", "lost").WithRetryAfter(time.Second), false, time.Second, "lost", temporal.ApplicationErrorCategoryUnspecified},
		"a defect":        {errors.New("nil map"), false, 0, "internal", temporal.ApplicationErrorCategoryUnspecified},
	} {
		t.Run(name, func(t *testing.T) {
			var app *temporal.ApplicationError
			out := fault.ToTemporal(c.err)
			require.Same(t, out, fault.ToTemporal(out), "it is not wrapped twice")
			require.ErrorAs(t, out, &app)
			require.Equal(t, c.nonRetryable, app.NonRetryable())
			require.Equal(t, c.delay, app.NextRetryDelay())
			require.Equal(t, c.code, app.Type())
			require.Equal(t, c.category, app.Category())
			require.ErrorIs(t, out, c.err)

			back := fault.FromTemporal(fmt.Errorf("activity failed: %w", out))
			want := fault.From(c.err)
			require.Equal(t, want.Kind, back.Kind)
			require.Equal(t, want.Message, back.Message)
			require.Equal(t, want.Fields, back.Fields)
		})
	}
	for _, own := range []error{nil, activity.ErrResultPending, context.Canceled, temporal.NewCanceledError()} {
		require.Equal(t, own, fault.ToTemporal(own))
	}
}
