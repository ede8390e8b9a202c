// Package access knows who is asking: the session's cookie, the hosts, and what a role may do.
package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
)

// CookieName is the admin session's cookie (T3).
const CookieName = "admin_session"

// SessionLife is how long a sign-in holds.
const SessionLife = 12 * time.Hour

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
	Issued   time.Time `json:"i"`
	Expires  time.Time `json:"e"`
	Password string    `json:"p"` // mark of the password that opened it: a new password ends old sessions
}

// Sessions makes and reads the stateless cookie, signed under SECRET_KEY. An earlier key still
// verifies, so rotation signs nobody out.
type Sessions struct {
	ring     *secrets.Ring
	password secrets.Text
	secure   bool
	now      func() time.Time
}

// NewSessions returns the cookie's maker. secure marks the cookie Secure: true wherever browsers
// come by https.
func NewSessions(ring *secrets.Ring, password secrets.Text, secure bool, now func() time.Time) *Sessions {
	return &Sessions{ring: ring, password: password, secure: secure, now: now}
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
	now := s.now().UTC().Truncate(time.Second)
	session := &Session{
		ID: rand.Text(), Person: person, Role: role, TenantID: tenantID,
		Issued: now, Expires: now.Add(SessionLife), Password: s.mark(),
	}
	payload, err := json.Marshal(session)
	if err != nil {
		return nil, err
	}
	enc := base64.RawURLEncoding
	value := enc.EncodeToString(payload) + "." + enc.EncodeToString(s.ring.Sign(sessionPurpose, payload))
	s.set(c, value, int(SessionLife.Seconds()))
	return session, nil
}

// Close removes the cookie.
func (s *Sessions) Close(c *gin.Context) { s.set(c, "", -1) }

func (s *Sessions) set(c *gin.Context, value string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: CookieName, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode,
	})
}

// Read returns the session of a request, or a fault of kind Unauthorized.
func (s *Sessions) Read(r *http.Request) (*Session, error) {
	missing := fault.New(fault.Unauthorized, "sign_in", "Sign in first").WithRemedy("Open the dashboard and sign in")
	cookie, err := r.Cookie(CookieName)
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
	if session.ID == "" || !s.now().Before(session.Expires) || !s.currentMark(session.Password) {
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
