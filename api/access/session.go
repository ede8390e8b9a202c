// Package access knows who is asking: the session's cookie, the hosts, and what a role may do.
package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// CookieName is the admin session's cookie (T3). Where browsers come by https it has the prefix that binds it to
// this host.
const (
	CookieName = "admin_session"
	hostPrefix = "__Host-"
)

const (
	// SessionLife is how long a session holds without use.
	SessionLife = 12 * time.Hour
	// SessionAge is how long it holds at most.
	SessionAge = 7 * 24 * time.Hour
	// prolongAfter is how old a cookie is at least when its session is prolonged.
	prolongAfter = 10 * time.Minute
	// endsKnown is how late a process may learn of a session that was ended by another one.
	endsKnown = 3 * time.Second
)

const (
	sessionPurpose  = "admin-session"
	passwordPurpose = "admin-password-mark"
)

// Person is who signed in.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"n"`
}

// Session is who asks, with which role, and for which tenant.
type Session struct {
	ID       string    `json:"s"` // random; requests and streams are counted by it
	Person   Person    `json:"u"`
	Role     Role      `json:"r"`
	TenantID string    `json:"t"`
	Opened   time.Time `json:"i"`
	Expires  time.Time `json:"e"`
	Password string    `json:"p"` // mark of the password that opened it: a new password ends old sessions
}

// Sessions makes and reads the stateless cookie, signed under SECRET_KEY. An earlier key still
// verifies, so rotation signs nobody out. Sessions that ended before their time stand in the database.
type Sessions struct {
	ring     *secrets.Ring
	password secrets.Text
	secure   bool
	store    *models.Store
	now      func() time.Time

	mu     sync.Mutex
	ends   []models.SessionEnd
	endsAt time.Time // when they were read
}

// NewSessions returns the cookie's maker. secure marks the cookie Secure: true wherever browsers
// come by https.
func NewSessions(ring *secrets.Ring, password secrets.Text, secure bool, store *models.Store, now func() time.Time) *Sessions {
	return &Sessions{ring: ring, password: password, secure: secure, store: store, now: now}
}

// Enabled reports whether a password is configured at all.
func (s *Sessions) Enabled() bool { return s.password != "" }

// PasswordMatches compares in constant time.
func (s *Sessions) PasswordMatches(given string) bool {
	want, got := sha256.Sum256([]byte(s.password.Reveal())), sha256.Sum256([]byte(given))
	return s.Enabled() && hmac.Equal(want[:], got[:])
}

func (s *Sessions) mark() string {
	return base64.RawURLEncoding.EncodeToString(s.ring.Sign(passwordPurpose, []byte(s.password.Reveal())))
}

// Open starts a session of a person in a tenant and sets its cookie.
func (s *Sessions) Open(c *gin.Context, person Person, role Role, tenantID string) (*Session, error) {
	now := s.now().UTC()
	session := &Session{
		ID: rand.Text(), Person: person, Role: role, TenantID: tenantID,
		Opened: now, Expires: now.Add(SessionLife), Password: s.mark(),
	}
	return session, s.write(c, session)
}

func (s *Sessions) write(c *gin.Context, session *Session) error {
	payload, err := json.Marshal(session)
	if err != nil {
		return err
	}
	enc := base64.RawURLEncoding
	value := enc.EncodeToString(payload) + "." + enc.EncodeToString(s.ring.Sign(sessionPurpose, payload))
	s.set(c, value, int(session.Expires.Sub(s.now()).Round(time.Second).Seconds()))
	return nil
}

// Prolong writes the cookie of a session that is in use anew.
func (s *Sessions) Prolong(c *gin.Context, session *Session) error {
	expires := s.now().UTC().Add(SessionLife)
	if last := session.Opened.Add(SessionAge); expires.After(last) {
		expires = last
	}
	if expires.Sub(session.Expires) < prolongAfter {
		return nil
	}
	session.Expires = expires
	return s.write(c, session)
}

// Switch lets a session go on in another tenant.
func (s *Sessions) Switch(c *gin.Context, session *Session, tenantID string) error {
	session.TenantID = tenantID
	return s.write(c, session)
}

// Close ends a session, if there is one, for all processes, and removes the cookie.
func (s *Sessions) Close(c *gin.Context, session *Session) error {
	if session != nil {
		if err := s.end(c.Request.Context(), models.SessionEnd{SessionID: session.ID, PersonID: session.Person.ID}); err != nil {
			return err
		}
	}
	s.set(c, "", -1)
	return nil
}

// CloseOthers ends all other sessions of a session's person.
func (s *Sessions) CloseOthers(ctx context.Context, session *Session) error {
	return s.end(ctx, models.SessionEnd{PersonID: session.Person.ID, KeptSession: session.ID})
}

func (s *Sessions) end(ctx context.Context, e models.SessionEnd) error {
	if err := s.store.SessionEnds.Add(ctx, e, SessionAge); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endsAt = time.Time{} // this process knows at once
	return nil
}

// ended reports whether a session was ended before its time.
func (s *Sessions) ended(ctx context.Context, session *Session) (bool, error) {
	s.mu.Lock()
	ends, age := s.ends, s.now().Sub(s.endsAt)
	s.mu.Unlock()
	if age > endsKnown || age < 0 {
		now := s.now()
		var err error
		if ends, err = s.store.SessionEnds.List(ctx); err != nil {
			return false, err
		}
		s.mu.Lock()
		s.ends, s.endsAt = ends, now
		s.mu.Unlock()
	}
	return slices.ContainsFunc(ends, func(e models.SessionEnd) bool { return e.Ends(session.ID, session.Person.ID, session.Opened) }), nil
}

// cookieName is the cookie's name for how browsers come.
func (s *Sessions) cookieName() string {
	if s.secure {
		return hostPrefix + CookieName
	}
	return CookieName
}

func (s *Sessions) set(c *gin.Context, value string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: s.cookieName(), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode,
	})
}

// Read returns the session of a request, or a fault of kind Unauthorized.
func (s *Sessions) Read(r *http.Request) (*Session, error) {
	missing := fault.New(fault.Unauthorized, "sign_in", "Sign in first").WithRemedy("Open the dashboard and sign in")
	cookie, err := r.Cookie(s.cookieName())
	if err != nil || cookie.Value == "" {
		return nil, missing
	}
	left, right, ok := strings.Cut(cookie.Value, ".")
	payload, err1 := base64.RawURLEncoding.DecodeString(left)
	mac, err2 := base64.RawURLEncoding.DecodeString(right)
	var session Session
	if !ok || err1 != nil || err2 != nil || !s.ring.Verify(sessionPurpose, payload, mac) || json.Unmarshal(payload, &session) != nil {
		return nil, missing
	}
	// Sessions without an id were opened by an earlier release; they end.
	over := session.ID == "" || !s.now().Before(session.Expires) || !s.now().Before(session.Opened.Add(SessionAge)) || !s.currentMark(session.Password)
	if !over {
		if over, err = s.ended(r.Context(), &session); err != nil {
			return nil, err
		}
	}
	if over {
		return nil, fault.New(fault.Unauthorized, "session_ended", "Your session has ended").WithRemedy("Sign in again")
	}
	return &session, nil
}

// currentMark reports whether the session was opened with today's password, under any key that
// still verifies.
func (s *Sessions) currentMark(mark string) bool {
	got, err := base64.RawURLEncoding.DecodeString(mark)
	return err == nil && s.Enabled() && s.ring.Verify(passwordPurpose, []byte(s.password.Reveal()), got)
}

const contextKey = "session"

// Set notes the session of a request.
func Set(c *gin.Context, s *Session) { c.Set(contextKey, s) }

// From returns the session of a request; nil on public routes.
func From(c *gin.Context) *Session {
	s, _ := c.Value(contextKey).(*Session)
	return s
}
