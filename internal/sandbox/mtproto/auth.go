package mtproto

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"regexp"
	"strings"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

// What every simulated account signs in with.
const (
	Code     = "12345"
	Password = "sandbox"
)

const wrongCodes = 5 // after as many, a code does not count any more

var phonePattern = regexp.MustCompile(`^1555\d{7}$`)

type sentCode struct {
	phone string
	key   string
	wrong int
}

// loginToken is a QR code.
type loginToken struct {
	key     string // the auth key that it signs in
	expires time.Time
	account int64 // who accepted it
}

func (a *account) hasPassword() bool { return strings.HasSuffix(a.Phone, "2") }

func (s *Simulator) sendCode(c *conn, _ *account, b *bin.Buffer) (reply, error) {
	var in tg.AuthSendCodeRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	phone := strings.TrimPrefix(strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(in.PhoneNumber), "+")
	switch {
	case in.APIID == 0 || in.APIHash == "":
		return reply{}, tgerr.New(400, "API_ID_INVALID")
	case !phonePattern.MatchString(phone):
		return reply{}, tgerr.New(400, "PHONE_NUMBER_INVALID")
	}
	if dc := home("+" + phone); dc != c.dc {
		return reply{}, migrate("PHONE", dc)
	}
	hash := rand.Text()
	s.codes[hash] = &sentCode{phone: "+" + phone, key: keyName(c.key.ID)}
	sent := &tg.AuthSentCode{Type: &tg.AuthSentCodeTypeApp{Length: len(Code)}, PhoneCodeHash: hash}
	sent.SetTimeout(60)
	sent.SetFlags()
	return reply{result: sent}, nil
}

func (s *Simulator) signIn(c *conn, _ *account, b *bin.Buffer) (reply, error) {
	var in tg.AuthSignInRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	sent := s.codes[in.PhoneCodeHash]
	switch {
	case in.PhoneCode == "":
		return reply{}, tgerr.New(400, "PHONE_CODE_EMPTY")
	case sent == nil || sent.key != keyName(c.key.ID) || sent.wrong >= wrongCodes:
		return reply{}, tgerr.New(400, "PHONE_CODE_EXPIRED")
	case in.PhoneCode != Code:
		sent.wrong++
		return reply{}, tgerr.New(400, "PHONE_CODE_INVALID")
	}
	delete(s.codes, in.PhoneCodeHash)
	return s.welcome(c, s.byPhone(sent.phone), !s.byPhone(sent.phone).hasPassword())
}

// welcome signs a key in, or asks for the password.
func (s *Simulator) welcome(c *conn, a *account, whole bool) (reply, error) {
	key := s.state.Keys[keyName(c.key.ID)]
	key.Account, key.Pending = a.ID, !whole
	if err := s.save(); err != nil {
		return reply{}, err
	}
	if !whole {
		return reply{}, tgerr.New(401, "SESSION_PASSWORD_NEEDED")
	}
	return reply{result: authorization(c, a)}, nil
}

func authorization(c *conn, a *account) *tg.AuthAuthorization {
	return &tg.AuthAuthorization{User: c.layer.user(a.self())}
}

func (s *Simulator) logOut(c *conn, _ *account, _ *bin.Buffer) (reply, error) {
	key := s.state.Keys[keyName(c.key.ID)]
	key.Account, key.Pending = 0, false
	return reply{result: &tg.AuthLoggedOut{}}, s.save()
}

func (s *Simulator) exportLoginToken(c *conn, _ *account, b *bin.Buffer) (reply, error) {
	var in tg.AuthExportLoginTokenRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	name := keyName(c.key.ID)
	for token, t := range s.logins {
		if t.key == name && t.account != 0 {
			return s.useLoginToken(c, token)
		}
		if t.key == name || t.expires.Before(s.o.Clock()) {
			delete(s.logins, token)
		}
	}
	token := make([]byte, 24)
	_, _ = rand.Read(token)
	expires := s.o.Clock().Add(s.o.QRLife)
	s.logins[base64.URLEncoding.EncodeToString(token)] = &loginToken{key: name, expires: expires}
	return reply{result: &tg.AuthLoginToken{Token: token, Expires: int(expires.Unix())}}, nil
}

// importLoginToken signs in at the account's data centre with a code that another one showed.
func (s *Simulator) importLoginToken(c *conn, _ *account, b *bin.Buffer) (reply, error) {
	var in tg.AuthImportLoginTokenRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	token := base64.URLEncoding.EncodeToString(in.Token)
	switch t := s.logins[token]; {
	case t == nil:
		return reply{}, tgerr.New(400, "AUTH_TOKEN_INVALID")
	case t.account == 0:
		return reply{}, tgerr.New(400, "AUTH_TOKEN_EXPIRED")
	}
	return s.useLoginToken(c, token)
}

// useLoginToken signs in with a code that was accepted, or sends to the account's data centre.
func (s *Simulator) useLoginToken(c *conn, token string) (reply, error) {
	a := s.account(s.logins[token].account)
	if dc := home(a.Phone); dc != c.dc {
		raw, err := base64.URLEncoding.DecodeString(token)
		return reply{result: &tg.AuthLoginTokenMigrateTo{DCID: dc, Token: raw}}, err
	}
	delete(s.logins, token)
	if _, err := s.welcome(c, a, !a.hasPassword()); err != nil {
		return reply{}, err
	}
	return reply{result: &tg.AuthLoginTokenSuccess{Authorization: authorization(c, a)}}, nil
}

// AcceptQR is what the phone of a number does when it reads the QR code with this address. It tells
// whether such a code is shown.
func (s *Simulator) AcceptQR(ctx context.Context, address, phone string) (bool, error) {
	_, token, ok := strings.Cut(address, "tg://login?token=")
	if !ok || !phonePattern.MatchString(strings.TrimPrefix(phone, "+")) {
		return false, nil
	}
	s.mu.Lock()
	t := s.logins[token]
	if t == nil || t.expires.Before(s.o.Clock()) {
		s.mu.Unlock()
		return false, nil
	}
	t.account = s.byPhone("+" + strings.TrimPrefix(phone, "+")).ID
	name, err := t.key, s.save()
	s.mu.Unlock()
	if err != nil {
		return false, err
	}
	s.push(ctx, func(of *session, _ *authKey) bool { return keyName(of.key.ID) == name }, func(layer) bin.Encoder {
		return &tg.UpdateShort{Update: &tg.UpdateLoginToken{}, Date: s.date()}
	})
	return true, nil
}
