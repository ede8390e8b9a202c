package crm

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// The wire contract with FunderPro, all of it in this file.
//
// Request:
//
//	GET {base}/v1/products/{product_id}/coupons/{code}
//	Authorization: Bearer {key}
//	Accept: application/json
//
// The base address, the key and the product id come from the environment (FUNDERPRO_API_URL,
// FUNDERPRO_API_KEY, FUNDERPRO_PRODUCT_ID). The code is in the path, escaped, in upper case.
//
// Answers:
//
//	200  the coupon is known; the body says whether it can be used:
//	     {
//	       "code": "GOLD35",
//	       "status": "active" | "expired" | "not_started" | "used_up" | "disabled",
//	       "discount": {"type": "percent" | "fixed", "value": "35", "currency": "USD"},
//	       "starts_at": "2026-01-01T00:00:00Z" | null,
//	       "expires_at": "2026-12-31T23:59:59Z" | null
//	     }
//	     discount.value is a decimal in a string: percent from 0 to 100, or units of the currency,
//	     which is there for "fixed" alone.
//	404  {"error": "coupon_not_found"}: the code is unknown. A 404 with another body, or none, is
//	     an address that is not the CRM's, and counts as "can't be verified".
//	401, 403  the key is refused.
//	429, 5xx  try later.
//
// Everything else, and a body that does not fit, counts as "can't be verified": no image is made
// on a guess.

// wireCoupon is the body of a 200. Unknown fields are let through: the CRM may add some.
type wireCoupon struct {
	Code     string `json:"code"`
	Status   string `json:"status"`
	Discount *struct {
		Type     string `json:"type"`
		Value    string `json:"value"`
		Currency string `json:"currency"`
	} `json:"discount"`
	StartsAt  *time.Time `json:"starts_at"`
	ExpiresAt *time.Time `json:"expires_at"`
}

// wireError is the body of a 404.
type wireError struct {
	Error string `json:"error"`
}

// couponNotFound is what a 404 of the CRM says.
const couponNotFound = "coupon_not_found"

// couponURL is the address of a code's record.
func couponURL(base *url.URL, productID, code string) string {
	return strings.TrimRight(base.String(), "/") + "/v1/products/" + url.PathEscape(productID) + "/coupons/" + url.PathEscape(code)
}

// parseCoupon reads the body of a 200 about the code that was asked for.
func parseCoupon(body []byte, code string, now time.Time) (Result, error) {
	var w wireCoupon
	if err := json.Unmarshal(body, &w); err != nil {
		return Result{}, errors.New("the body is not the JSON of a coupon")
	}
	if answered, err := Normalize(w.Code); err != nil || answered != code {
		return Result{}, errors.New("the answer is about another code")
	}
	r := Result{Code: code, Outcome: Invalid}
	if w.ExpiresAt != nil {
		r.ExpiresAt = w.ExpiresAt.UTC()
	}
	switch w.Status {
	case "active":
		r.Outcome = Valid
	case "expired", "not_started", "used_up", "disabled":
		r.Reason = w.Status
	default:
		return Result{}, errors.New("the answer has a status that is not in the contract")
	}
	// The CRM's clock decides, but a coupon that has plainly expired is never shown as good.
	switch {
	case r.Outcome == Valid && w.ExpiresAt != nil && !w.ExpiresAt.After(now):
		r.Outcome, r.Reason = Invalid, "expired"
	case r.Outcome == Valid && w.StartsAt != nil && w.StartsAt.After(now):
		r.Outcome, r.Reason = Invalid, "not_started"
	}
	if d := w.Discount; d != nil {
		if !decimal(d.Value) || d.Type != "percent" && d.Type != "fixed" || d.Type == "fixed" && len(d.Currency) != 3 {
			return Result{}, errors.New("the answer has a discount that is not in the contract")
		}
		r.Discount = &Discount{Kind: d.Type, Value: d.Value, Currency: d.Currency}
	}
	r.Message = message(r)
	return r, nil
}

// unknownCoupon reads the body of a 404.
func unknownCoupon(body []byte, code string) (Result, error) {
	var w wireError
	if err := json.Unmarshal(body, &w); err != nil || w.Error != couponNotFound {
		return Result{}, errors.New("a 404 that is not from the CRM: is the base address right?")
	}
	r := Result{Code: code, Outcome: Invalid, Reason: "unknown"}
	r.Message = message(r)
	return r, nil
}

// message says a result in plain words.
func message(r Result) string {
	if r.Outcome == Valid {
		return fmt.Sprintf("Coupon %s is valid", r.Code)
	}
	words := map[string]string{"expired": "has expired", "not_started": "can't be used yet", "used_up": "is used up",
		"disabled": "was switched off", "unknown": "doesn't exist"}[r.Reason]
	return fmt.Sprintf("Coupon %s %s", r.Code, words)
}

// decimal reports whether text is a plain positive decimal such as "35" or "12.50".
func decimal(text string) bool {
	whole, fraction, point := strings.Cut(text, ".")
	digits := func(s string) bool {
		return s != "" && len(s) <= 12 && strings.Trim(s, "0123456789") == ""
	}
	return digits(whole) && (!point || digits(fraction))
}
