// Package accounts is what the API and the workers share about user accounts: a person signs one in by
// steps here, and the process that owns the account (package owner) carries them out. What passes
// between the two is sealed, and is in no log and no flow's history.
package accounts

import (
	"context"
	"crypto/rand"
	"regexp"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// What the parts of an account are sealed for; each is bound to its connection's id.
const (
	SealStep     = "account step"
	SealProgress = "account progress"
	SealShown    = "account qr"
	SealSession  = "account session"
)

// Idle is the state of an account without a sign-in that is in progress or has just ended.
const Idle = "idle"

// Service is safe for concurrent use.
type Service struct {
	Store *models.Store
	Ring  *secrets.Ring
	App   bool // the program has a Telegram application
	Now   func() time.Time
}

// View is the progress of an account's sign-in, as a person may see it.
type View struct {
	ConnectionID string // empty without a connection
	Method       models.LoginMethod
	State        string // Idle or one of models.LoginState
	QR           string
	QRUntil      models.Time
	Problem      *models.Note
	Version      int64
	ExpiresAt    models.Time
}

// Start is what a sign-in begins with.
type Start struct {
	Method  models.LoginMethod
	Phone   secrets.Text
	Session secrets.Text // Telethon's
}

var phonePattern = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// check normalises the input.
func (s *Start) check() (sealed secrets.Text, err error) {
	switch s.Method {
	case models.LoginPhone:
		phone := strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "\u2011", "", "(", "", ")", "", ".", "").Replace(typed.Clean(s.Phone.Reveal()))
		if !phonePattern.MatchString(phone) {
			return "", fault.InvalidField("phone", "phone_invalid", "must be a phone number with its country code, for instance +44 7700 900123")
		}
		return secrets.Text(phone), nil
	case models.LoginTelethon:
		text := typed.Clean(s.Session.Reveal())
		if len(text) < 300 || len(text) > 400 || text[0] != '1' {
			return "", fault.InvalidField("session", "telethon_malformed", "must be a Telethon string session: it begins with 1 and has 353 characters")
		}
		return secrets.Text(text), nil
	case models.LoginQR:
		return "-", nil
	}
	return "", fault.InvalidField("method", "unknown", "must be phone, qr or telethon")
}

// State returns the state of the tenant's account.
func (s *Service) State(ctx context.Context) (View, error) {
	c, err := s.Store.Connections.ByKind(ctx, models.UserAccount)
	if fault.Is(err, fault.NotFound) {
		return View{State: Idle}, nil
	}
	if err != nil {
		return View{}, err
	}
	login, err := s.Store.Accounts.Login(ctx, c.ID)
	if err != nil {
		return View{}, err
	}
	return s.view(c.ID, login)
}

func (s *Service) view(connection string, l *models.AccountLogin) (View, error) {
	if l == nil {
		return View{ConnectionID: connection, State: Idle}, nil
	}
	v := View{ConnectionID: connection, Method: l.Method, State: string(l.State), Problem: l.Problem, Version: l.Version, ExpiresAt: l.ExpiresAt}
	if l.Shown != "" {
		address, err := s.Ring.Open(SealShown, l.Shown, []byte(connection))
		if err != nil {
			return View{}, err
		}
		v.QR, v.QRUntil = string(address), l.ShownUntil
	}
	return v, nil
}

// Begin starts a sign-in, and makes the tenant's connection at the first one.
func (s *Service) Begin(ctx context.Context, in Start) (View, error) {
	given, err := in.check()
	if err != nil {
		return View{}, err
	}
	if !s.App {
		return View{}, fault.New(fault.Conflict, "telegram_app_missing", "This program has no Telegram application, and without one no account can sign in").
			WithRemedy("Get one on my.telegram.org and set TELEGRAM_APP_ID and TELEGRAM_APP_HASH")
	}
	return s.write(ctx, func(tx *models.Store, c *models.Connection) (*models.AccountLogin, error) {
		sealed, err := s.Ring.Seal(SealStep, []byte(given.Reveal()), []byte(c.ID))
		if err != nil {
			return nil, err
		}
		return tx.Accounts.Begin(ctx, c.ID, in.Method, sealed)
	}, true)
}

// errOver is the answer to a step without a sign-in.
var errOver = fault.New(fault.Conflict, "login_expired", "This sign-in is over").WithRemedy("Begin again")

// Give passes on a code or a password (models.StepCode, models.StepPassword). expect is the version
// that the person saw.
func (s *Service) Give(ctx context.Context, expect int64, step models.LoginStep, text secrets.Text) (View, error) {
	if step == models.StepCode {
		text = secrets.Text(typed.Clean(text.Reveal())) // a password is what it is
	}
	if n := len(text.Reveal()); n == 0 || n > 1000 {
		return View{}, fault.InvalidField(string(step), "missing", "the %s is missing", step)
	}
	v, err := s.write(ctx, func(tx *models.Store, c *models.Connection) (*models.AccountLogin, error) {
		sealed, err := s.Ring.Seal(SealStep, []byte(text.Reveal()), []byte(c.ID))
		if err != nil {
			return nil, err
		}
		return tx.Accounts.Advance(ctx, c.ID, expect, step, sealed)
	}, false)
	if fault.Is(err, fault.NotFound) {
		return View{}, errOver
	}
	return v, err
}

// Cancel ends a sign-in that is in progress, if there is one.
func (s *Service) Cancel(ctx context.Context) (View, error) {
	c, err := s.Store.Connections.ByKind(ctx, models.UserAccount)
	if fault.Is(err, fault.NotFound) {
		return View{State: Idle}, nil
	}
	if err == nil {
		err = s.Store.Accounts.Cancel(ctx, c.ID)
	}
	if err != nil {
		return View{}, err
	}
	return s.State(ctx)
}

// SignOut ends the session, at Telegram too, if there is one.
func (s *Service) SignOut(ctx context.Context) (View, error) {
	v, err := s.write(ctx, func(tx *models.Store, c *models.Connection) (*models.AccountLogin, error) {
		return tx.Accounts.SignOut(ctx, c.ID)
	}, false)
	if fault.Is(err, fault.NotFound) {
		return View{State: Idle}, nil
	}
	return v, err
}

// write changes the sign-in and signals its owner, in one transaction.
func (s *Service) write(ctx context.Context, change func(tx *models.Store, c *models.Connection) (*models.AccountLogin, error), create bool) (View, error) {
	id, ok := tenant.From(ctx)
	if !ok {
		return View{}, fault.New(fault.Internal, "tenant_missing", "An account without a tenant in its context")
	}
	var login *models.AccountLogin
	err := s.Store.Tx(ctx, func(tx *models.Store) error {
		c, err := tx.Connections.ByKind(ctx, models.UserAccount)
		if create && fault.Is(err, fault.NotFound) {
			c = &models.Connection{Kind: models.UserAccount, Hook: rand.Text(), State: models.ConnectionSignedOut}
			err = tx.Connections.Create(ctx, c)
		}
		if err != nil {
			return err
		}
		if login, err = change(tx, c); err != nil {
			return err
		}
		return addOwner(ctx, tx, contract.Connection{TenantID: id, ConnectionID: c.ID})
	})
	if err != nil {
		return View{}, err
	}
	return s.view(login.ConnectionID, login)
}

// addOwner writes the outbox message that starts or signals an account's owner.
func addOwner(ctx context.Context, tx *models.Store, in contract.Connection) error {
	return tx.Outbox.Add(ctx, contract.OutboxAccount, contract.AccountID(in.TenantID, in.ConnectionID), in)
}

// EnsureOwners makes sure that every account that is signed in has an owner. The context must be the
// platform's.
func (s *Service) EnsureOwners(ctx context.Context) error {
	sessions, err := s.Store.Accounts.Sessions(ctx)
	if err != nil {
		return err
	}
	for _, one := range sessions {
		in := contract.Connection{TenantID: one.TenantID, ConnectionID: one.ConnectionID}
		if err := addOwner(tenant.With(ctx, one.TenantID), s.Store, in); err != nil {
			return err
		}
	}
	return nil
}
