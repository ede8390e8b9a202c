// Package admin is the API of the platform: the admin session, the state of every service, and
// the codec of Temporal's Web UI.
package admin

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/models"
)

// Failed sign-ins that one address may make within the window before it must wait.
const (
	loginWindow   = 15 * time.Minute
	loginFailures = 8
)

// Session serves the sign-in by password (T3).
type Session struct {
	Config   *config.Config
	Store    *models.Store
	Sessions *access.Sessions
	Hosts    access.Hosts
	Callers  access.Callers
	Version  string
	Now      func() time.Time
}

type sessionOut struct {
	SignedIn     bool                `json:"signed_in"`
	Methods      []string            `json:"methods" doc:"Ways to sign in on this host: password."`
	Role         access.Role         `json:"role,omitempty" openapi:"enum=viewer|editor|owner|admin"`
	PersonID     string              `json:"person_id,omitempty"`
	Name         string              `json:"name,omitempty" doc:"The person's name."`
	Tenant       *tenantOut          `json:"tenant,omitempty" doc:"The tenant that the session works in."`
	ExpiresAt    *time.Time          `json:"expires_at,omitempty"`
	Capabilities []access.Permission `json:"capabilities,omitempty" doc:"The role's permissions."`
	Links        map[string]string   `json:"links,omitempty" doc:"Addresses of other programs' pages, for instance temporal_ui."`
	Sandbox      bool                `json:"sandbox" doc:"Whether outside services are simulated."`
	Version      string              `json:"version,omitempty"`
}

type tenantOut struct {
	ID   string `json:"id" openapi:"format=uuid"`
	Name string `json:"name"`
	Slug string `json:"slug"`
}

type signIn struct {
	Password string `json:"password"`
}

// Read answers who is signed in. It is public and never an error: nobody is an answer too.
func (h *Session) Read(c *gin.Context) error {
	out, err := h.describe(c, access.From(c))
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, out)
}

func (h *Session) describe(c *gin.Context, s *access.Session) (*sessionOut, error) {
	out := &sessionOut{Methods: []string{}}
	if h.Sessions.Enabled() && h.Hosts.Serves(c.Request.Host, access.AdminHost) {
		out.Methods = append(out.Methods, "password")
	}
	if s == nil {
		return out, nil
	}
	owner, err := h.Store.Tenants.ByID(c.Request.Context(), s.TenantID)
	if fault.Is(err, fault.NotFound) {
		return out, nil // the tenant is gone: sign in anew
	}
	if err != nil {
		return nil, err
	}
	out.SignedIn, out.Role, out.ExpiresAt = true, s.Role, &s.Expires
	out.PersonID, out.Name = s.Person.ID, s.Person.Name
	out.Tenant = &tenantOut{owner.ID, owner.Name, owner.Slug}
	out.Capabilities, out.Links = s.Role.Permissions(), links(h.Config)
	out.Sandbox, out.Version = h.Config.Sandbox, h.Version
	return out, nil
}

func links(c *config.Config) map[string]string {
	out := map[string]string{}
	if c.TemporalUIURL != "" {
		out["temporal_ui"] = c.TemporalUIURL + "/namespaces/" + c.TemporalNamespace + "/workflows"
	}
	return out
}

// Open signs in with the admin password.
func (h *Session) Open(c *gin.Context) error {
	var in signIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	if !h.Sessions.Enabled() {
		return fault.New(fault.Forbidden, "password_off", "Sign-in by password is switched off").
			WithRemedy("Set ADMIN_PASSWORD and start again")
	}
	if in.Password == "" {
		return fault.InvalidField("password", "required", "is empty")
	}
	ctx, ip := c.Request.Context(), h.Callers.Address(c.Request)
	// The attempt is written as failed and counted before it is judged, so that many at once can't
	// outrun the limit.
	attempt, err := h.Store.Logins.Record(ctx, ip)
	if err != nil {
		return err
	}
	failures, err := h.Store.Logins.CountFailed(ctx, ip, h.Now().Add(-loginWindow))
	if err != nil {
		return err
	}
	if failures > loginFailures {
		return fault.New(fault.RateLimited, "too_many_attempts", "Too many wrong passwords from this address").
			WithRemedy("Wait a quarter of an hour").WithRetryAfter(loginWindow)
	}
	if !h.Sessions.PasswordMatches(in.Password) {
		return fault.New(fault.Unauthorized, "wrong_password", "That is not the password").
			WithRemedy("It was printed when PromoStack started")
	}
	if err := h.Store.Logins.Succeed(ctx, attempt); err != nil {
		return err
	}
	// The session begins in the platform's first tenant. From here on the session alone says which.
	owner, err := h.Store.Tenants.First(ctx)
	if err != nil {
		return err
	}
	s, err := h.Sessions.Open(c, access.Person{ID: "admin", Name: "Admin"}, access.Admin, owner.ID)
	if err != nil {
		return err
	}
	out, err := h.describe(c, s)
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, out)
}

// Close signs out.
func (h *Session) Close(c *gin.Context) error {
	h.Sessions.Close(c)
	c.Status(http.StatusNoContent)
	return nil
}
