package tenants

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/timetable"
	"github.com/promostack/promostack/models"
)

// Limits of what a person may type, in letters.
const (
	MaxName = 60
	MaxSlug = 40
)

// slugForm is what may stand in the address of a tenant's public page.
var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Draft is a tenant that somebody wants.
type Draft struct {
	Name string
	Slug string // made from the name when it is empty
	Logo []byte // a picture's file; nil for none
}

// Create makes a tenant and starts its setup. A name or a slug with mistakes is fault.Invalid, a slug that somebody has
// is fault.Conflict "slug_taken", a picture that is none is what promo.Upload says of it; then nothing was made.
func (s *Service) Create(ctx context.Context, in Draft) (*models.Tenant, error) {
	ctx = models.Platform(ctx)
	in.Name = cleanName(in.Name)
	if err := check(in); err != nil {
		return nil, err
	}
	row, err := s.insert(ctx, in)
	if err != nil {
		return nil, err
	}
	if in.Logo != nil {
		if err := s.o.Promo.UploadLogo(tenant.With(ctx, row.ID), in.Logo); err != nil {
			return nil, errors.Join(err, s.undo(context.WithoutCancel(ctx), row.ID))
		}
	}
	s.forget()
	if err := setUp(ctx, s.o.Store, row.ID); err != nil {
		return nil, err
	}
	return s.o.Store.Tenants.ByID(ctx, row.ID)
}

// cleanName loses what nobody sees, and spaces beyond one.
func cleanName(name string) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.Is(unicode.C, r) {
			return -1
		}
		return r
	}, norm.NFC.String(name))
	return strings.Join(strings.Fields(seen), " ")
}

func check(in Draft) error {
	var wrong fault.Fields
	switch n := utf8.RuneCountInString(in.Name); {
	case n == 0:
		wrong.Add("name", "required", "is empty")
	case n > MaxName:
		wrong.Add("name", "too_long", "has more than %d letters", MaxName)
	}
	if in.Slug != "" && (len(in.Slug) < 2 || len(in.Slug) > MaxSlug || !slugForm.MatchString(in.Slug)) {
		wrong.Add("slug", "malformed", "takes 2 to %d small letters a to z, digits and single hyphens between them", MaxSlug)
	}
	return wrong.Err("tenant_invalid", "The brand has mistakes")
}

// insert makes the row. A slug that was made from the name gets a number where it is taken.
func (s *Service) insert(ctx context.Context, in Draft) (*models.Tenant, error) {
	slug := in.Slug
	if slug == "" {
		slug = SlugOf(in.Name)
	}
	for n := 2; ; n++ {
		row := &models.Tenant{Slug: slug, Name: in.Name, Kind: models.KindClient, State: models.TenantNew}
		err := s.o.Store.Tenants.Create(ctx, row)
		if in.Slug != "" && fault.Is(err, fault.Conflict) {
			return nil, fault.InvalidField("slug", "slug_taken", "is that of another brand").WithRemedy("Take another short name")
		}
		if err == nil || !fault.Is(err, fault.Conflict) || n > 1000 {
			return row, err
		}
		slug = SlugOf(in.Name) + "-" + strconv.Itoa(n)
	}
}

// SlugOf is the short name that a name suggests: its Latin letters and digits, in small letters. It leaves room for a number.
func SlugOf(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(name) {
		r = unicode.ToLower(r)
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case unicode.Is(unicode.M, r): // the accent of the letter before
		default:
			gap = true
		}
		if b.Len() >= MaxSlug-6 {
			break
		}
	}
	if slug := strings.Trim(b.String(), "-"); len(slug) >= 2 {
		return slug
	}
	return "brand"
}

// undo takes back a tenant that nobody has seen yet.
func (s *Service) undo(ctx context.Context, id string) error {
	if _, err := s.o.Store.Tenants.Move(ctx, id, models.TenantNew, models.TenantGoing); err != nil {
		return err
	}
	_, err := s.RemoveFiles(ctx, contract.Tenant{TenantID: id}, func() {})
	if err == nil {
		_, err = s.RemoveRows(ctx, contract.Tenant{TenantID: id}, func() {})
	}
	return err
}

// Equip gives a new tenant what it lacks of what it starts with, and makes it active. It calls beat between the parts and may
// run any number of times.
func (s *Service) Equip(ctx context.Context, in contract.Tenant, beat func()) error {
	row, err := s.o.Store.Tenants.ByID(ctx, in.TenantID)
	if fault.Is(err, fault.NotFound) || err == nil && row.State != models.TenantNew {
		return nil // it is ready, or it goes
	}
	if err != nil {
		return err
	}
	ctx = tenant.With(ctx, row.ID)
	if err := timetable.Equip(ctx, s.o.Store); err != nil {
		return err
	}
	name, first := s.o.Starter.Journey(row.Name)
	if err := s.o.Journeys.SeedDraft(ctx, name, first); err != nil {
		return err
	}
	for _, design := range s.o.Starter.Designs() {
		beat()
		if have, err := s.o.Store.Templates.Get(ctx, design.Meta().Slug); err == nil && have.Published != nil {
			continue
		}
		meta, backgrounds := design.Draw()
		if err := s.o.Promo.Install(ctx, &meta, backgrounds); err != nil {
			return err
		}
	}
	s.forget()
	return s.o.Store.Tx(ctx, func(tx *models.Store) error {
		moved, err := tx.Tenants.Move(ctx, row.ID, models.TenantNew, models.TenantActive)
		if err != nil || !moved {
			return err
		}
		return tx.Events.Add(ctx, models.TopicTenant, row.ID, 0)
	})
}
