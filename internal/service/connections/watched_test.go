package connections_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

// endedFlows are the ids of flows that have ended.
type endedFlows map[string]bool

func (f endedFlows) Ended(_ context.Context, id string) bool { return f[id] }

// C1: a connection whose flow has ended says so, with what to do. One that is new, or broken for another reason,
// says what it said.
func TestConnectionsWithoutAFlow(t *testing.T) {
	now := time.Now()
	old := models.NewTime(now.Add(-time.Hour))
	rows := []models.Connection{
		{ID: "bot", TenantID: "t", Kind: models.PromoBot, State: models.ConnectionWorking, UpdatedAt: old},
		{ID: "account", TenantID: "t", Kind: models.UserAccount, State: models.ConnectionWorking, UpdatedAt: old},
		{ID: "runs", TenantID: "t", Kind: models.SignalBot, State: models.ConnectionWorking, UpdatedAt: old},
		{ID: "new", TenantID: "t", Kind: models.SignalBot, State: models.ConnectionWorking, UpdatedAt: models.NewTime(now)},
		{ID: "refused", TenantID: "t", Kind: models.SignalBot, State: models.ConnectionBroken, Problem: &models.Note{Code: "other"}, UpdatedAt: old},
	}
	flows := endedFlows{contract.AccountID("t", "account"): true}
	for _, id := range []string{"bot", "new", "refused"} {
		flows[contract.UpdatesID("t", id)] = true
	}
	connections.MarkUnwatched(t.Context(), flows, rows, now)
	var codes []string
	for _, c := range rows {
		code := string(c.State)
		if c.Problem != nil {
			code = c.Problem.Code
		}
		codes = append(codes, code)
	}
	require.Equal(t, []string{"flow_ended", "flow_ended", "working", "working", "other"}, codes)
	require.NotEmpty(t, rows[0].Problem.Remedy)
	require.Equal(t, models.ConnectionBroken, rows[0].State)
}
