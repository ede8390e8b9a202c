// Package home serves what a person sees first: what works, what waits for somebody, what goes out next.
package home

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/engine/forex/position"
	service "github.com/promostack/promostack/internal/service/home"
	"github.com/promostack/promostack/models"
)

// Home serves /api/v1/home and /api/v1/attention.
type Home struct {
	Store   *models.Store
	Service *service.Service
}

type attentionOut struct {
	Connections   int64 `json:"connections" doc:"Connections that do not work."`
	Posts         int64 `json:"posts" doc:"Posts that may or may not have arrived."`
	Conversations int64 `json:"conversations" doc:"Conversations that were handed over to a person."`
	Signals       int64 `json:"signals" doc:"Signals that wait for a yes."`
}

func attentionOf(a models.Attention) attentionOut {
	return attentionOut{a.Broken, a.Unknown, a.Handed, a.Proposed}
}

// Attention answers how many matters wait for somebody, for the marks on each page.
func (h *Home) Attention(c *gin.Context) error {
	a, err := h.Store.Attention(c.Request.Context())
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, attentionOf(a))
}

type homeConnectionOut struct {
	Kind    models.ConnectionKind  `json:"kind" openapi:"enum=promo_bot|signal_bot|user_account"`
	Name    string                 `json:"name" doc:"Its username, or what it is called."`
	State   models.ConnectionState `json:"state" openapi:"enum=untested|working|broken|signed_out"`
	Problem *httpx.Note            `json:"problem" doc:"Why it is broken."`
}

type waitingPostOut struct {
	ID        string          `json:"id" openapi:"format=uuid"`
	Kind      models.PostKind `json:"kind"`
	Channel   string          `json:"channel" doc:"The channel's title; empty where nobody knows it."`
	CreatedAt models.Time     `json:"created_at" openapi:"notnull"`
}

type waitingConversationOut struct {
	ID        string      `json:"id" openapi:"format=uuid"`
	FirstName string      `json:"first_name"`
	LastName  string      `json:"last_name"`
	Username  string      `json:"username"`
	UserID    int64       `json:"user_id"`
	Journey   string      `json:"journey" doc:"Its name."`
	Since     models.Time `json:"since" doc:"When it came to the step at which it waits."`
}

type waitingSignalOut struct {
	ID        string        `json:"id" openapi:"format=uuid"`
	Strategy  string        `json:"strategy"`
	Side      position.Side `json:"side" openapi:"enum=buy|sell"`
	CreatedAt models.Time   `json:"created_at" openapi:"notnull"`
	Simulated bool          `json:"simulated" doc:"Its market is made up."`
}

type homeWaitingOut struct {
	Posts         []waitingPostOut         `json:"posts"`
	Conversations []waitingConversationOut `json:"conversations"`
	Signals       []waitingSignalOut       `json:"signals"`
}

type homeWorksOut struct {
	Market     models.FeedState `json:"market" openapi:"enum=off|starting|live|closed|waiting|broken" doc:"How its feed is."`
	Simulated  bool             `json:"simulated" doc:"The market is made up."`
	Journeys   int64            `json:"journeys" doc:"Those that are active."`
	Inside     int64            `json:"inside" doc:"People who are in journeys now."`
	People     int64            `json:"people" doc:"Active subscribers."`
	Strategies int              `json:"strategies" doc:"Those that are live."`
	Practice   int              `json:"practice" doc:"Those that practise."`
	Promotion  bool             `json:"promotion" doc:"The programme of the FREE channel is on."`
}

type nextPostOut struct {
	At     models.Time     `json:"at" openapi:"notnull"`
	Kind   models.PostKind `json:"kind"`
	Name   string          `json:"name" doc:"Of the hype flow; else empty."`
	PostID string          `json:"post_id" doc:"The post, once it is planned; else empty."`
}

type firstStepOut struct {
	Name string `json:"name" openapi:"enum=connect|image|post|journey|person|signals|promotion|brand|demo"`
	Done bool   `json:"done"`
}

type homeOut struct {
	Attention   attentionOut        `json:"attention"`
	Waiting     homeWaitingOut      `json:"waiting" doc:"The newest of what waits for somebody, five of each kind at most."`
	Connections []homeConnectionOut `json:"connections"`
	Works       homeWorksOut        `json:"works"`
	Next        []nextPostOut       `json:"next" doc:"What goes to channels next, the earliest first."`
	Steps       []firstStepOut      `json:"steps" doc:"First steps, and whether they are taken. The last two, one's own brand and the end of the demo, are for platform admins while there is a demo."`
}

// Get answers all of it.
func (h *Home) Get(c *gin.Context) error {
	home, err := h.Service.Home(c.Request.Context())
	if err != nil {
		return err
	}
	out := homeOf(home)
	if access.From(c).Role.May(access.TenantsWrite) {
		brands, err := h.Service.Brands(c.Request.Context())
		if err != nil {
			return err
		}
		if brands.Demo {
			out.Steps = append(out.Steps, firstStepOut{"brand", brands.Own}, firstStepOut{"demo", false})
		}
	}
	return httpx.Reply(c, http.StatusOK, out)
}

func homeOf(h *service.Home) homeOut {
	w, b := h.Works, h.Begun
	out := homeOut{
		Attention:   attentionOf(h.Attention),
		Waiting:     waitingOf(h),
		Connections: []homeConnectionOut{},
		Works: homeWorksOut{Market: w.Market.State, Simulated: w.Market.Market == models.SimulatedMarket, Journeys: w.Journeys, Inside: w.Inside, People: w.People,
			Strategies: w.Strategies, Practice: w.Practice, Promotion: h.Promotion},
		Next: []nextPostOut{},
		Steps: []firstStepOut{{"connect", b.Connected}, {"image", b.Made}, {"post", b.Posted}, {"journey", b.Published}, {"person", b.Met},
			{"signals", b.Signals}, {"promotion", h.Promotion}},
	}
	for i := range h.Connections {
		r := &h.Connections[i]
		name := r.DisplayName
		if r.Username != "" {
			name = "@" + r.Username
		}
		out.Connections = append(out.Connections, homeConnectionOut{r.Kind, name, r.State, httpx.NoteOf(r.Problem)})
	}
	for _, n := range h.Next {
		out.Next = append(out.Next, nextPostOut{models.NewTime(n.At), n.Kind, n.Name, n.PostID})
	}
	return out
}

func waitingOf(h *service.Home) homeWaitingOut {
	out := homeWaitingOut{Posts: []waitingPostOut{}, Conversations: []waitingConversationOut{}, Signals: []waitingSignalOut{}}
	for i := range h.Posts {
		p := &h.Posts[i]
		out.Posts = append(out.Posts, waitingPostOut{p.ID, p.Kind, p.Channel, p.CreatedAt})
	}
	for i := range h.Conversations {
		p := &h.Conversations[i]
		who := p.Subscriber
		out.Conversations = append(out.Conversations, waitingConversationOut{p.ID, who.FirstName, who.LastName, who.Username, who.UserID, p.Journey, p.StepSince})
	}
	for i := range h.Signals {
		s := &h.Signals[i]
		out.Signals = append(out.Signals, waitingSignalOut{s.ID, s.Strategy, s.Side, s.CreatedAt, s.Simulated()})
	}
	return out
}
