package hype

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"log/slog"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/engine/similar"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

// remembered is how many of the last messages none may repeat.
const remembered = 30

// author makes one message at a time.
type author struct {
	*Service
	brand    string
	language string
	action   models.CallToAction
	facts    wording.HypeFacts // of the message that is written
}

func (s *Service) author(ctx context.Context) (*author, error) {
	owner, err := s.store.Tenants.Current(ctx)
	if err != nil {
		return nil, err
	}
	terms, _, err := s.store.Strategies.Settings(ctx, signals.Defaults())
	if err != nil {
		return nil, err
	}
	settings, _, err := s.store.CrossPromo.Settings(ctx)
	return &author{Service: s, brand: owner.Name, language: terms.Language, action: settings.Teaser}, err
}

// Files implements channelposts.Author.
func (a *author) Files(context.Context, *models.ChannelPost) ([]sending.Upload, error) {
	return nil, nil
}

// Write implements channelposts.Author.
func (a *author) Write(ctx context.Context, p *models.ChannelPost) (channelposts.Content, error) {
	var what about
	if err := json.Unmarshal(p.About, &what); err != nil {
		return channelposts.Content{}, err
	}
	prompt, err := a.store.Hype.Prompt(ctx, what.Prompt)
	if fault.Is(err, fault.NotFound) {
		return channelposts.Content{Skip: &models.Note{Code: "prompt_gone", Message: "Its prompt was deleted before it was written"}}, nil
	}
	if err != nil {
		return channelposts.Content{}, err
	}
	if err := a.results(ctx, p.PlannedAt.Time); err != nil {
		return channelposts.Content{}, err
	}
	earlier, err := a.earlier(ctx, a.store, p.ID)
	if err != nil {
		return channelposts.Content{}, err
	}
	return a.say(ctx, prompt, p.Slot, earlier)
}

// Stopped implements channelposts.Stopper: what waits when its flow is switched off does not go out.
func (a *author) Stopped(ctx context.Context, tx *models.Store, p *models.ChannelPost) (*models.Note, error) {
	var what about
	if err := json.Unmarshal(p.About, &what); err != nil {
		return nil, err
	}
	flow, err := running(ctx, tx, what.Flow)
	if err != nil || flow != nil {
		return nil, err
	}
	return &models.Note{Code: "switched_off", Message: "Its flow was switched off, or deleted, before it was sent"}, nil
}

// Edit implements channelposts.Editor: of two messages that are written side by side, the second one to be kept does not
// repeat the first. The button leads to where clicks are counted.
func (a *author) Edit(ctx context.Context, tx *models.Store, p *models.ChannelPost, c channelposts.Content) (channelposts.Content, error) {
	if err := tx.Hype.LockFlows(ctx); err != nil {
		return c, err
	}
	earlier, err := a.earlier(ctx, tx, p.ID)
	if err != nil {
		return c, err
	}
	if similar.Repeats(a.said(c.Text), earlier) {
		text, ok := a.written(p.Slot, earlier)
		if !ok {
			return repeats(), nil
		}
		if c.Source == channelposts.SourceAI {
			c.Reason = string(writing.Repeats)
		}
		c.Text, c.Source = a.marked(text), channelposts.SourceTemplate
	}
	if a.action.Link != "" {
		link, err := tx.PostLinks.Of(ctx, p.ID, a.action.Link)
		if err != nil {
			return c, err
		}
		c.Buttons = a.button(a.publicURL.JoinPath(journeys.LinkPath, link.ID).String())
	}
	return c, nil
}

// repeats is a message that nobody can write without repeating an earlier one.
func repeats() channelposts.Content {
	return channelposts.Content{Skip: &models.Note{Code: string(writing.Repeats), Message: "Whatever there is to say repeats one of the last messages"}}
}

// results reads what messages may say of results at a moment.
func (a *author) results(ctx context.Context, at time.Time) error {
	y, m, d := at.UTC().Date()
	today, err := a.promotion.Results(ctx, time.Date(y, m, d, 0, 0, 0, 0, time.UTC), at)
	if err != nil {
		return err
	}
	week, err := a.promotion.Results(ctx, at.AddDate(0, 0, -7), at)
	a.facts = wording.HypeFacts{Today: today.Sum().Pips, Week: week.Sum().Pips, Signals: len(week.Closed), Simulated: week.Simulated}
	return err
}

// earlier are the texts that a message must not repeat.
func (a *author) earlier(ctx context.Context, store *models.Store, but string) ([]string, error) {
	texts, err := store.Hype.LastTexts(ctx, but, remembered)
	for i := range texts {
		texts[i] = a.said(texts[i])
	}
	return texts, err
}

// marked is a text in Telegram's HTML; one with figures of a made-up market says so.
func (a *author) marked(text string) string {
	if a.facts.Simulated && strings.ContainsAny(text, "0123456789") {
		text += "\n" + wording.Simulated(a.language)
	}
	return message.Escape(text)
}

// said is what a marked text says.
func (a *author) said(text string) string {
	return strings.TrimSuffix(message.Plain(text), "\n"+wording.Simulated(a.language))
}

// written is the first written text that repeats no earlier one, beginning with one that a name chooses; ok is false when each
// of them does.
func (a *author) written(name string, earlier []string) (text string, ok bool) {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name))
	first := int(hash.Sum32() % wording.HypeTexts)
	for n := range wording.HypeTexts {
		if text := wording.Hype(a.language, first+n, a.facts); !similar.Repeats(text, earlier) {
			return text, true
		}
	}
	return wording.Hype(a.language, first, a.facts), false
}

// say makes a message by a prompt, with the address itself on its button.
func (a *author) say(ctx context.Context, prompt *models.HypePrompt, name string, earlier []string) (channelposts.Content, error) {
	text, fresh := a.written(name, earlier)
	out := writing.Result{Text: text, Source: writing.ByTemplate, Reason: writing.NoProvider}
	if a.writing != nil {
		var err error
		out, err = a.writing.Write(ctx, writing.Request{Kind: writing.Hype, Facts: a.facts.Facts(a.brand), Language: a.language, Fallback: text,
			Brand: a.brand, Angle: prompt.Angle, Style: prompt.Style, Earlier: earlier})
		if err != nil {
			return channelposts.Content{}, err
		}
	}
	if out.Source == writing.ByTemplate {
		if !fresh {
			return repeats(), nil
		}
		slog.InfoContext(ctx, "a hype message is the written text", "reason", string(out.Reason))
	}
	return channelposts.Content{Text: a.marked(out.Text), Buttons: a.button(a.action.Link), Source: string(out.Source), Reason: string(out.Reason)}, nil
}

// button leads to the call to action's address; none where that has none.
func (a *author) button(address string) message.Keyboard {
	if address == "" {
		return nil
	}
	text := a.action.Button
	if text == "" {
		text = wording.TeaserButton(a.language)
	}
	return message.Keyboard{{{Text: text, URL: address}}}
}
