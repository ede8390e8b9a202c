package promo

import (
	"context"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/models"
)

// CouponOutcome is what a check found, in the words of the CRM's adapter.
type CouponOutcome = crm.Outcome

// Discount is what a coupon gives.
type Discount = crm.Discount

// The outcomes without a coupon's details.
const (
	CouponInvalid     = crm.Invalid
	CouponUnavailable = crm.Unavailable
)

// checkCoupons asks the CRM about each coupon field.
func (s *Service) checkCoupons(ctx context.Context, j *job, by By) error {
	var wrong fault.Fields
	for _, f := range j.template.Fields {
		code := j.Values[f.Name]
		if !f.Coupon || code == "" {
			continue
		}
		result, err := s.CheckCouponFor(ctx, code, by)
		if err != nil {
			if fault.Is(err, fault.Invalid) {
				wrong.Add("values."+f.Name, "coupon_invalid", "%s", fault.From(err).Message)
				continue
			}
			return err
		}
		if result.Outcome != crm.Valid {
			wrong.Add("values."+f.Name, "coupon_invalid", "%s", result.Message)
		}
	}
	return wrong.Err("coupon_invalid", "The coupon is not valid")
}

// SourceLink is the source of visits to signed addresses, which anyone may make.
const SourceLink = "link"

// refusedFor is how long a code that was refused is refused again to visitors of signed addresses
// without asking the CRM: they must not be able to keep it busy.
const refusedFor = 30 * time.Second

type refusal struct {
	result crm.Result
	until  time.Time
}

// CheckCouponFor asks the CRM about a code and records the outcome (P6); with a key the same outcome once. Visits to
// signed addresses are not recorded: they are nobody's decision, and anyone can make any number of them.
func (s *Service) CheckCouponFor(ctx context.Context, code string, by By) (crm.Result, error) {
	code, source := text.Code(code), by.Source
	if source == SourceLink {
		if r, ok := s.refused.Get(code); ok && s.o.Now().Before(r.until) {
			return r.result, nil
		}
	}
	result, check, err := s.askCoupon(ctx, code, source)
	if source == SourceLink {
		if err == nil && result.Outcome == crm.Invalid {
			s.refused.Add(code, refusal{result, s.o.Now().Add(refusedFor)})
		}
		return result, err
	}
	if check != nil {
		check.ID, check.Actor, check.AskedBy = by.id("coupon", check.Code, check.Outcome), by.Actor, by.Name
		if recordErr := s.o.Store.Coupons.RecordOnce(ctx, []models.CouponCheck{*check}); recordErr != nil {
			slog.WarnContext(ctx, "coupon check not recorded", "error", recordErr)
		}
	}
	return result, err
}

// askCoupon asks the CRM and returns what is to be recorded of it: nothing for a malformed code,
// which never reached the CRM.
func (s *Service) askCoupon(ctx context.Context, code, source string) (crm.Result, *models.CouponCheck, error) {
	result, err := s.o.Coupons.Check(ctx, code)
	if err != nil && fault.Is(err, fault.Invalid) {
		return result, nil, err
	}
	if err != nil {
		result.Outcome = crm.Unavailable
	}
	return result, &models.CouponCheck{Code: code, Outcome: string(result.Outcome), Reason: result.Reason, Source: source}, err
}
