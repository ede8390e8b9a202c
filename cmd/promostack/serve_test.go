package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A part says that it lives while it waits for its database, refuses what it can't do yet, and then does it.
func TestADoorAnswersBeforeItsPartIsReady(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	d, err := openDoor(ctx, &http.Server{ReadHeaderTimeout: time.Second}, address, "HTTP_ADDRESS")
	require.NoError(t, err)
	ask := func(path string) error { return answers(address, path, readyWithin)(ctx) }
	require.NoError(t, ask("/healthz"))
	require.ErrorContains(t, ask("/readyz"), "503")
	_, err = openDoor(ctx, &http.Server{ReadHeaderTimeout: time.Second}, address, "HTTP_ADDRESS")
	require.ErrorContains(t, err, "HTTP_ADDRESS")

	ended := make(chan error, 1)
	go func() { ended <- d.serve(ctx, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) }()
	require.Eventually(t, func() bool { return ask("/readyz") == nil }, 10*time.Second, 5*time.Millisecond)
	cancel()
	err = <-ended
	require.True(t, err == nil || errors.Is(err, http.ErrServerClosed), "%v", err)
}
