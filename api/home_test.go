package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/models"
)

// homeRows are the rows of what a person sees first.
func (h *harness) homeRows() []scenario {
	return []scenario{
		{name: "home", request: request{method: get, path: "/api/v1/home", admin: true}, status: 200,
			expected: []string{`"attention":{`, `"waiting":{`, `"next":[`, `"name":"promotion"`, `"simulated":true`}},
		{name: "home of nobody", request: request{method: get, path: "/api/v1/home"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "attention", request: request{method: get, path: "/api/v1/attention", admin: true}, status: 200, expected: []string{`"posts":`, `"signals":`}},
		{name: "attention of nobody", request: request{method: get, path: "/api/v1/attention"}, status: 401, expected: []string{`"sign_in"`}},
	}
}

type homeSeen struct {
	Attention map[string]int
	Waiting   struct {
		Posts         []struct{ ID, Channel string }
		Conversations []struct {
			ID, Journey string
			FirstName   string `json:"first_name"`
		}
		Signals []struct{ ID, Side string }
	}
	Connections []struct{ Kind, State string }
	Works       struct {
		Journeys, Inside, People int
		Promotion                bool
	}
	Next []struct {
		At   time.Time
		Kind string
	}
	Steps []struct {
		Name string
		Done bool
	}
}

func (h *harness) home() (seen homeSeen) {
	h.t.Helper()
	res := h.do(request{method: get, path: "/api/v1/home", admin: true})
	require.Equal(h.t, http.StatusOK, res.Code, res.Body.String())
	require.NoError(h.t, json.Unmarshal(res.Body.Bytes(), &seen))
	return seen
}

func (s *homeSeen) done() (out []string) {
	for _, step := range s.Steps {
		if step.Done {
			out = append(out, step.Name)
		}
	}
	return out
}

// D6: what waits for somebody is counted and listed, of one's own tenant alone; the first steps know by themselves what is done.
func TestHomeTellsWhatWaits(t *testing.T) {
	h := newHarness(t)
	ctx := ctxOf(h, h.ours)
	empty := h.home()
	require.Equal(t, map[string]int{"connections": 0, "posts": 0, "conversations": 0, "signals": 0}, empty.Attention)
	require.Empty(t, empty.done())
	require.Empty(t, empty.Next)

	theirs := h.telegramOf(h.theirs, theirToken)
	h.channelPostOf(h.theirs, models.PostUnknown, models.ChannelPost{Kind: models.PostRecap, Role: models.RoleVIP, Channel: "Their channel"})
	h.signalOf(h.theirs, models.SignalProposed)
	_ = theirs
	require.Equal(t, empty.Attention, h.home().Attention, "another tenant's matters are not ours")

	ours := h.telegramOf(h.ours, signalToken)
	post := h.channelPostOf(h.ours, models.PostUnknown, models.ChannelPost{Kind: models.PostRecap, Role: models.RoleVIP, Channel: "Our channel"})
	h.channelPostOf(h.ours, models.PostSent, models.ChannelPost{Kind: models.PostRecap, Role: models.RoleVIP})
	signal := h.signalOf(h.ours, models.SignalProposed)
	h.signalOf(h.ours, models.SignalOpen)
	journey := h.journeyOf(h.ours, ours.connection, "Welcome", "gold")
	other, _, _ := h.enter(h.ours, ours.connection, "gold")
	require.NotEmpty(t, other.ID)
	require.NoError(t, h.store.Tx(ctx, func(tx *models.Store) error {
		row, err := tx.Sessions.Lock(ctx, journey.session.ID)
		if err != nil {
			return err
		}
		row.WantsPerson, row.Paused = true, true
		return tx.Sessions.Save(ctx, row)
	}))

	seen := h.home()
	require.Equal(t, map[string]int{"connections": 0, "posts": 1, "conversations": 1, "signals": 1}, seen.Attention)
	require.Equal(t, post.ID, seen.Waiting.Posts[0].ID)
	require.Equal(t, "Our channel", seen.Waiting.Posts[0].Channel)
	require.Equal(t, journey.session.ID, seen.Waiting.Conversations[0].ID)
	require.Equal(t, "Welcome", seen.Waiting.Conversations[0].Journey)
	require.Equal(t, "Mary", seen.Waiting.Conversations[0].FirstName)
	require.Equal(t, signal.ID, seen.Waiting.Signals[0].ID)
	require.Equal(t, []int{1, 2, 3}, []int{seen.Works.Journeys, seen.Works.Inside, seen.Works.People})
	require.Equal(t, []string{"connect", "journey", "person"}, seen.done())

	_, err := h.store.Connections.Change(ctx, ours.connection.ID, models.AnyVersion, func(c *models.Connection) error {
		c.State, c.Problem = models.ConnectionBroken, &models.Note{Code: "telegram_token", Message: "Telegram refuses the token"}
		return nil
	})
	require.NoError(t, err)
	seen = h.home()
	require.Equal(t, 1, seen.Attention["connections"])
	require.Equal(t, "broken", seen.Connections[0].State)
	res := h.do(request{method: get, path: "/api/v1/attention", admin: true})
	require.JSONEq(t, `{"connections":1,"posts":1,"conversations":1,"signals":1}`, res.Body.String())
}

// R5: while there is a demo, a platform admin's last steps are a brand of their own and the demo's end; clients don't hear of it.
func TestLastStepsOfAPlatform(t *testing.T) {
	h := newHarness(t)
	names := func(role access.Role) (out []string) {
		res := h.do(request{method: get, path: "/api/v1/home", as: h.sessionOf(role, h.ours)})
		require.Equal(t, http.StatusOK, res.Code, res.Body.String())
		var seen homeSeen
		require.NoError(t, json.Unmarshal(res.Body.Bytes(), &seen))
		for _, step := range seen.Steps {
			if step.Done {
				step.Name += ", done"
			}
			out = append(out, step.Name)
		}
		return out
	}
	require.Len(t, names(access.Admin), 7, "no demo")
	require.NoError(t, h.store.Tenants.Create(t.Context(), &models.Tenant{Slug: "a-demo", Name: "The demo", Kind: models.KindDemo}))
	require.Equal(t, []string{"brand, done", "demo"}, names(access.Admin)[7:])
	require.Len(t, names(access.Owner), 7)
}

// D6: what goes out next is the programme as it is set, without what has gone out today.
func TestHomeTellsWhatGoesOutNext(t *testing.T) {
	h := newHarness(t)
	ctx := ctxOf(h, h.ours)
	h.now = func() time.Time { return time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC) } // a Monday
	settings := models.DefaultCrossPromo()
	settings.On = true
	settings.Terms[programme.Recap] = programme.Term{At: "07:12"}
	require.NoError(t, h.store.Tx(ctx, func(tx *models.Store) error {
		_, _, err := tx.CrossPromo.Save(ctx, settings, models.AnyVersion)
		return err
	}))
	var at []string
	for _, n := range h.home().Next {
		at = append(at, n.Kind+" "+n.At.Format("2 15:04"))
	}
	require.Equal(t, []string{"teaser 30 07:51", "brag 30 20:00", "news 1 06:42", "teaser 1 07:51", "brag 1 20:00", "news 2 06:42"}, at)
	require.Equal(t, []string{"promotion"}, func() []string { s := h.home(); return s.done() }())
}
