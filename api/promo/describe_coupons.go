package promo

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
)

func describeCoupons() map[string]openapi.Description {
	said := []openapi.Answer{{Status: http.StatusOK, Text: "What the CRM says. A CRM that is down is an outcome too.",
		Content: openapi.JSON(openapi.Writes[couponOut]())}}
	return map[string]openapi.Description{
		"GET /api/v1/coupons/check": {
			ID: "checkCoupon", Summary: "Whether a coupon is valid",
			Query:    []openapi.Parameter{{Name: "code", In: "query", Required: true, Schema: openapi.String()}},
			Answers:  said,
			Refusals: map[int]string{http.StatusUnprocessableEntity: "There is no code."},
		},
		"GET /api/v1/coupons/checks": {
			ID: "listCouponChecks", Summary: "What the CRM was asked about, the newest first",
			Text: "Codes that can't be one never reached the CRM and are not listed, nor are visits of signed addresses.",
			Query: openapi.Paging(
				openapi.Query("code", openapi.String(), "Only codes that begin with this, in any case."),
				openapi.Query("outcome", openapi.String(), "Only those: valid, invalid or unavailable, or several with commas."),
				openapi.Query("source", openapi.String(), "Only those from web, try, api, cli, bot, bulk or signal, or several with commas."),
				openapi.Query("from", openapi.String(), "Only those from this moment on, such as 2026-01-02T13:30:00Z."),
			),
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "A page.", Content: openapi.JSON(openapi.Writes[httpx.Page[couponCheckOut]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: "A parameter is wrong; `fields` says which."},
		},
		"POST /api/v1/coupons/checks": {
			ID: "tryCoupon", Summary: "Try a code", Text: "It is listed among the checks.",
			Body:     &openapi.Body{Content: openapi.JSON(openapi.Reads[couponIn]("CouponTrial", func(s *openapi.Schema) { s.Require("code") }))},
			Answers:  said,
			Refusals: map[int]string{http.StatusUnprocessableEntity: "There is no code."},
		},
	}
}
