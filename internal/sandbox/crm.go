package sandbox

import (
	"crypto/subtle"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/host/loopback"
	"github.com/promostack/promostack/internal/host/secrets"
)

// maxCalls is how many calls the log keeps.
const maxCalls = 500

// maxFaults is how many faults one order may ask for.
const maxFaults = 10_000

// crm simulates FunderPro's coupons; the wire contract is in internal/adapter/crm/wire.go.
type crm struct {
	key       secrets.Text
	productID string
	clock     func() time.Time
	log       *slog.Logger

	mu     sync.Mutex
	faults []crmFault
	calls  []crmCall
}

// crmFault is a way to fail for the next calls. Kind is "500" (an internal error), "timeout" (no
// answer until the caller gives up) or "down" (the connection breaks).
type crmFault struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// crmCall is one line of the log.
type crmCall struct {
	At     time.Time `json:"at"`
	Code   string    `json:"code"`
	Status int       `json:"status"` // 0 when there was no answer
	Fault  string    `json:"fault,omitempty"`
}

// crmCoupon is a coupon with dates relative to now: zero has none.
type crmCoupon struct {
	code, status     string
	kind, value      string
	currency         string
	startsIn, endsIn time.Duration
}

const day = 24 * time.Hour

// crmCoupons is what the simulated CRM knows.
func crmCoupons() []crmCoupon {
	return []crmCoupon{
		{code: "GOLD35", status: "active", kind: "percent", value: "35", startsIn: -30 * day, endsIn: 60 * day},
		{code: "WELCOME50", status: "active", kind: "percent", value: "50", startsIn: -90 * day},
		{code: "WELCOME500", status: "active", kind: "fixed", value: "500.00", currency: "USD", startsIn: -90 * day},
		{code: "SAVE100", status: "active", kind: "fixed", value: "100.00", currency: "USD", startsIn: -7 * day, endsIn: 14 * day},
		{code: "LASTDAY20", status: "active", kind: "percent", value: "20", startsIn: -6 * day, endsIn: 12 * time.Hour},
		{code: "EXPIRED10", status: "expired", kind: "percent", value: "10", startsIn: -60 * day, endsIn: -7 * day},
		{code: "BLACKFRIDAY", status: "not_started", kind: "percent", value: "60", startsIn: 30 * day, endsIn: 34 * day},
		{code: "SOLDOUT", status: "used_up", kind: "percent", value: "40", startsIn: -10 * day, endsIn: 10 * day},
		{code: "PAUSED15", status: "disabled", kind: "percent", value: "15", startsIn: -10 * day},
	}
}

func newCRM(o Options) *crm {
	return &crm{key: o.CRMKey, productID: o.CRMProductID, clock: o.Clock, log: o.Logger}
}

func (c *crm) routes(mux *http.ServeMux) {
	local := func(handler http.HandlerFunc) http.Handler { return loopback.Only(handler) }
	mux.HandleFunc(CRMPath+"/", c.serve)
	mux.Handle("POST /sandbox/api/crm/faults", local(c.addFaults))
	mux.Handle("DELETE /sandbox/api/crm/faults", local(c.clearFaults))
	mux.Handle("GET /sandbox/api/crm/calls", local(c.listCalls))
	mux.Handle("GET /sandbox/api/crm/coupons", local(c.listCoupons))
}

// serve is the CRM itself: strict about everything that the contract names.
func (c *crm) serve(w http.ResponseWriter, r *http.Request) {
	code := codeOf(r)
	if fault := c.nextFault(); fault != "" {
		c.note(code, map[string]int{"500": http.StatusInternalServerError}[fault], fault)
		switch fault {
		case "500":
			writeJSON(w, http.StatusInternalServerError, map[string]string{"error": "internal"})
		case "timeout":
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		default:
			panic(http.ErrAbortHandler) // the server breaks the connection
		}
		return
	}
	status, body := c.answer(r, code)
	c.note(code, status, "")
	writeJSON(w, status, body)
}

func (c *crm) answer(r *http.Request, code string) (int, any) {
	problem := func(text string) map[string]string { return map[string]string{"error": text} }
	key, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer || c.key.IsZero() || subtle.ConstantTimeCompare([]byte(key), []byte(c.key.Reveal())) != 1 {
		return http.StatusUnauthorized, problem("unauthorized")
	}
	if r.Method != http.MethodGet {
		return http.StatusMethodNotAllowed, problem("method_not_allowed")
	}
	if !strings.Contains(r.Header.Get("Accept"), "application/json") {
		return http.StatusNotAcceptable, problem("not_acceptable")
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), CRMPath+"/"), "/")
	if len(parts) != 5 || parts[0] != "v1" || parts[1] != "products" || parts[3] != "coupons" || r.URL.RawQuery != "" {
		return http.StatusNotFound, problem("no_such_route")
	}
	if product, err := url.PathUnescape(parts[2]); err != nil || product != c.productID {
		return http.StatusNotFound, problem("product_not_found")
	}
	if code == "" || code != strings.ToUpper(code) || len(code) > 256 {
		return http.StatusBadRequest, problem("malformed_code")
	}
	for _, coupon := range crmCoupons() {
		if coupon.code == code {
			return http.StatusOK, coupon.wire(c.clock())
		}
	}
	return http.StatusNotFound, problem("coupon_not_found")
}

func (k crmCoupon) wire(now time.Time) map[string]any {
	at := func(d time.Duration) any {
		if d == 0 {
			return nil
		}
		return now.Add(d).UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	discount := map[string]string{"type": k.kind, "value": k.value}
	if k.currency != "" {
		discount["currency"] = k.currency
	}
	return map[string]any{"code": k.code, "status": k.status, "discount": discount, "starts_at": at(k.startsIn), "expires_at": at(k.endsIn)}
}

// codeOf is the last part of the path, whatever the rest is.
func codeOf(r *http.Request) string {
	path := r.URL.EscapedPath()
	code, err := url.PathUnescape(path[strings.LastIndexByte(path, '/')+1:])
	if err != nil {
		return ""
	}
	return code
}

func (c *crm) nextFault() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.faults) == 0 {
		return ""
	}
	kind := c.faults[0].Kind
	if c.faults[0].Count--; c.faults[0].Count <= 0 {
		c.faults = c.faults[1:]
	}
	return kind
}

func (c *crm) note(code string, status int, fault string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, crmCall{At: c.clock().UTC(), Code: code, Status: status, Fault: fault})
	if len(c.calls) > maxCalls {
		c.calls = slices.Delete(c.calls, 0, len(c.calls)-maxCalls)
	}
	c.log.Info("simulated CRM asked", "code", code, "status", status, "fault", fault)
}

// addFaults makes the next calls fail: {"kind":"500"|"timeout"|"down","count":n}.
func (c *crm) addFaults(w http.ResponseWriter, r *http.Request) {
	var order crmFault
	if !readJSON(w, r, &order) {
		return
	}
	if !slices.Contains([]string{"500", "timeout", "down"}, order.Kind) || order.Count < 1 || order.Count > maxFaults {
		writeJSON(w, http.StatusUnprocessableEntity, map[string]string{"error": "invalid", "detail": "kind is 500, timeout or down; count is 1 to 10000"})
		return
	}
	c.mu.Lock()
	c.faults = append(c.faults, order)
	pending := slices.Clone(c.faults)
	c.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"faults": pending})
}

func (c *crm) clearFaults(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	c.faults = nil
	c.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (c *crm) listCalls(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	calls := append([]crmCall{}, c.calls...)
	c.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"items": calls})
}

func (c *crm) listCoupons(w http.ResponseWriter, _ *http.Request) {
	items := make([]any, 0, 8)
	for _, coupon := range crmCoupons() {
		items = append(items, coupon.wire(c.clock()))
	}
	writeJSON(w, http.StatusOK, map[string]any{"items": items})
}
