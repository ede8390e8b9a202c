//go:build integration

package e2e

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
)

const crmFaults = "/sandbox/api/crm/faults"

// What bots do in `up` with two workers, one after the other in one program, which logs all it can.
func TestBots(t *testing.T) {
	t.Parallel()
	traces, collector := collectTraces(t)
	s := stack.Start(t, stack.Options{Args: []string{"--workers", "2"}, Env: []string{"SECRET_KEY=" + testkit.HistoryKey, "LOG_LEVEL=debug",
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector, "OTEL_EXPORTER_OTLP_HEADERS=x-collector-key=abc%20def"}})
	s.SignIn()
	crowdIsAnswered(t, s)
	promoBot(t, s, traces)
	schedules(t, s)
	nothingSecretIsTold(t, s)
}

// promoBot holds P5 and P6: the whole way to the channel, a CRM that is away makes nothing, the
// dashboard posts too; all of it survives that every process is killed in the middle.
func promoBot(t *testing.T, s *stack.Stack, traces *traceCollector) {
	sim := bots.At(t, s.Base)
	connectPromoBot(t, sim, chatBot, func(in any) *http.Response {
		res, body := s.Call(http.MethodPost, "/api/v1/connections", in, nil)
		require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
		return res
	})
	p := &person{t: t, sim: sim, bot: chatBot, name: "Ada", step: func() {}}
	p.id = sim.Person(p.name)
	mayPost(t, s.Client, p)
	traces.traced(t, s, sim)
	p.talk()
	require.Len(t, sim.Taken(chatBot, "sendPhoto"), 3, "the page of templates, the image, and its post")

	// The CRM is switched off: nothing is made until it is back.
	p.says("/start t-gold-coupon")
	p.waits("Which size", "Square")
	p.presses("Square")
	p.waits("Headline", "Cancel")
	p.says("Away")
	p.waits("Coupon code", "Cancel")
	_, _ = s.Call(http.MethodPost, crmFaults, map[string]any{"kind": "down", "count": 1000}, nil)
	p.says("SUMMER20")
	p.waits("can't verify", "Try again")
	require.Len(t, sim.Taken(chatBot, "sendPhoto"), 3)
	_, _ = s.Call(http.MethodDelete, crmFaults, nil, nil)

	// Every process dies in the middle of the conversation, and it goes on where it was.
	s.Kill("worker-1", "worker-2", "api", "temporal")
	s.Back()
	p.says("GOLD35")
	p.waits("Valid until", "Leave it out")
	p.presses("Leave it out")
	p.waits("Gold coupon", "Post to")
	require.Len(t, sim.Taken(chatBot, "sendPhoto"), 4)

	// The dashboard posts an image as well.
	image := map[string]any{"template": "gold-coupon", "values": map[string]string{"headline": "From the web", "code": "GOLD35"}}
	var post struct{ ID, State string }
	s.JSON(http.MethodPost, "/api/v1/promos/posts", map[string]any{"image": image, "caption": "Only <today>"}, nil, http.StatusAccepted, &post)
	testkit.Eventually(t, chatPatience, "the post is sent", func() bool {
		s.JSON(http.MethodGet, "/api/v1/promos/posts/"+post.ID, nil, nil, http.StatusOK, &post)
		return post.State == "sent"
	})
	channel := sim.Messages(chatChannel)
	require.Equal(t, "Only <today>", channel[len(channel)-1].Caption)
	image["values"] = map[string]string{"headline": "From the web", "code": "EXPIRED10"}
	res, body := s.Call(http.MethodPost, "/api/v1/promos/posts", map[string]any{"image": image}, nil)
	require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, string(body))

	store, err := models.Open(t.Context(), filepath.Join(s.Data, "promostack.db"), models.Options{})
	require.NoError(t, err)
	defer func() { _ = store.Close() }()
	bot, err := store.Connections.Every(models.Platform(t.Context()))
	require.NoError(t, err)
	require.Len(t, bot, 1)
	ctx := tenant.With(t.Context(), bot[0].TenantID)
	made := 0
	list, err := store.Generations.Since(ctx, bot[0].CreatedAt.Time, 100)
	require.NoError(t, err)
	for _, g := range list {
		if g.Source == "bot" && g.Outcome == models.Made && g.Actor != "" {
			made++
		}
	}
	require.Equal(t, 3, made, "two images and a post of the person's")
	delivery, err := store.Deliveries.Get(ctx, post.ID)
	require.NoError(t, err)
	keepHistory(t, s, "delivery", contract.DeliveryFlowID(contract.Delivery{TenantID: delivery.TenantID, DeliveryID: delivery.ID, Version: 1}), "posted.json")
	keepHistory(t, s, "promochat", contract.ChatID(contract.FlowPromoChat, bot[0].TenantID, bot[0].ID, p.id), "to_the_channel.json")
	forged(t, s, sim, contract.ChatID(contract.FlowPromoChat, bot[0].TenantID, bot[0].ID, p.id), contract.UpdatesID(bot[0].TenantID, bot[0].ID))
	overTLS(t, s)
	endedByHand(t, s, bot[0].ID, contract.UpdatesID(bot[0].TenantID, bot[0].ID))
	textsAtEveryDoor(t, s)
	// Who is erased is gone from Temporal too.
	who, err := store.Subscribers.ByUser(ctx, bot[0].ID, p.id)
	require.NoError(t, err)
	p.says("/start t-gold-coupon")
	p.waits("Which size", "Square")
	s.JSON(http.MethodDelete, "/api/v1/subscribers/"+who.ID, nil, nil, http.StatusNoContent, nil)
	chat := contract.ChatID(contract.FlowPromoChat, bot[0].TenantID, bot[0].ID, p.id)
	testkit.Eventually(t, chatPatience, "the conversations are forgotten", func() bool {
		return len(histories(t, s, chat)) == 0
	})
	removeConnection(t, s, bot[0].ID)
	id := contract.UpdatesID(bot[0].TenantID, bot[0].ID)
	testkit.Eventually(t, chatPatience, "the flow of its updates ends", func() bool {
		for _, text := range histories(t, s, id) {
			if strings.Contains(string(text), "WORKFLOW_EXECUTION_COMPLETED") {
				return true
			}
		}
		return false
	})
	keepHistory(t, s, "botupdates", id, "polled_and_removed.json")
}

// removeConnection takes a bot away, so that the next one can be connected.
func removeConnection(t *testing.T, s *stack.Stack, id string) {
	t.Helper()
	address := "/api/v1/connections/" + id
	res, _ := s.Call(http.MethodGet, address, nil, nil)
	res, body := s.Call(http.MethodDelete, address, nil, map[string]string{"If-Match": res.Header.Get("ETag")})
	require.Equal(t, http.StatusNoContent, res.StatusCode, string(body))
}
