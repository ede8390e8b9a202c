//go:build integration

package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/leaks"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
)

// nothingSecretIsTold holds Q4: after bots were connected, refused and replaced, people have talked to them under faults, and an
// account was signed in, no log, no database, no answer and no history, decoded as operators see it,
// holds a token, a login, a code or a password.
func nothingSecretIsTold(t *testing.T, s *stack.Stack) {
	sim := bots.At(t, s.Base)
	token := connectPromoBot(t, sim, "secretive_bot", func(in any) *http.Response {
		res, body := s.Call(http.MethodPost, "/api/v1/connections", in, nil)
		require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
		return res
	})
	for _, wrong := range []string{token[:30], token + "x", "12345678:" + token} {
		res, body := s.Call(http.MethodPost, "/api/v1/connections", map[string]any{"kind": "signal_bot", "token": wrong}, nil)
		require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
		require.NotContains(t, string(body), wrong)
	}
	for i, kind := range []string{"500", "timeout_after", "429"} {
		sim.Fault("secretive_bot", "sendMessage", kind, 1, 1)
		p := &person{t: t, sim: sim, name: fmt.Sprint("Person ", i), bot: "secretive_bot", step: func() {}}
		p.id = sim.Person(p.name)
		p.says("/help")
		p.waits("one by one", "")
	}
	sim.Fault("secretive_bot", "sendMessage", "401", 1, 0)
	p := &person{t: t, sim: sim, name: "Refused", bot: "secretive_bot", step: func() {}}
	p.id = sim.Person(p.name)
	p.says("/help")
	var list struct {
		Items []struct{ ID, State string }
	}
	testkit.Eventually(t, chatPatience, "the refusal shows", func() bool {
		s.JSON(http.MethodGet, "/api/v1/connections", nil, nil, http.StatusOK, &list)
		return len(list.Items) == 1 && list.Items[0].State == "broken"
	})
	_, connection := signedIn(t, s)
	require.NotEmpty(t, connection)

	known := []string{token, token[11:]}
	found, err := leaks.Files(s.Data, known...)
	require.NoError(t, err)
	require.Empty(t, found)
	all := map[string][]byte{}
	testkit.Eventually(t, chatPatience, "the flows are listed", func() bool {
		all = histories(t, s, "")
		return len(all) > 5
	})
	for id, text := range all {
		require.Empty(t, leaks.In(text, append(known, `"12345"`, `"sandbox"`, accountPhone)...), "the history of %s", id)
	}
}

// histories returns the histories, with their payloads decoded, of all flows whose id begins with prefix.
func histories(t *testing.T, s *stack.Stack, prefix string) map[string][]byte {
	t.Helper()
	ctx := models.Platform(t.Context())
	ring, err := secrets.NewRing(testkit.HistoryKey)
	require.NoError(t, err)
	c, err := temporal.Dial(ctx, temporal.Options{Address: s.Temporal, Namespace: "promostack", Ring: ring, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer c.Close()
	codec := temporal.NewCodec(ring)
	out := map[string][]byte{}
	for page := []byte(nil); ; {
		flows, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{PageSize: 500, NextPageToken: page})
		require.NoError(t, err)
		for _, flow := range flows.GetExecutions() {
			id := flow.GetExecution()
			if !strings.HasPrefix(id.GetWorkflowId(), prefix) {
				continue
			}
			// One that is forgotten stays in the list for a moment.
			if text, ok := historyOf(ctx, t, c, codec, id); ok {
				out[id.GetWorkflowId()+" "+id.GetRunId()] = text
			}
		}
		if page = flows.GetNextPageToken(); len(page) == 0 {
			return out
		}
	}
}

// historyOf returns a flow's history, a line for each payload and each event, unless it is forgotten.
func historyOf(ctx context.Context, t *testing.T, c client.Client, codec *temporal.Codec, id *commonpb.WorkflowExecution) ([]byte, bool) {
	t.Helper()
	history := c.GetWorkflowHistory(ctx, id.GetWorkflowId(), id.GetRunId(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	var text []byte
	for history.HasNext() {
		event, err := history.Next()
		if gone := new(serviceerror.NotFound); errors.As(err, &gone) {
			return nil, false
		}
		require.NoError(t, err)
		require.NoError(t, proxy.VisitPayloads(ctx, event, proxy.VisitPayloadsOptions{Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			opened, err := codec.Decode(payloads)
			for _, p := range opened {
				text = append(append(text, p.GetData()...), '\n')
			}
			return opened, err
		}}))
		line, err := protojson.Marshal(event)
		require.NoError(t, err)
		text = append(append(text, line...), '\n')
	}
	return text, true
}
