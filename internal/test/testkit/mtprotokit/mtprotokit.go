// Package mtprotokit gives tests a simulated Telegram for user accounts. It is apart from testkit,
// since whatever imports it compiles with all of Telegram's schema.
package mtprotokit

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/sandbox/mtproto"
	"github.com/promostack/promostack/internal/test/testkit"
)

// World is a simulated Telegram that can be stopped and started again at the same place.
type World struct {
	Address string
	Sim     *mtproto.Simulator
	t       testing.TB
	clock   func() time.Time
	folder  string
	cancel  context.CancelFunc
	done    chan error
}

// New starts a world, which ends with the test.
func New(t testing.TB) *World {
	t.Helper()
	return NewAt(t, time.Now)
}

// NewAt is New with a clock of its own.
func NewAt(t testing.TB, clock func() time.Time) *World {
	t.Helper()
	w := &World{t: t, clock: clock, folder: t.TempDir(), Address: testkit.FreeAddr(t)}
	w.Start()
	t.Cleanup(w.Stop)
	return w
}

// KeyFile is the file with the public key.
func (w *World) KeyFile() string { return mtproto.PublicKeyPath(w.folder) }

// Start starts it with what it knew before.
func (w *World) Start() {
	w.t.Helper()
	sim, err := mtproto.New(mtproto.Options{Folder: w.folder, QRLife: 3 * time.Second, Clock: w.clock})
	if err != nil {
		w.t.Fatalf("mtprotokit: %v", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", w.Address)
	if err != nil {
		w.t.Fatalf("mtprotokit: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.Sim, w.cancel, w.done = sim, cancel, make(chan error, 1)
	go func() { w.done <- sim.Serve(ctx, listener) }()
}

// Stop ends it; it may be called again.
func (w *World) Stop() {
	w.t.Helper()
	if w.cancel == nil {
		return
	}
	w.cancel()
	w.cancel = nil
	if err := <-w.done; err != nil {
		w.t.Errorf("mtprotokit: %v", err)
	}
}

// Controls are those of the simulation over HTTP, and POST …/restart, by which a program in another
// language stops it and starts it again.
func (w *World) Controls() http.Handler {
	var mu sync.RWMutex
	return http.HandlerFunc(func(res http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/sandbox/api/telegram/restart" {
			mu.Lock()
			defer mu.Unlock()
			w.Stop()
			w.Start()
			res.WriteHeader(http.StatusNoContent)
			return
		}
		mu.RLock()
		defer mu.RUnlock()
		mux := http.NewServeMux()
		w.Sim.Routes(mux, func(next http.Handler) http.Handler { return next })
		mux.ServeHTTP(res, r)
	})
}
