package main

import (
	"html"
	"strings"

	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/service/tenants"
)

// starter gives a new tenant the demo's templates, and the demo's journey as a first draft.
type starter struct{}

// Designs implements tenants.Starter.
func (starter) Designs() []tenants.Design {
	var out []tenants.Design
	for _, d := range demo.Catalog() {
		out = append(out, d)
	}
	return out
}

// Journey implements tenants.Starter. It listens on the promo bot, the first bot that a tenant has.
func (starter) Journey(brand string) (string, *journey.Definition) {
	d := demo.Journey()
	d.Connections = []string{"promo_bot"}
	// A brand may have signs that mean something in a message.
	brand = strings.NewReplacer("{", "(", "}", ")").Replace(html.EscapeString(brand))
	d.WelcomeMessage = strings.ReplaceAll(d.WelcomeMessage, demoName, brand)
	return "Welcome", d
}
