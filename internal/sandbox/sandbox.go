// Package sandbox simulates the outside services for `up` and tests, wire-compatible with the
// real ones, so that the real client code runs against it. Each service is a file or a
// package of its own that adds its routes to the frame; each has faults on demand and a log of
// its calls behind /sandbox/api, which answers on loopback alone.
package sandbox

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/promostack/promostack/internal/host/loopback"
	"github.com/promostack/promostack/internal/host/secrets"
)

// Options are what the simulated services need to know.
type Options struct {
	CRMKey       secrets.Text     // the bearer key that the CRM accepts
	CRMProductID string           // the one product that it knows
	Clock        func() time.Time // nil is time.Now; the coupons' dates are relative to it
	Logger       *slog.Logger     // nil discards
	Parts        []Part           // services with packages of their own
}

// Part is a simulated service. It adds its routes, each behind the guard.
type Part interface {
	Routes(mux *http.ServeMux, guard func(http.Handler) http.Handler)
}

// CRMPath is where the simulated CRM is: its base address is the sandbox's address and this.
const CRMPath = "/sandbox/funderpro"

// New makes the sandbox: /healthz, /sandbox/funderpro/…, /sandbox/api/… and what its parts add.
func New(o Options) http.Handler {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	newCRM(o).routes(mux)
	for _, part := range o.Parts {
		part.Routes(mux, loopback.Only)
	}
	return mux
}

// readJSON reads a small JSON body with known fields alone; false means that it was answered.
func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "malformed", "detail": err.Error()})
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone: nobody to tell
}
