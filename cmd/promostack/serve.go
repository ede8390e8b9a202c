package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
)

// shutdownLimit is how long open requests may take to finish when the process is asked to stop.
const shutdownLimit = 1500 * time.Millisecond

// serve answers HTTP until ctx ends, and then lets open requests finish.
func serve(ctx context.Context, server *http.Server, address, setting string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fault.New(fault.Conflict, "address_taken", "Can't listen on %s", address).
			WithRemedy("Set %s to a free address", setting).WithCause(err)
	}
	slog.Info("listening", "address", listener.Addr().String())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownLimit)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}
