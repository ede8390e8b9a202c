package signals

import (
	"context"
	"log/slog"
	"strconv"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

// recapAuthor makes the post of a recap.
type recapAuthor struct {
	*Service
	row      *models.Recap
	settings models.SignalSettings
}

// Write implements channelposts.Author.
func (a *recapAuthor) Write(ctx context.Context, _ *models.ChannelPost) (channelposts.Content, error) {
	facts, language := a.row.Facts, a.settings.Language
	out := channelposts.Content{Source: channelposts.SourceTemplate}
	headline := facts.Headline(language)
	if a.writing != nil {
		written, err := a.writing.Write(ctx, writing.Request{Kind: writing.Recap, Facts: facts.Facts(), Language: language, Fallback: headline})
		if err != nil {
			return out, err
		}
		headline, out.Source, out.Reason = written.Text, string(written.Source), string(written.Reason)
	}
	head, address := "", ""
	if facts.Weekly {
		owner, err := a.store.Tenants.Current(ctx)
		if err != nil {
			return out, err
		}
		head, address = a.row.Head, a.publicURL+"/t/"+owner.Slug
	}
	out.Text = message.Escape(facts.Text(language, headline, head, address, a.settings.Disclaimer))
	return out, nil
}

// Files implements channelposts.Author. A caption is short: a long recap goes without its picture.
func (a *recapAuthor) Files(ctx context.Context, p *models.ChannelPost) ([]sending.Upload, error) {
	if a.settings.RecapCard == "" || message.Length(p.Text) > message.MaxCaption {
		return nil, nil
	}
	return a.picture(ctx, a.settings.RecapCard, recapValues(&a.row.Facts), "recap."+a.row.ID)
}

// recapValues are what a recap puts into the fields of its picture.
func recapValues(r *wording.Recap) map[string]string {
	s := r.Sum()
	title := "Daily recap"
	if r.Weekly {
		title = "Weekly recap"
	}
	rate := 0
	if n := len(r.Closed); n > 0 {
		rate = s.Wins * 100 / n
	}
	values := map[string]string{"title": title, "period": r.Period, "result": plus(s.Pips) + " pips", "trades": strconv.Itoa(len(r.Closed)),
		"win_rate": strconv.Itoa(rate) + "%", "best": plus(s.Best)}
	if r.Simulated {
		values["note"] = "Simulated: prices of a made-up market."
	}
	return values
}

func plus(p pip.Pips) string {
	if p > 0 {
		return "+" + p.String()
	}
	return p.String()
}

// SendRecap sends the post of a recap, once. It may run any number of times.
func (s *Service) SendRecap(ctx context.Context, in contract.ChannelPost) error {
	p, err := s.store.ChannelPosts.Get(ctx, in.PostID)
	if err != nil {
		return err
	}
	row, err := s.store.Recaps.Get(ctx, p.Subject)
	if err != nil {
		return err
	}
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	_, err = s.posts.Send(ctx, p.ID, &recapAuthor{s, row, settings})
	return err
}

// picture draws a template from what it has fields for. A message without its picture is better than one that comes late.
func (s *Service) picture(ctx context.Context, template string, values map[string]string, key string) ([]sending.Upload, error) {
	img, err := s.draw(ctx, template, values, key)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		slog.WarnContext(ctx, "a post goes out without its picture", "key", key, "template", template, "error", err)
		return nil, nil
	}
	photo := sending.PhotoOf(img.FileName, img.Hash, img.Data)
	photo.Kept = s.promo.KeepPosted(ctx, img)
	return []sending.Upload{photo}, nil
}
