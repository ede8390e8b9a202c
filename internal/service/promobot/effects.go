package promobot

import (
	"context"
	"log/slog"
	"strings"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/engine/promochat"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// Do carries out one effect. It may run any number of times: what was sent is not sent again. An
// error is worth another attempt, except fault.Invalid and the like; how it ended for the person is the
// outcome.
func (s *Service) Do(ctx context.Context, in contract.ChatEffectInput) (contract.ChatDone, error) {
	ctx, cancel := context.WithTimeout(ctx, effectTime)
	defer cancel()
	chat, e := in.Chat, in.Effect
	key := contract.FlowPromoChat + "." + e.Key
	switch e.Kind {
	case promochat.Answer:
		return s.change(ctx, chat, botapi.AnswerCallback(e.CallbackID, e.Text, e.Alert))
	case promochat.Clear:
		return s.change(ctx, chat, botapi.Edit(chat.UserID, e.MessageID, message.Message{}, false))
	case promochat.Say:
		return s.said(s.send(ctx, chat, key, message.Message{Text: e.Text, Buttons: e.Buttons, NoPreview: true}))
	case promochat.List:
		return s.list(ctx, chat, key, e.Effect)
	case promochat.Check:
		return s.check(ctx, chat, key, e.Code)
	case promochat.Take:
		return s.take(ctx, chat, e.FileID)
	case promochat.Draw:
		return s.draw(ctx, chat, key, e.Effect)
	case promochat.Post:
		return s.post(ctx, chat, key, e.Effect)
	}
	return contract.ChatDone{}, fault.New(fault.Internal, "effect_unknown", "The promo bot knows no effect %q", e.Kind)
}

// change makes a call that is no new message. A person who is gone is no failure of it.
func (s *Service) change(ctx context.Context, chat contract.Chat, call botapi.Call) (contract.ChatDone, error) {
	_, err := s.sending.Change(ctx, chat.ConnectionID, chat.UserID, call)
	return refusal(err)
}

// refusal turns what Telegram refuses for good into a result; the rest is tried again.
func refusal(err error) (contract.ChatDone, error) {
	if err == nil {
		return contract.ChatDone{Outcome: promochat.Outcome{Result: promochat.OK}}, nil
	}
	f := fault.From(err)
	if f.Retryable() {
		return contract.ChatDone{}, err
	}
	return contract.ChatDone{Away: f.Code == botapi.Blocked || f.Code == botapi.ChatNotFound,
		Outcome: promochat.Outcome{Result: promochat.Refused, Message: f.Message}}, nil
}

func (s *Service) send(ctx context.Context, chat contract.Chat, key string, m message.Message, files ...sending.Upload) (sending.Outcome, error) {
	return s.sending.Send(ctx, sending.Effect{Key: key, ConnectionID: chat.ConnectionID, Chat: chat.UserID, Class: sending.Reply, Message: m, Files: files})
}

// said is what a send means for the conversation.
func (s *Service) said(out sending.Outcome, err error) (contract.ChatDone, error) {
	if err != nil {
		return refusal(err)
	}
	done := contract.ChatDone{Outcome: promochat.Outcome{Result: promochat.OK, MessageID: out.Sent.MessageID}}
	switch out.State {
	case models.DeliveryUnknown:
		done.Outcome.Result = promochat.Unknown
	case models.DeliveryFailed:
		done.Outcome.Result = promochat.Refused
		if out.Problem != nil {
			done.Outcome.Message = out.Problem.Message
			done.Away = out.Problem.Code == botapi.Blocked || out.Problem.Code == botapi.ChatNotFound
		}
	}
	return done, nil
}

// list shows a page of templates as one picture with numbers.
func (s *Service) list(ctx context.Context, chat contract.Chat, key string, e promochat.Effect) (contract.ChatDone, error) {
	ids := make([]string, len(e.Pages))
	for i, t := range e.Pages {
		ids[i] = t.ID
	}
	m := message.Message{Text: e.Text, Buttons: e.Buttons}
	sheet, err := s.promo.Contact(ctx, ids, e.From)
	if err != nil && fault.From(err).Kind == fault.Unavailable {
		return contract.ChatDone{}, err
	}
	if err != nil { // the names on the buttons are enough to choose by
		slog.ErrorContext(ctx, "templates are listed without their pictures", "error", err)
		return s.said(s.send(ctx, chat, key, m))
	}
	if e.MessageID != 0 {
		done, err := refusal(s.sending.EditWithFile(ctx, chat.ConnectionID, chat.UserID, e.MessageID, m, picture(sheet)))
		if err != nil || done.Outcome.Result == promochat.OK || done.Away {
			return done, err
		}
		// The message can't show the page because it has no picture: a new one is sent.
	}
	return s.said(s.send(ctx, chat, key, m, picture(sheet)))
}

func picture(img *promo.Image) sending.Upload {
	return sending.PhotoOf(img.FileName, img.Hash, img.Data)
}

// by names the person in the records.
func (s *Service) by(ctx context.Context, chat contract.Chat, key string) promo.By {
	by := promo.By{Source: promo.SourceBot, Key: key}
	if who, err := s.store.Subscribers.ByUser(ctx, chat.ConnectionID, chat.UserID); err == nil {
		by.Actor, by.Name = who.ID, nameOf(who)
	}
	return by
}

// check asks the CRM. That it can't answer is an outcome too: the person decides when to ask again.
func (s *Service) check(ctx context.Context, chat contract.Chat, key, code string) (contract.ChatDone, error) {
	result, err := s.promo.CheckCouponFor(ctx, code, s.by(ctx, chat, key))
	out := promochat.Outcome{Result: promochat.OK, Message: verdict(result)}
	switch {
	case err != nil && fault.Is(err, fault.Invalid):
		f := fault.From(err)
		out = promochat.Outcome{Result: promochat.Refused, Message: strings.TrimSuffix(f.Message+". "+f.Remedy, ". ")}
	case err != nil:
		slog.WarnContext(ctx, "a coupon can't be verified", "error", err)
		out = promochat.Outcome{Result: promochat.Unavailable, Message: fault.From(err).Message + "."}
	case result.Outcome != crm.Valid:
		out.Result = promochat.Refused
	}
	return contract.ChatDone{Outcome: out}, nil
}

// verdict is what a person wants to know about a code: what it gives, and until when.
func verdict(r crm.Result) string {
	text := r.Message
	if r.Outcome != crm.Valid {
		return text
	}
	if d := r.Discount; d != nil && d.Kind == "percent" {
		text += ": " + d.Value + " % off"
	} else if d != nil {
		text += ": " + d.Value + " " + d.Currency + " off"
	}
	if !r.ExpiresAt.IsZero() {
		text += ", until " + r.ExpiresAt.UTC().Format("2 January 2006, 15:04") + " UTC"
	}
	return text
}

// take fetches a photo that the person sent and keeps it as an upload.
func (s *Service) take(ctx context.Context, chat contract.Chat, fileID string) (contract.ChatDone, error) {
	data, err := s.sending.Fetch(ctx, chat.ConnectionID, fileID, promo.MaxUpload)
	if err == nil {
		var upload *models.Upload
		if upload, err = s.promo.Upload(ctx, data); err == nil {
			return contract.ChatDone{Outcome: promochat.Outcome{Result: promochat.OK, Upload: upload.ID}}, nil
		}
	}
	return refusal(err)
}

func request(job *promochat.Job) promo.Request {
	return promo.Request{Template: job.TemplateID, Size: job.Size, Values: job.Values, Format: promo.FormatJPEG}
}

// draw makes the image and sends it. An image that was sent in an earlier attempt is not made again:
// the CRM may be away by now.
func (s *Service) draw(ctx context.Context, chat contract.Chat, key string, e promochat.Effect) (contract.ChatDone, error) {
	if out, ok, err := s.sending.Ended(ctx, key); err != nil || ok {
		return s.said(out, err)
	}
	img, err := s.promo.RenderFor(ctx, request(e.Job), s.by(ctx, chat, key))
	if err != nil {
		return unmade(err)
	}
	return s.said(s.send(ctx, chat, key, message.Message{Text: e.Text, Buttons: e.Buttons}, picture(img)))
}

// unmade says why there is no image.
func unmade(err error) (contract.ChatDone, error) {
	f := fault.From(err)
	switch {
	case f.Code == "coupon_unverified":
		return contract.ChatDone{Outcome: promochat.Outcome{Result: promochat.Unavailable, Message: f.Message + "."}}, nil
	case f.Retryable():
		return contract.ChatDone{}, err
	}
	out := promochat.Outcome{Result: promochat.Refused, Message: f.Message}
	if len(f.Fields) > 0 {
		out.Field, _ = strings.CutPrefix(f.Fields[0].Name, "values.")
		out.Message = f.Fields[0].Message
	}
	return contract.ChatDone{Outcome: out}, nil
}
