package signals

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// Buttons under a question. The token after them is the question's.
const (
	// ButtonPrefix begins the data of all buttons of signals.
	ButtonPrefix = "sg."
	approvePress = ButtonPrefix + "y."
	rejectPress  = ButtonPrefix + "n."
)

// Pressed acts on a button under a question, within the transaction that stores the press. Only the person who was asked
// may press it, and only while the tenant has them linked.
func (s *Service) Pressed(ctx context.Context, tx *models.Store, u message.Update) error {
	yes := strings.HasPrefix(u.CallbackData, approvePress)
	row, err := tx.SignalAsks.ByToken(ctx, strings.TrimPrefix(strings.TrimPrefix(u.CallbackData, approvePress), rejectPress))
	if fault.Is(err, fault.NotFound) || err == nil && row.UserID != u.From.ID {
		return nil
	}
	if err != nil {
		return err
	}
	may, err := tx.Posters.May(ctx, row.ConnectionID, u.From.ID)
	if err != nil {
		return err
	}
	row.CallbackID, row.Answer = u.CallbackID, "You are not linked any more"
	if may {
		if row.Answer, err = s.within(tx).decideFor(ctx, row.SignalID, yes, text.Clean(u.From.FirstName+" "+u.From.LastName)); err != nil {
			return err
		}
	}
	if err := tx.SignalAsks.Save(ctx, row); err != nil {
		return err
	}
	return s.wake(ctx, tx, row.SignalID)
}

// within is the service in a transaction.
func (s *Service) within(tx *models.Store) *Service {
	inner := *s
	inner.store = tx
	return &inner
}

// decideFor approves or rejects a signal, and says what came of it.
func (s *Service) decideFor(ctx context.Context, id string, yes bool, by string) (answer string, err error) {
	if yes {
		_, err = s.Approve(ctx, id, models.AnyVersion, by)
		answer = "Approved: it goes out at the next price"
	} else {
		_, err = s.Reject(ctx, id, models.AnyVersion, by, "")
		answer = "Rejected"
	}
	if f := fault.From(err); err != nil && (f.Code == "signal_state" || fault.Is(err, fault.NotFound)) {
		return "It is too late: the signal was decided on before", nil
	}
	return answer, err
}

// asks reports whether somebody is to be asked about a signal, or told what came of it.
func (s *Service) asks(ctx context.Context, row *models.Signal) (bool, error) {
	if row.Practice || row.ApproveUntil == 0 {
		return false, nil
	}
	asked, err := s.store.SignalAsks.Of(ctx, row.ID)
	if err != nil {
		return false, err
	}
	for _, a := range asked {
		if a.CallbackID != "" || a.MessageID != 0 && a.Told != told(row.State) {
			return true, nil
		}
	}
	if row.State != models.SignalProposed {
		return false, nil
	}
	people, _, err := s.people(ctx)
	return len(people) > len(asked), err
}

// told is the state that a question's message says: what comes after the decision is told in the channel.
func told(state models.SignalState) models.SignalState {
	if state == models.SignalOpen || state == models.SignalClosed {
		return models.SignalWaiting
	}
	return state
}

// people are those who may approve: whom the tenant has linked with its signal bot.
func (s *Service) people(ctx context.Context) (people []models.Poster, connection string, err error) {
	bot, err := s.store.Connections.ByKind(ctx, models.SignalBot)
	if fault.Is(err, fault.NotFound) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	all, err := s.store.Posters.List(ctx, bot.ID)
	for _, p := range all {
		if p.UserID != 0 {
			people = append(people, p)
		}
	}
	return people, bot.ID, err
}

// Ask asks those who may approve a proposed signal, answers their presses, and tells them what came of it. It may run any
// number of times.
func (s *Service) Ask(ctx context.Context, in contract.Signal) error {
	row, err := s.store.Signals.Get(ctx, in.SignalID)
	if err != nil {
		return err
	}
	if row.State == models.SignalProposed {
		people, connection, err := s.people(ctx)
		if err != nil {
			return err
		}
		for _, p := range people {
			if _, err := s.store.SignalAsks.Begin(ctx, row.ID, connection, p.UserID); err != nil {
				return err
			}
		}
	}
	asked, err := s.store.SignalAsks.Of(ctx, row.ID)
	if err != nil {
		return err
	}
	for i := range asked {
		if err := s.tend(ctx, row, &asked[i]); err != nil {
			return err
		}
	}
	return nil
}

// tend does what is to be done about one question.
func (s *Service) tend(ctx context.Context, row *models.Signal, a *models.SignalAsk) error {
	before := *a
	if a.CallbackID != "" {
		err := s.sending.AnswerCallback(ctx, contract.CallbackAnswer{ConnectionID: a.ConnectionID, CallbackID: a.CallbackID, Text: a.Answer})
		if err != nil && fault.From(err).Retryable() {
			return err
		}
		a.CallbackID, a.Answer = "", "" // one that is too old for an answer gets none
	}
	switch state := told(row.State); {
	case a.MessageID == 0 && row.State == models.SignalProposed:
		out, err := s.sending.Send(ctx, sending.Effect{Key: "signal.ask." + row.ID + "." + a.Token, ConnectionID: a.ConnectionID, Chat: a.UserID, Class: sending.Reply,
			Message: message.Message{Text: message.Escape(question(row)), Buttons: message.Keyboard{{
				{Text: "Approve", Data: approvePress + a.Token}, {Text: "Reject", Data: rejectPress + a.Token}}}}})
		if err != nil {
			return err
		}
		if a.Told = state; out.State == models.DeliverySent {
			a.MessageID = out.Sent.MessageID
		}
	case a.MessageID != 0 && a.Told != state:
		text := question(row) + "\n\n" + outcome(row)
		_, err := s.sending.Change(ctx, a.ConnectionID, a.UserID, botapi.Edit(a.UserID, a.MessageID, message.Message{Text: message.Escape(text)}, false))
		if f := fault.From(err); err != nil && f.Retryable() {
			return err
		} else if err != nil {
			slog.WarnContext(ctx, "a question about a signal was not brought up to date", "signal", row.ID, "error", err)
		}
		a.Told = state
	}
	if *a == before {
		return nil
	}
	return s.store.SignalAsks.Save(ctx, a)
}

// question is what those who may approve are asked.
func question(row *models.Signal) string {
	title := row.Strategy
	if kind, ok := strategy.Find(row.Strategy); ok {
		title = kind.Title
	}
	var b strings.Builder
	fmt.Fprintf(&b, "May this signal go out? (%s)\n\n%s %s at the market\nStop: %s\n", title, wording.Pair(row.Symbol), sideWord(row.Side), row.Plan.Stop)
	for i, t := range row.Plan.Targets {
		fmt.Fprintf(&b, "TP%d: %s\n", i+1, t.Price)
	}
	fmt.Fprintf(&b, "\nIt lapses at %s UTC of the market's time.", time.Unix(row.ApproveUntil, 0).UTC().Format("15:04"))
	return b.String()
}

// outcome says what came of a question.
func outcome(row *models.Signal) string {
	by := ""
	if row.DecidedBy != "" {
		by = " by " + row.DecidedBy
	}
	switch row.State {
	case models.SignalRejected:
		return "✖ Rejected" + by
	case models.SignalLapsed:
		return "⏱ Lapsed: nobody answered in time"
	case models.SignalCancelled:
		return "✖ Not opened" + by
	}
	return "✔ Approved" + by
}
