package inbox

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/promobot"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// flow is a kind of conversation that a message or a pressed button can belong to. The workflow of one
// person's conversation has the id contract.ChatID(name, …), which outbox messages of the kind name start
// and signal.
type flow struct {
	name    string
	buttons string                  // begins the data of its buttons; the flow without one gets all other buttons
	kinds   []models.ConnectionKind // of connections; nil is all
	// takes decides whether a message belongs to it. alone says that no other flow would take it.
	takes func(ctx context.Context, s *Service, tx *models.Store, a arrival, alone bool) (bool, error)
	// acts does at once, in the same transaction, what needs no flow. Then no flow takes the update.
	acts func(ctx context.Context, s *Service, tx *models.Store, a arrival) (bool, error)
	// sleeps says that a conversation may wait for longer than anybody keeps an earlier key: a change of
	// keys restarts its workflow.
	sleeps bool
}

// flows is the one table of them, in the order in which they are asked.
func flows() []flow {
	return []flow{
		{buttons: signals.ButtonPrefix, kinds: []models.ConnectionKind{models.SignalBot}, acts: pressActs},
		{kinds: []models.ConnectionKind{models.SignalBot}, acts: linkActs},
		{name: contract.FlowPromoChat, kinds: []models.ConnectionKind{models.PromoBot}, takes: linkTakes},
		{name: contract.FlowConversation, buttons: journeys.ButtonPrefix, sleeps: true, takes: journeyTakes},
		{name: contract.FlowPromoChat, kinds: []models.ConnectionKind{models.PromoBot}, takes: takesAll},
	}
}

// SleepingFlows are the names of the flows whose conversations a change of keys restarts.
func SleepingFlows() []string {
	var names []string
	for _, f := range flows() {
		if f.sleeps {
			names = append(names, f.name)
		}
	}
	return names
}

// arrival is an update with its sender and its connection.
type arrival struct {
	connection *models.Connection
	who        *models.Subscriber
	update     message.Update
}

func journeyTakes(ctx context.Context, s *Service, tx *models.Store, a arrival, alone bool) (bool, error) {
	return s.journeys.Takes(ctx, tx, a.connection, a.who, a.update, alone)
}

// linkTakes lets a person post who opened the link of an invitation. The promo bot tells them, and them alone, how it
// went, whatever else they are in.
func linkTakes(ctx context.Context, _ *Service, tx *models.Store, a arrival, _ bool) (bool, error) {
	token, ok := strings.CutPrefix(a.update.StartPayload(a.connection.Username), message.LinkPrefix)
	if !ok || a.update.Kind != message.KindText {
		return false, nil
	}
	_, err := tx.Posters.Link(ctx, a.connection.ID, token, models.Person{ID: a.update.From.ID, FirstName: a.update.From.FirstName,
		LastName: a.update.From.LastName, Username: a.update.From.Username})
	return err == nil, err
}

// pressActs lets a person who was asked approve or reject a signal.
func pressActs(ctx context.Context, s *Service, tx *models.Store, a arrival) (bool, error) {
	if a.update.Kind != message.KindCallback || s.signals == nil {
		return false, nil
	}
	return true, s.signals.Pressed(ctx, tx, a.update)
}

// linkActs lets a person approve signals who opened the link of an invitation, and tells them so.
func linkActs(ctx context.Context, s *Service, tx *models.Store, a arrival) (bool, error) {
	linked, err := linkTakes(ctx, s, tx, a, false)
	if err != nil || !linked {
		return false, err
	}
	may, err := tx.Posters.May(ctx, a.connection.ID, a.update.From.ID)
	if err != nil {
		return false, err
	}
	text := "This link has been used, or is too old. Ask for a new one."
	if may {
		text = "You are linked. When a signal waits for approval, you are asked here."
	}
	return true, promobot.QueueText(ctx, tx, a.connection.ID, a.who.UserID, fmt.Sprintf("linked.%d.%d", a.update.From.ID, a.update.ID), text)
}

func takesAll(context.Context, *Service, *models.Store, arrival, bool) (bool, error) {
	return true, nil
}

// route decides, within the transaction that stores it, which flow an update goes to. One that nothing
// listens to starts no workflow.
func (s *Service) route(ctx context.Context, tx *models.Store, a arrival) (string, error) {
	if a.update.Kind == message.KindMembership {
		return models.RouteState, nil
	}
	table := slices.DeleteFunc(flows(), func(f flow) bool {
		return f.kinds != nil && !slices.Contains(f.kinds, a.connection.Kind) || a.update.Kind == message.KindCallback && !f.owns(a.update.CallbackData)
	})
	for i, f := range table {
		if f.acts != nil {
			if acted, err := f.acts(ctx, s, tx, a); err != nil || acted {
				return models.RouteState, err
			}
			continue
		}
		takes, err := f.takes(ctx, s, tx, a, i == len(table)-1)
		if err != nil {
			return "", err
		}
		if takes {
			return f.name, nil
		}
	}
	return models.RouteNone, nil
}

// owns reports whether a button is the flow's.
func (f flow) owns(data string) bool {
	if f.buttons != "" {
		return strings.HasPrefix(data, f.buttons)
	}
	return !slices.ContainsFunc(flows(), func(other flow) bool { return other.buttons != "" && strings.HasPrefix(data, other.buttons) })
}
