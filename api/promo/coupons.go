package promo

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	service "github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

// Coupons serves /api/v1/coupons: what the CRM says of codes, and what was asked.
type Coupons struct {
	Store   *models.Store
	Service *service.Service
}

type couponOut struct {
	Code      string                `json:"code"`
	Outcome   service.CouponOutcome `json:"outcome" openapi:"enum=valid|invalid|unavailable"`
	Reason    string                `json:"reason" doc:"Why it is not valid: expired, not_started, used_up, disabled, unknown, malformed or unavailable; else empty."`
	Message   string                `json:"message"`
	Discount  *service.Discount     `json:"discount"`
	ExpiresAt *time.Time            `json:"expires_at"`
}

// Check reports whether a code holds that is typed into a form. A CRM that is away is an outcome here, not an error.
func (h *Coupons) Check(c *gin.Context) error { return h.ask(c, c.Query("code"), "web") }

type couponIn struct {
	Code string `json:"code"`
}

// Try is Check for a person who tries a code on the coupons page.
func (h *Coupons) Try(c *gin.Context) error {
	var in couponIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	return h.ask(c, in.Code, service.SourceTry)
}

func (h *Coupons) ask(c *gin.Context, typed, source string) error {
	code := text.Code(typed)
	if code == "" {
		return fault.InvalidField("code", "required", "names no code")
	}
	r, err := h.Service.CheckCouponFor(c.Request.Context(), code, caller(c, source))
	out := couponOut{Code: r.Code, Outcome: r.Outcome, Reason: r.Reason, Message: r.Message, Discount: r.Discount}
	switch {
	case err == nil:
	case fault.Is(err, fault.Invalid):
		out = couponOut{Code: code, Outcome: service.CouponInvalid, Reason: "malformed", Message: fault.From(err).Message}
	case fault.Is(err, fault.Unavailable):
		out = couponOut{Code: code, Outcome: service.CouponUnavailable, Reason: "unavailable", Message: fault.From(err).Message}
	default:
		return err
	}
	if !r.ExpiresAt.IsZero() {
		at := r.ExpiresAt.UTC()
		out.ExpiresAt = &at
	}
	return httpx.Reply(c, http.StatusOK, out)
}

type couponCheckOut struct {
	ID           string      `json:"id" openapi:"format=uuid"`
	Code         string      `json:"code" doc:"As the CRM was asked about it."`
	Outcome      string      `json:"outcome" openapi:"enum=valid|invalid|unavailable"`
	Reason       string      `json:"reason" doc:"Why it was not valid: expired, not_started, used_up, disabled, unknown or unavailable; else empty."`
	Source       string      `json:"source" openapi:"enum=web|try|api|cli|bot|bulk|signal" doc:"Where it was asked: the generator, the coupons page, a program, the command line, a chat with the bot, a bulk job, a signal's picture."`
	SubscriberID string      `json:"subscriber_id" doc:"Who asked in a chat with the bot; else empty."`
	Person       string      `json:"person" doc:"Who asked; empty where nobody is known."`
	CheckedAt    models.Time `json:"checked_at" openapi:"notnull"`
}

// outcomes are all that a check can find.
var outcomes = []string{"valid", "invalid", "unavailable"}

// List answers the checks, the newest first.
func (h *Coupons) List(c *gin.Context) (err error) {
	f := models.CouponFilter{Code: c.Query("code"), After: c.Query("after")}
	if f.Outcomes, err = httpx.Words(c, "outcome", outcomes); err != nil {
		return err
	}
	if f.Sources, err = httpx.Words(c, "source", models.CouponSources); err != nil {
		return err
	}
	if f.From, err = httpx.Moment(c, "from"); err != nil {
		return err
	}
	if f.Limit, err = httpx.Limit(c); err != nil {
		return err
	}
	page, err := h.Store.Coupons.List(c.Request.Context(), f)
	return httpx.ReplyPage(c, page, err, func(r *models.CouponCheck) couponCheckOut {
		return couponCheckOut{ID: r.ID, Code: r.Code, Outcome: r.Outcome, Reason: r.Reason, Source: r.Source, SubscriberID: r.Actor, Person: r.AskedBy, CheckedAt: r.CheckedAt}
	})
}
