package mtproto

import (
	"context"
	"errors"
	"time"

	"github.com/gotd/td/telegram/auth"
	"github.com/gotd/td/telegram/auth/qrlogin"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

// SendCode asks Telegram to send a code to the account's app (or by SMS), and returns what SignIn
// needs beside it.
func (c *Client) SendCode(ctx context.Context, phone string) (hash string, err error) {
	ctx, cancel := c.limited(ctx, callLimit)
	defer cancel()
	sent, err := c.client.Auth().SendCode(ctx, phone, auth.SendCodeOptions{})
	if err == nil {
		err = c.moved(ctx)
	}
	if err != nil {
		return "", c.failed(ctx, err)
	}
	switch sent := sent.(type) {
	case *tg.AuthSentCode:
		return sent.PhoneCodeHash, nil
	default:
		return "", c.failed(ctx, tgerr.New(400, "PHONE_CODE_EXPIRED"))
	}
}

// moved waits until the session is kept: the call before may have led to the account's own data centre, where
// there is a new key, for which alone a code counts.
func (c *Client) moved(ctx context.Context) error {
	return c.await(ctx, c.keep.at(c.client.Config().ThisDC))
}

// SignIn sends the code. more says that the account also needs its password. After a wrong code
// another one may be given.
func (c *Client) SignIn(ctx context.Context, phone, code, hash string) (more bool, err error) {
	ctx, cancel := c.limited(ctx, callLimit)
	defer cancel()
	_, err = c.client.Auth().SignIn(ctx, phone, code, hash)
	if errors.Is(err, auth.ErrPasswordAuthNeeded) {
		return true, nil
	}
	return false, c.answered(ctx, err)
}

// Password sends the password. After a wrong one another may be given.
func (c *Client) Password(ctx context.Context, password string) error {
	ctx, cancel := c.limited(ctx, exchangeLimit)
	defer cancel()
	_, err := c.client.Auth().Password(ctx, password)
	return c.answered(ctx, err)
}

// QR signs in by a code that the account's phone reads. show is called with its address, again
// whenever the last one has expired. more says that the account also needs its password.
func (c *Client) QR(ctx context.Context, show func(ctx context.Context, address string, until time.Time) error) (more bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.ctx, cancel)()
	_, err = c.client.QR().Auth(ctx, c.login, func(ctx context.Context, token qrlogin.Token) error {
		return show(ctx, token.URL(), token.Expires())
	})
	if _, ok := errors.AsType[*qrlogin.MigrationNeededError](err); ok {
		_, err = c.client.QR().Import(ctx) // it was scanned just before it expired, by an account of another data centre
	}
	if tgerr.Is(err, "SESSION_PASSWORD_NEEDED") {
		return true, c.moved(ctx)
	}
	if ctx.Err() != nil && c.Err() == nil {
		return false, ctx.Err()
	}
	if err != nil && c.known(ctx) {
		// A code that was scanned just before it expired: the library asks for the next one, learns that it is signed
		// in, and asks once more, in vain.
		return false, c.moved(ctx)
	}
	if err == nil {
		err = c.moved(ctx)
	}
	return false, c.answered(ctx, err)
}

// known reports whether Telegram knows the session as signed in.
func (c *Client) known(ctx context.Context) bool {
	ctx, cancel := c.limited(ctx, callLimit)
	defer cancel()
	status, err := c.client.Auth().Status(ctx)
	return err == nil && status.Authorized
}

// SignOut ends the session at Telegram. The client has ended then.
func (c *Client) SignOut(ctx context.Context) error {
	ctx, cancel := c.limited(ctx, callLimit)
	defer cancel()
	_, err := c.client.API().AuthLogOut(ctx)
	if permanent(err) {
		return nil // it is signed out already
	}
	return c.answered(ctx, err)
}

func (c *Client) answered(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return c.failed(ctx, err)
}
