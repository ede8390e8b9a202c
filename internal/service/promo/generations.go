package promo

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/models"
)

// SourceBot is the source of what the promo bot is asked for.
const SourceBot = "bot"

// SourceTry is the source of a code that a person tries on the coupons page.
const SourceTry = "try"

// By says who asks for something.
type By struct {
	Source string // web, try, api, cli, bot, link …
	Actor  string // a subscriber's id, or empty
	Name   string // the person's, or empty
	// Key names the request where it may be repeated after a crash: what is recorded about it is recorded
	// once. Without one each request counts.
	Key string
}

// id names a record of a request.
func (b By) id(parts ...string) string {
	if b.Key == "" {
		return models.NewID()
	}
	name := b.Key
	for _, part := range parts {
		name += "\x00" + part
	}
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)).String()
}

// record stores how a render ended (P5). Visits to signed addresses are nobody's
// decision and anyone can make any number of them; a request that names no template was not a render.
func (s *Service) record(ctx context.Context, j *job, img *Image, err error, by By, took time.Duration) {
	if j == nil || by.Source == SourceLink || errors.Is(err, context.Canceled) {
		return
	}
	g := &models.Generation{Source: by.Source, Actor: by.Actor, TemplateID: j.version.TemplateID, VersionID: j.version.ID, Outcome: models.GenerationFailed}
	switch {
	case err == nil:
		g.Outcome, g.Images = models.Made, 1
		if !img.Cached {
			g.TookUS = took.Microseconds()
		}
	case fault.From(err).Code == "coupon_invalid":
		g.Outcome = models.CouponInvalid
	case fault.From(err).Code == "coupon_unverified":
		g.Outcome = models.CouponUnavailable
	}
	g.ID = by.id("generation", g.VersionID, string(g.Outcome))
	if err := s.o.Store.Generations.Record(ctx, g); err != nil {
		slog.WarnContext(ctx, "a generation was not recorded", "error", err)
	}
}
