package owner

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/adapter/mtproto"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/models"
)

// attempt is a sign-in that is in progress. Its connection stays open from step to step.
type attempt struct {
	client  *mtproto.Client
	version int64 // of the row, as the owner knows it
	events  chan func(ctx context.Context) error
	cancel  context.CancelFunc
}

// progress is what the next steps need of the first one.
type progress struct {
	Phone string `json:"phone,omitempty"`
	Hash  string `json:"hash,omitempty"`
}

func (h *hold) newAttempt(client *mtproto.Client, version int64) *attempt {
	h.drop()
	h.login = &attempt{client: client, version: version, events: make(chan func(context.Context) error), cancel: func() {}}
	return h.login
}

// drop ends a sign-in's connection.
func (h *hold) drop() {
	if h.login != nil {
		h.login.cancel()
		if h.login.client != nil {
			h.login.client.Close()
		}
		h.login = nil
	}
}

// resume looks at what an earlier owner left unfinished. What had begun starts again; a code
// or a password that it had taken is lost with it.
func (h *hold) resume(ctx context.Context) error {
	l, err := h.s.store.Accounts.Login(ctx, h.l.connection)
	if err != nil || l == nil || l.Ended() || l.Step != "" {
		return h.survive(err)
	}
	interrupted := &models.Note{Code: "sign_in_interrupted", Message: "The sign-in was interrupted", Remedy: "Begin again"}
	show := models.LoginShow{State: models.LoginFailed, Problem: interrupted}
	switch {
	case l.State == models.LoginCodeNeeded || l.State == models.LoginPasswordNeeded:
		return nil // the person's next step connects again
	case l.State == models.LoginStarting && l.Progress == "" || l.State == models.LoginShowsQR:
		l.Step = models.StepBegin
		return h.survive(h.carryOut(ctx, l))
	case l.State == models.LoginStarting && l.Progress != "":
		interrupted.Remedy = "Enter the code once more, or begin again"
		show.State = models.LoginCodeNeeded
	}
	return h.survive(h.l.owned(ctx, func(tx *models.Store) error {
		_, err := tx.Accounts.ShowLogin(ctx, h.l.connection, l.Version, show)
		return err
	}))
}

// take carries out a person's request.
func (h *hold) take(ctx context.Context) error {
	var l *models.AccountLogin
	err := h.l.owned(ctx, func(tx *models.Store) (err error) {
		l, err = tx.Accounts.TakeStep(ctx, h.l.connection)
		return err
	})
	if err != nil || l == nil {
		return err
	}
	return h.carryOut(ctx, l)
}

// carryOut does one step of a sign-in.
func (h *hold) carryOut(ctx context.Context, l *models.AccountLogin) error {
	var given string
	if l.Sealed != "" {
		data, err := h.s.ring.Open(accounts.SealStep, l.Sealed, []byte(h.l.connection))
		if err != nil {
			return h.show(ctx, l.Version, failedBy(err))
		}
		given = string(data)
	}
	ctx, cancel := context.WithDeadline(ctx, l.ExpiresAt.Time)
	defer cancel()
	switch {
	case l.Method == models.LoginSignOut:
		return h.signOut(ctx, l)
	case l.Step == models.StepBegin:
		return h.begin(ctx, l, given)
	case l.Step == models.StepCode:
		return h.code(ctx, l, given)
	case l.Step == models.StepPassword:
		return h.password(ctx, l, given)
	}
	return nil
}

// show stores the progress of the sign-in. One that was replaced in the meantime is dropped.
func (h *hold) show(ctx context.Context, version int64, show models.LoginShow) error {
	var row *models.AccountLogin
	err := h.l.owned(ctx, func(tx *models.Store) (err error) {
		row, err = tx.Accounts.ShowLogin(ctx, h.l.connection, version, show)
		return err
	})
	if codeOf(err) == "login_replaced" {
		h.drop()
		return nil
	}
	if err != nil {
		return err
	}
	if row.Ended() {
		h.drop()
	} else if h.login != nil {
		h.login.version = row.Version
	}
	return nil
}

// failedBy ends a sign-in with the reason.
func failedBy(err error) models.LoginShow {
	note := noteOf(err)
	if e := fault.From(err); e.RetryAfter > 0 && e.Kind == fault.RateLimited {
		note.Remedy = "Begin again in " + e.RetryAfter.String()
	} else if e.Kind == fault.Unavailable {
		note.Remedy = "Begin again in a moment"
	}
	return models.LoginShow{State: models.LoginFailed, Problem: note}
}

// begin starts a sign-in on a connection of its own with a fresh key.
func (h *hold) begin(ctx context.Context, l *models.AccountLogin, given string) error {
	h.disconnect()
	err := h.l.owned(ctx, func(tx *models.Store) error { return tx.Accounts.DropSession(ctx, h.l.connection) })
	if err != nil {
		return err
	}
	if l.Method == models.LoginTelethon {
		session, err := mtproto.ImportTelethon(given)
		if err != nil {
			return h.show(ctx, l.Version, failedBy(err))
		}
		if err := (keeper{h.s, h.l}).SaveSession(ctx, session); err != nil {
			return err
		}
	}
	client, err := h.open(ctx, false)
	if err != nil {
		return h.show(ctx, l.Version, failedBy(err))
	}
	a := h.newAttempt(client, l.Version)
	switch l.Method {
	case models.LoginPhone:
		hash, err := client.SendCode(ctx, given)
		if err != nil {
			return h.show(ctx, l.Version, failedBy(err))
		}
		sealed, err := h.sealProgress(progress{Phone: given, Hash: hash})
		if err != nil {
			return err
		}
		return h.show(ctx, l.Version, models.LoginShow{State: models.LoginCodeNeeded, Progress: sealed})
	case models.LoginQR:
		h.showQR(a, l.ExpiresAt.Time)
		return nil
	}
	return h.finish(ctx, l.Version)
}

func (h *hold) sealProgress(p progress) (string, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	return h.s.ring.Seal(accounts.SealProgress, data, []byte(h.l.connection))
}

// reattach is the connection of the sign-in: the one that is open, or a new one with the same key
// when another process had begun it.
func (h *hold) reattach(ctx context.Context, l *models.AccountLogin) (*attempt, error) {
	if h.login != nil && h.login.client.Err() == nil {
		h.login.version = l.Version
		return h.login, nil
	}
	client, err := h.open(ctx, false)
	if err != nil {
		return nil, err
	}
	return h.newAttempt(client, l.Version), nil
}

func (h *hold) code(ctx context.Context, l *models.AccountLogin, code string) error {
	data, err := h.s.ring.Open(accounts.SealProgress, l.Progress, []byte(h.l.connection))
	var p progress
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	var a *attempt
	if err == nil {
		a, err = h.reattach(ctx, l)
	}
	if err != nil {
		return h.show(ctx, l.Version, failedBy(err))
	}
	more, err := a.client.SignIn(ctx, p.Phone, code, p.Hash)
	switch {
	case codeOf(err) == mtproto.CodeWrongCode:
		return h.show(ctx, l.Version, models.LoginShow{State: models.LoginCodeNeeded, Problem: noteOf(err)})
	case err != nil:
		return h.show(ctx, l.Version, failedBy(err))
	case more:
		return h.show(ctx, l.Version, models.LoginShow{State: models.LoginPasswordNeeded})
	}
	return h.finish(ctx, l.Version)
}

func (h *hold) password(ctx context.Context, l *models.AccountLogin, password string) error {
	a, err := h.reattach(ctx, l)
	if err == nil {
		err = a.client.Password(ctx, password)
	}
	switch {
	case codeOf(err) == mtproto.CodeWrongPassword:
		return h.show(ctx, l.Version, models.LoginShow{State: models.LoginPasswordNeeded, Problem: noteOf(err)})
	case err != nil:
		return h.show(ctx, l.Version, failedBy(err))
	}
	return h.finish(ctx, l.Version)
}

// showQR lets the account's phone read codes until one is accepted. It waits in a goroutine of its own,
// and what it finds is handled in the hold's.
func (h *hold) showQR(a *attempt, until time.Time) {
	ctx, cancel := context.WithDeadline(context.Background(), until)
	a.cancel = cancel
	handOver := func(do func(context.Context) error) {
		select {
		case a.events <- do:
		case <-ctx.Done():
		}
	}
	go func() {
		defer cancel()
		more, err := a.client.QR(ctx, func(_ context.Context, address string, until time.Time) error {
			sealed, err := h.s.ring.Seal(accounts.SealShown, []byte(address), []byte(h.l.connection))
			if err != nil {
				return err
			}
			handOver(func(ctx context.Context) error {
				return h.show(ctx, a.version, models.LoginShow{State: models.LoginShowsQR, Shown: sealed, ShownUntil: until})
			})
			return nil
		})
		handOver(func(ctx context.Context) error {
			switch {
			case h.login != a:
				return nil
			case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
				return nil
			case err != nil:
				return h.show(ctx, a.version, failedBy(err))
			case more:
				return h.show(ctx, a.version, models.LoginShow{State: models.LoginPasswordNeeded})
			}
			return h.finish(ctx, a.version)
		})
	}()
}

// finish makes the sign-in's connection the account's.
func (h *hold) finish(ctx context.Context, version int64) error {
	a := h.login
	me, err := a.client.Me(ctx)
	if err == nil {
		h.use(nil, me.ID, false) // messages may come in from now on
		_, err = a.client.Listen(ctx)
	}
	if err != nil {
		return h.show(ctx, version, failedBy(err))
	}
	err = h.l.owned(ctx, func(tx *models.Store) error {
		if err := tx.Accounts.SignedIn(ctx, h.l.connection); err != nil {
			return err
		}
		if err := works(ctx, tx, h.l.connection, me); err != nil {
			return err
		}
		_, err := tx.Accounts.ShowLogin(ctx, h.l.connection, version, models.LoginShow{State: models.LoginSignedIn})
		return err
	})
	switch codeOf(err) {
	case "":
		h.login = nil
		a.cancel()
		h.pause = firstPause
		h.use(a.client, me.ID, true)
		return nil
	case "bot_taken":
		err = fault.New(fault.Conflict, "account_taken", "This account is connected already, by another client of this program").
			WithRemedy("Sign it out there first, or use another account")
	case "login_replaced":
	default:
		return errors.Join(err, h.show(ctx, version, failedBy(err)))
	}
	// Nobody needs the session that was just made.
	if out := a.client.SignOut(ctx); out != nil {
		slog.WarnContext(ctx, "a session was not ended at Telegram", "connection", h.l.connection, "error", out)
	}
	return errors.Join(h.show(ctx, version, failedBy(err)),
		h.l.owned(ctx, func(tx *models.Store) error { return tx.Accounts.DropSession(ctx, h.l.connection) }))
}

// signOutLimit is how long Telegram may take to end a session; it is forgotten here in any case.
const signOutLimit = 10 * time.Second

// leave ends the session at Telegram of a connection that was removed: nobody else knows it any more.
func (h *hold) leave(ctx context.Context) {
	client := h.connected()
	if client == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, signOutLimit)
	defer cancel()
	if err := client.SignOut(ctx); err != nil {
		slog.WarnContext(ctx, "the session of a removed account was not ended at Telegram", "connection", h.l.connection, "error", err)
	}
}

// signOut ends the session at Telegram and forgets it.
func (h *hold) signOut(ctx context.Context, l *models.AccountLogin) error {
	h.drop()
	client := h.connected()
	session, err := h.s.store.Accounts.Session(ctx, h.l.connection)
	if err != nil {
		return err
	}
	out, cancel := context.WithTimeout(ctx, signOutLimit)
	defer cancel()
	if client == nil && session != nil {
		if client, err = h.open(out, false); err != nil {
			client = nil
		}
	}
	if client != nil {
		err = client.SignOut(out)
		client.Close()
	}
	if err != nil {
		slog.WarnContext(ctx, "a session was not ended at Telegram", "connection", h.l.connection, "error", err)
	}
	h.disconnect()
	return h.l.owned(ctx, func(tx *models.Store) error {
		if err := tx.Accounts.DropSession(ctx, h.l.connection); err != nil {
			return err
		}
		_, err := tx.Connections.Change(ctx, h.l.connection, models.AnyVersion, func(c *models.Connection) error {
			c.AccountID, c.State, c.Problem = 0, models.ConnectionSignedOut, nil
			return nil
		})
		if err != nil {
			return err
		}
		return tx.Accounts.SignedOut(ctx, h.l.connection, l.Version)
	})
}
