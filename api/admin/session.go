// Package admin is the API of the platform: the admin session, the state of every service, and
// the codec of Temporal's Web UI.
package admin

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
)

// loginLimits bound how often passwords are guessed.
var loginLimits = models.LoginLimits{Window: 15 * time.Minute, Address: 8, All: 300}

// adminPerson is who knows the admin password.
var adminPerson = access.Person{ID: "admin", Name: "Admin"}

// Session serves the sign-in by password (T3).
type Session struct {
	Config   *config.Config
	Store    *models.Store
	Sessions *access.Sessions
	Hosts    access.Hosts
	Callers  access.Callers
	Limiter  *httpx.Limiter
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
	Moved        bool                `json:"moved,omitempty" doc:"Whether the tenant that it worked in until now was removed, so that it works in another one from this answer on."`
	ExpiresAt    *time.Time          `json:"expires_at,omitempty"`
	Capabilities []access.Permission `json:"capabilities,omitempty" doc:"The role's permissions."`
	Links        map[string]string   `json:"links,omitempty" doc:"Addresses of other programs' pages, for instance temporal_ui."`
	Sandbox      bool                `json:"sandbox" doc:"Whether outside services are simulated."`
	Simulated    []string            `json:"simulated" doc:"Which of them: telegram (bots), account (user accounts), market, news, ai or crm."`
	Version      string              `json:"version,omitempty"`
}

type tenantOut struct {
	ID   string            `json:"id" openapi:"format=uuid"`
	Name string            `json:"name"`
	Slug string            `json:"slug"`
	Kind models.TenantKind `json:"kind" openapi:"enum=demo|client"`
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
	out := &sessionOut{Methods: []string{}, Simulated: []string{}}
	if h.Sessions.Enabled() && h.Hosts.Serves(c.Request.Host, access.AdminHost) {
		out.Methods = append(out.Methods, "password")
	}
	if s == nil {
		return out, nil
	}
	owner, err := h.Store.Tenants.ByID(c.Request.Context(), s.TenantID)
	if fault.Is(err, fault.NotFound) || err == nil && owner.State == models.TenantGoing {
		if owner, err = h.move(c, s); owner == nil && err == nil {
			return out, nil // there is no place for it: sign in anew
		}
		out.Moved = true
	}
	if err != nil {
		return nil, err
	}
	out.SignedIn, out.Role, out.ExpiresAt = true, s.Role, &s.Expires
	out.PersonID, out.Name = s.Person.ID, s.Person.Name
	out.Tenant = &tenantOut{owner.ID, owner.Name, owner.Slug, owner.Kind}
	out.Capabilities, out.Links = s.Role.Permissions(), links(h.Config)
	out.Sandbox, out.Simulated, out.Version = h.Config.Sandbox, append(out.Simulated, h.Config.Simulated()...), h.Version
	return out, nil
}

// move lets the session of an admin whose tenant was removed go on in the first one that is there; nil when there is none, or
// the session is a client's.
func (h *Session) move(c *gin.Context, s *access.Session) (*models.Tenant, error) {
	if s.Role != access.Admin {
		return nil, nil
	}
	owner, err := h.Store.Tenants.First(c.Request.Context())
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return owner, h.Sessions.Switch(c, s, owner.ID)
}

func links(c *config.Config) map[string]string {
	out := map[string]string{}
	if c.TemporalUIURL != nil {
		out["temporal_ui"] = temporal.WebUIPath + "/"
	}
	return out
}

// unwrittenTries bounds the tries to sign in that a full disk keeps from being written down.
var unwrittenTries = httpx.Quota{Name: "unwritten tries", PerSecond: 1.0 / 90, Burst: 10}

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
	judge := func() bool { return h.Sessions.PasswordMatches(in.Password) }
	right, err := h.Store.Logins.Try(ctx, ip, h.Now(), loginLimits, judge)
	if err != nil && fault.From(err).Code == models.CodeFull {
		// Who could free space must get in. Tries can't be written down, so they are counted here, all together.
		if err = h.Limiter.Take(c, unwrittenTries, "all"); err == nil {
			right = judge()
		}
	}
	if err != nil {
		slog.WarnContext(ctx, "sign-in refused", "address", ip, "error", err)
		return err
	}
	if !right {
		slog.WarnContext(ctx, "sign-in failed: wrong password", "address", ip)
		return fault.New(fault.Unauthorized, "wrong_password", "That is not the password").
			WithRemedy("It was printed when PromoStack started")
	}
	slog.InfoContext(ctx, "signed in", "address", ip, "person", adminPerson.ID)
	// The session begins in the platform's first tenant. From here on the session alone says which.
	owner, err := h.Store.Tenants.First(ctx)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Unavailable, "not_set_up", "The password is right, but nothing is set up here yet").
			WithRemedy("Run `promostack setup` once, with the settings of this installation")
	}
	if err != nil {
		return err
	}
	s, err := h.Sessions.Open(c, adminPerson, access.Admin, owner.ID)
	if err != nil {
		return err
	}
	out, err := h.describe(c, s)
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, out)
}

// Close signs out: the session has ended, also for who has a copy of its cookie.
func (h *Session) Close(c *gin.Context) error {
	if err := h.Sessions.Close(c, access.From(c)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// CloseOthers ends all other sessions of who asks.
func (h *Session) CloseOthers(c *gin.Context) error {
	if err := h.Sessions.CloseOthers(c.Request.Context(), access.From(c)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}
