package models

import (
	"context"
	"errors"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"gorm.io/gorm/clause"
)

// LoginMethod is a way to sign in to an account, or out.
type LoginMethod string

// The ways to sign in, and out.
const (
	LoginPhone    LoginMethod = "phone"
	LoginQR       LoginMethod = "qr"
	LoginTelethon LoginMethod = "telethon"
	LoginSignOut  LoginMethod = "sign_out"
)

// LoginState is the progress of a sign-in.
type LoginState string

// The states of a sign-in.
const (
	LoginStarting       LoginState = "starting" // the owner is at work
	LoginCodeNeeded     LoginState = "code_needed"
	LoginPasswordNeeded LoginState = "password_needed"
	LoginShowsQR        LoginState = "qr"
	LoginSignedIn       LoginState = "signed_in"
	LoginFailed         LoginState = "failed"
)

// LoginStep is a step of a sign-in.
type LoginStep string

// Steps that the owner has to take.
const (
	StepBegin    LoginStep = "begin"    // sealed: a phone number or a Telethon session, or nothing
	StepCode     LoginStep = "code"     // sealed: the code
	StepPassword LoginStep = "password" // sealed: the password
)

// LoginTTL is how long a sign-in may take, and how long at most its inputs are kept.
const LoginTTL = 10 * time.Minute

// errUnchanged ends a change that has nothing to write.
var errUnchanged = errors.New("nothing to change")

// AccountLogin is a sign-in in progress, or how the last one ended.
type AccountLogin struct {
	ConnectionID string `gorm:"primaryKey"`
	TenantID     string
	Method       LoginMethod
	State        LoginState
	Step         LoginStep
	Sealed       string `json:"-"` // what Step needs
	Progress     string `json:"-"` // sealed: what a later step needs of an earlier one
	Shown        string `json:"-"` // sealed: the address in the QR code
	ShownUntil   Time
	Problem      *Note `gorm:"serializer:json"`
	Version      int64
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	UpdatedAt    Time `gorm:"autoUpdateTime:false"`
	ExpiresAt    Time
}

// Ended reports whether a sign-in is finished.
func (l *AccountLogin) Ended() bool { return l.State == LoginSignedIn || l.State == LoginFailed }

// Open reports whether a sign-in is in progress at a given time.
func (l *AccountLogin) Open(now time.Time) bool { return !l.Ended() && l.ExpiresAt.After(now) }

// Login returns the sign-in of an account, or nil. An expired one does not count.
func (r *Accounts) Login(ctx context.Context, connection string) (*AccountLogin, error) {
	var rows []AccountLogin
	err := r.s.in(ctx).Where("connection_id = ?", connection).Find(&rows).Error
	if err != nil || len(rows) == 0 || !rows[0].Ended() && !rows[0].Open(r.s.clock()) {
		return nil, err
	}
	return &rows[0], nil
}

// Begin starts a sign-in, in place of one that is in progress. sealed is its first input. An
// account that is signed in is fault.Conflict "account_signed_in"; one that is signing in or out
// right now goes on with the new one.
func (r *Accounts) Begin(ctx context.Context, connection string, method LoginMethod, sealed string) (*AccountLogin, error) {
	return r.replace(ctx, connection, method, sealed, func(tx *Store) error {
		session, err := tx.Accounts.Session(ctx, connection)
		if err == nil && session != nil && session.SignedIn {
			return fault.New(fault.Conflict, "account_signed_in", "This account is signed in").WithRemedy("Sign it out first")
		}
		return err
	})
}

// SignOut asks the owner to end the session, and ends a sign-in that is in progress.
func (r *Accounts) SignOut(ctx context.Context, connection string) (*AccountLogin, error) {
	return r.replace(ctx, connection, LoginSignOut, "", func(*Store) error { return nil })
}

func (r *Accounts) replace(ctx context.Context, connection string, method LoginMethod, sealed string, check func(tx *Store) error) (*AccountLogin, error) {
	now := r.s.now()
	row := &AccountLogin{ConnectionID: connection, Method: method, State: LoginStarting, Step: StepBegin, Sealed: sealed,
		Version: 1, CreatedAt: now, UpdatedAt: now, ExpiresAt: NewTime(now.Add(LoginTTL))}
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.Accounts.of(ctx, connection); err != nil {
			return err
		}
		if err := check(tx); err != nil {
			return err
		}
		old, err := tx.Accounts.lock(ctx, connection)
		if err != nil {
			return err
		}
		if old != nil {
			row.Version = old.Version + 1 // a browser that saw the last one sees that this is another
		}
		err = tx.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "connection_id"}}, DoUpdates: clause.AssignmentColumns([]string{
			"method", "state", "step", "sealed", "progress", "shown", "shown_until", "problem", "version", "created_at", "updated_at", "expires_at"})}).
			Create(row).Error
		if err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicAccount, connection, row.Version)
	})
	if err != nil {
		return nil, err
	}
	return row, nil
}

// of refuses a connection that is not a user account's.
func (r *Accounts) of(ctx context.Context, connection string) error {
	c, err := r.s.Connections.Get(ctx, connection)
	if err != nil {
		return err
	}
	if c.Kind != UserAccount {
		return fault.New(fault.Conflict, "not_an_account", "This connection is a bot, which has no sign-in").
			WithRemedy("Paste the bot's token instead")
	}
	return nil
}

// lock returns the row for a change, or nil. On PostgreSQL the row stays the caller's until the Tx
// ends.
func (r *Accounts) lock(ctx context.Context, connection string) (*AccountLogin, error) {
	var rows []AccountLogin
	err := r.s.in(ctx).Where("connection_id = ?", connection).Clauses(clause.Locking{Strength: "UPDATE"}).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Advance gives the owner a person's code or password (step), sealed. The sign-in must be waiting
// for it, else fault.Conflict "login_state"; expect is the version that the person saw, or
// AnyVersion.
func (r *Accounts) Advance(ctx context.Context, connection string, expect int64, step LoginStep, sealed string) (*AccountLogin, error) {
	return r.change(ctx, connection, func(tx *Store, l *AccountLogin) error {
		if l == nil || !l.Ended() && !l.Open(tx.clock()) {
			return fault.New(fault.Conflict, "login_expired", "This sign-in is over").WithRemedy("Begin again")
		}
		if expect != AnyVersion && expect != l.Version {
			return versionChanged()
		}
		if step == StepCode && l.State != LoginCodeNeeded || step == StepPassword && l.State != LoginPasswordNeeded {
			return fault.New(fault.Conflict, "login_state", "This sign-in is not waiting for a %s", step)
		}
		l.State, l.Step, l.Sealed, l.Problem = LoginStarting, step, sealed, nil
		return nil
	})
}

// Cancel ends a sign-in that is in progress, if there is one.
func (r *Accounts) Cancel(ctx context.Context, connection string) error {
	_, err := r.change(ctx, connection, func(tx *Store, l *AccountLogin) error {
		if l == nil || !l.Open(tx.clock()) || l.Method == LoginSignOut {
			return errUnchanged
		}
		l.State, l.Problem = LoginFailed, &Note{Code: "login_cancelled", Message: "The sign-in was cancelled"}
		return nil
	})
	return err
}

// TakeStep hands the owner its next step, once. A code or a password is gone from the database
// afterwards; what a sign-in begins with stays until ShowLogin, so that the next owner can begin in
// the place of one that died. It returns nil when there is nothing. Call it in Owned.
func (r *Accounts) TakeStep(ctx context.Context, connection string) (*AccountLogin, error) {
	l, err := r.lock(ctx, connection)
	if err != nil || l == nil || l.Step == "" || !l.Open(r.s.clock()) {
		return nil, err
	}
	rest := map[string]any{"step": "", "sealed": ""}
	if l.Step == StepBegin {
		delete(rest, "sealed")
	}
	return l, r.s.in(ctx).Model(&AccountLogin{}).Where("connection_id = ?", connection).Updates(rest).Error
}

// LoginShow is what the owner reports about a sign-in.
type LoginShow struct {
	State      LoginState
	Problem    *Note
	Progress   string // sealed; empty keeps what is there
	Shown      string // sealed
	ShownUntil time.Time
}

// ShowLogin stores the progress of a sign-in. One that was replaced or cancelled since it had the
// version that the owner took is fault.Conflict "login_replaced", and stays as it is. Call it in
// Owned.
func (r *Accounts) ShowLogin(ctx context.Context, connection string, taken int64, show LoginShow) (*AccountLogin, error) {
	return r.change(ctx, connection, func(_ *Store, l *AccountLogin) error {
		if l == nil || l.Version != taken || l.Ended() || l.Step != "" {
			return fault.New(fault.Conflict, "login_replaced", "The sign-in was restarted or cancelled")
		}
		l.Sealed = ""
		l.State, l.Problem, l.Shown, l.ShownUntil = show.State, show.Problem, show.Shown, NewTime(show.ShownUntil)
		if show.Progress != "" {
			l.Progress = show.Progress
		}
		return nil
	})
}

// SignedOut removes the row of a sign-out that was carried out, if it was not replaced in the meantime. Call
// it in Owned.
func (r *Accounts) SignedOut(ctx context.Context, connection string, taken int64) error {
	result := r.s.in(ctx).Where("connection_id = ? AND version = ? AND method = ?", connection, taken, LoginSignOut).Delete(&AccountLogin{})
	if result.Error != nil || result.RowsAffected == 0 {
		return result.Error
	}
	return r.s.Events.Add(ctx, TopicAccount, connection, taken+1)
}

// change lets fn change the row under a lock and writes it with the next version and an event.
func (r *Accounts) change(ctx context.Context, connection string, fn func(tx *Store, l *AccountLogin) error) (*AccountLogin, error) {
	var l *AccountLogin
	err := r.s.Tx(ctx, func(tx *Store) (err error) {
		if err := tx.Accounts.of(ctx, connection); err != nil {
			return err
		}
		if l, err = tx.Accounts.lock(ctx, connection); err != nil {
			return err
		}
		if err := fn(tx, l); err != nil {
			return err
		}
		l.Version++
		l.UpdatedAt = tx.now()
		if l.Ended() {
			l.Step, l.Sealed, l.Progress, l.Shown, l.ShownUntil = "", "", "", "", Time{}
		}
		err = tx.in(ctx).Select("state", "step", "sealed", "progress", "shown", "shown_until", "problem", "version", "updated_at").
			Where("connection_id = ?", connection).Updates(l).Error
		if err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicAccount, connection, l.Version)
	})
	if errors.Is(err, errUnchanged) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// ForgetLogins removes expired sign-ins with their inputs: the tenant's, or in
// the platform's context everybody's.
func (r *Accounts) ForgetLogins(ctx context.Context) (int64, error) {
	result := r.s.in(ctx).Where("expires_at < ?", r.s.now()).Delete(&AccountLogin{})
	return result.RowsAffected, result.Error
}
