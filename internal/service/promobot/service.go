// Package promobot is the promo bot: it brings the inbox, the templates, the CRM and Telegram
// together for the conversations that internal/engine/promochat decides.
package promobot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/engine/promochat"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// Service is safe for concurrent use.
type Service struct {
	store       *models.Store
	promo       *promo.Service
	connections *connections.Service
	sending     *sending.Service
}

// New returns a service.
func New(store *models.Store, p *promo.Service, c *connections.Service, sender *sending.Service) *Service {
	return &Service{store: store, promo: p, connections: c, sending: sender}
}

// stepMessages is how many messages one step reads.
const stepMessages = 10

// maxTemplates is how many templates the bot shows.
const maxTemplates = 200

// Step is one turn of a conversation: what happened, then what arrived, up to the first effect
// whose outcome must be known. It only records what was acted on, so it may run
// again.
func (s *Service) Step(ctx context.Context, in contract.ChatStepInput) (contract.ChatStepped, error) {
	out := contract.ChatStepped{Conversation: in.Conversation, State: in.State, Seq: in.Seq, Count: in.Count}
	chat, happened := in.Chat, in.Event
	// The row is read before the messages: what it counts and they lack is gone for good.
	row, err := s.store.Conversations.Find(ctx, chat.ConnectionID, chat.UserID, contract.FlowPromoChat)
	if fault.Is(err, fault.NotFound) { // the person was erased, or the bot removed
		return contract.ChatStepped{Seq: out.Seq, Count: out.Count, Closed: true}, nil
	}
	if err != nil {
		return out, err
	}
	if row.ID != in.Conversation { // the flow starts, or the person was erased and has come back
		out = contract.ChatStepped{Conversation: row.ID, Seq: row.HandledSeq}
		if in.Conversation == "" {
			out.State = in.State
		} else {
			happened = nil
		}
	}
	if err := s.store.Conversations.Handled(ctx, chat.ConnectionID, chat.UserID, contract.FlowPromoChat, out.Seq); err != nil {
		return out, err
	}
	var catalog *promochat.Catalog
	advance := func(e promochat.Event) error {
		if catalog == nil {
			var err error
			if catalog, err = s.catalog(ctx, chat.ConnectionID, chat.UserID); err != nil {
				return err
			}
		}
		var effects []promochat.Effect
		out.State, effects = promochat.Advance(*catalog, out.State, e)
		for _, effect := range effects {
			out.Count++
			out.Effects = append(out.Effects, contract.KeyedEffect{Effect: effect, Key: fmt.Sprintf("%s.%d.%d", row.ID, out.Seq, out.Count)})
		}
		return nil
	}
	messages, err := s.store.Conversations.Next(ctx, chat.ConnectionID, chat.UserID, contract.FlowPromoChat, out.Seq, stepMessages)
	if err != nil {
		return out, err
	}
	if len(messages) == 0 && row.LastSeq > out.Seq {
		slog.ErrorContext(ctx, "messages of a conversation are gone", "conversation", row.ID, "after", out.Seq, "last", row.LastSeq)
		out.Seq, out.Count = row.LastSeq, 0
	}
	if happened != nil && happened.Kind == promochat.Timeout && len(messages) > 0 {
		happened = nil // somebody has written after all
	}
	if happened != nil {
		if err := advance(*happened); err != nil {
			return out, gone(err, &out)
		}
	}
	for _, m := range messages {
		if slices.ContainsFunc(out.Effects, func(e contract.KeyedEffect) bool { return e.Waits() }) {
			return out, nil
		}
		var u message.Update
		if err := json.Unmarshal([]byte(m.Payload), &u); err != nil {
			slog.ErrorContext(ctx, "a message of the inbox can't be read", "connection", chat.ConnectionID, "update", m.UpdateID, "error", err)
		}
		out.Seq, out.Count = m.Seq, 0
		if err := advance(promochat.Event{Kind: promochat.Arrived, At: m.ReceivedAt.Time, Update: u}); err != nil {
			return out, gone(err, &out)
		}
	}
	if len(out.Effects) > 0 || out.State.Open() || len(messages) == stepMessages {
		return out, nil
	}
	out.Closed, err = s.store.Conversations.Close(ctx, chat.ConnectionID, chat.UserID, contract.FlowPromoChat, out.Seq)
	return out, err
}

// gone ends a conversation whose connection was removed in the meantime.
func gone(err error, out *contract.ChatStepped) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	*out = contract.ChatStepped{Seq: out.Seq, Count: out.Count, Closed: true}
	return nil
}

// catalog is what a person can choose now.
func (s *Service) catalog(ctx context.Context, connection string, user int64) (*promochat.Catalog, error) {
	c, err := s.store.Connections.Get(ctx, connection)
	if err != nil {
		return nil, err
	}
	out := &promochat.Catalog{Bot: c.Username, Token: models.NewToken()}
	if out.MayPost, err = s.store.Posters.May(ctx, connection, user); err != nil {
		return nil, err
	}
	for _, channel := range c.Channels {
		if out.MayPost && channel.Role == models.RolePost && channel.ID != 0 {
			out.Channels = append(out.Channels, promochat.Channel{ID: channel.ID, Title: channel.Title, Username: channel.Username})
		}
	}
	filter := models.TemplateFilter{State: string(models.Published), VisibleBot: true, Limit: models.MaxPage}
	for {
		page, err := s.store.Templates.List(ctx, filter)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			t, err := s.promo.ParseTemplate(page.Items[i].Published.Meta)
			if err != nil {
				slog.ErrorContext(ctx, "a published template can't be read", "template", page.Items[i].ID, "error", err)
				continue
			}
			out.Templates = append(out.Templates, entry(page.Items[i].ID, t))
		}
		if filter.After = page.Next; page.Next == "" || len(out.Templates) >= maxTemplates {
			break
		}
	}
	slices.SortFunc(out.Templates, func(a, b promochat.Template) int {
		return strings.Compare(text.Fold(a.Name)+"\x00"+a.ID, text.Fold(b.Name)+"\x00"+b.ID)
	})
	return out, nil
}

func entry(id string, t *render.Template) promochat.Template {
	out := promochat.Template{ID: id, Slug: t.Slug, Name: t.Name}
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, promochat.Field{Name: f.Name, Label: f.Label, Help: f.Help, Sample: f.Sample,
			Image: f.Kind == render.KindImage, Required: f.Required, Coupon: f.Coupon, MaxLength: f.MaxLength})
	}
	for _, size := range t.Sizes {
		out.Sizes = append(out.Sizes, promochat.Size{Name: size.Name, Label: size.Label})
	}
	return out
}

// effectTime is how long one effect may take. It is shorter than the activity's own limit.
const effectTime = 25 * time.Second
