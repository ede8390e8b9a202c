package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
)

// shutdownLimit is how long open requests may take to finish when the process is asked to stop.
const shutdownLimit = 1500 * time.Millisecond

// door is an HTTP server that answers from the first moment: while the part behind it waits for what it needs,
// that the process lives, and 503 to everything else.
type door struct {
	server *http.Server
	behind atomic.Pointer[http.Handler]
	ended  chan error
}

// openDoor listens at an address; server says with which limits. It answers until serve returns.
func openDoor(ctx context.Context, server *http.Server, address, setting string) (*door, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fault.New(fault.Conflict, "address_taken", "Can't listen on %s", address).
			WithRemedy("Set %s to a free address", setting).WithCause(err)
	}
	slog.Info("listening", "address", listener.Addr().String())
	d := &door{server: server, ended: make(chan error, 1)}
	server.Handler = d
	go func() { d.ended <- server.Serve(listener) }()
	return d, nil
}

// ServeHTTP implements http.Handler.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if behind := d.behind.Load(); behind != nil {
		(*behind).ServeHTTP(w, r)
		return
	}
	if r.URL.Path == "/healthz" {
		w.WriteHeader(http.StatusOK)
		return
	}
	w.Header().Set("Retry-After", "2")
	http.Error(w, "PromoStack is starting: it waits for its database or for Temporal. Try again in a moment.", http.StatusServiceUnavailable)
}

// serve lets a handler answer from now on, until ctx ends, and then lets open requests finish.
func (d *door) serve(ctx context.Context, handler http.Handler) error {
	d.behind.Store(&handler)
	select {
	case err := <-d.ended:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownLimit)
	defer cancel()
	if err := d.server.Shutdown(stopping); err != nil {
		return errors.Join(err, d.server.Close())
	}
	return nil
}
