package main

import (
	"context"
	"errors"
	"image"
	"log/slog"

	"golang.org/x/image/draw"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/host/datadir"
	"github.com/promostack/promostack/models"
)

// demoName is what the demo's brand is called.
const demoName = "Aurum Markets"

// seed creates the first tenant. With demo it is the demo tenant, with a logo and templates drawn
// by the program and a live journey (R5); a start that was interrupted continues where it stopped.
//
// Its bots are connected and its strategies live, unless it is to be idle: then that is left to whoever tries it out.
func seed(ctx context.Context, a *app, withDemo, idle bool, say func(string)) error {
	first := &models.Tenant{Slug: "workspace", Name: "My workspace", Kind: models.KindClient}
	if withDemo {
		first = &models.Tenant{Slug: "demo", Name: demoName, Kind: models.KindDemo}
	}
	first, _, err := firstTenant(ctx, a, first)
	if err != nil {
		return err
	}
	if !withDemo || first.Kind != models.KindDemo {
		return nil
	}
	ctx = tenant.With(ctx, first.ID)
	if first.LogoUploadID == "" {
		if err := a.promo.SetLogo(ctx, rgba(demo.Logo())); err != nil {
			return err
		}
	}
	if err := installTemplates(ctx, a, func(name string) { say("template " + name) }); err != nil {
		return err
	}
	if idle {
		err = errors.Join(a.connections.Unseeded(ctx, models.PromoBot), a.connections.Unseeded(ctx, models.SignalBot))
	} else if a.config.MarketSimulated() {
		err = errors.Join(a.signals.SeedDemo(ctx), a.crossPromo.SeedDemo(ctx, demo.VIPLink), a.hype.SeedDemo(ctx))
	}
	if err != nil {
		return err
	}
	made, err := a.journeys.Seed(ctx, demo.JourneyName, demo.Journey())
	if err != nil {
		return err
	}
	if made {
		say("journey " + demo.JourneyName)
	}
	if idle {
		return nil
	}
	return seedPeople(ctx, a.config)
}

// firstTenant returns the tenant that was made first; where there is none it makes this one.
func firstTenant(ctx context.Context, a *app, t *models.Tenant) (first *models.Tenant, made bool, err error) {
	first, err = a.store.Tenants.First(ctx)
	if !fault.Is(err, fault.NotFound) {
		return first, false, err
	}
	return t, true, a.store.Tenants.Create(ctx, t)
}

// installTemplates installs those of the demo's templates that the tenant lacks.
func installTemplates(ctx context.Context, a *app, made func(name string)) error {
	for _, t := range demo.Catalog() {
		if have, err := a.store.Templates.Get(ctx, t.Slug); err == nil && have.Published != nil {
			continue
		}
		meta, backgrounds := t.Draw()
		if err := a.promo.Install(ctx, &meta, backgrounds); err != nil {
			return err
		}
		made(meta.Name)
	}
	return nil
}

// seedBots connects the bots of the settings to the first tenant, at the first start alone. The sandbox's own have
// channels there, and belong to the demo.
func seedBots(ctx context.Context, a *app) error {
	first, err := a.store.Tenants.First(ctx)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	ctx = tenant.With(ctx, first.ID)
	var promo, signal []models.Channel
	if a.config.TelegramBotToken == datadir.SandboxPromoToken || a.config.ForexBotToken == datadir.SandboxSignalToken {
		if first.Kind != models.KindDemo {
			return nil
		}
		promo = []models.Channel{{Role: models.RolePost, Chat: "@sandbox_channel"}}
		signal = []models.Channel{{Role: models.RoleVIP, Chat: "@" + sandboxVIP}, {Role: models.RoleFree, Chat: "@" + sandboxFree}}
	}
	return errors.Join(
		a.connections.Seed(ctx, models.PromoBot, a.config.TelegramBotToken, promo...),
		a.connections.Seed(ctx, models.SignalBot, a.config.ForexBotToken, signal...))
}

func rgba(img image.Image) *image.RGBA {
	if out, ok := img.(*image.RGBA); ok {
		return out
	}
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out
}

// quiet is the logger of short work whose result is printed anyway.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
