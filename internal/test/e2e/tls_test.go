//go:build integration

package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
)

const clusterKey = "the-key-of-the-cluster"

// certificate makes one for this machine, signed by itself, and its PEM file.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "cluster"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// cluster stands before Temporal as Temporal Cloud does: it ends TLS and asks for the API key.
func cluster(t *testing.T, server string) (address, ca string) {
	t.Helper()
	own, ca := certificate(t)
	plain := &http.Transport{Protocols: new(http.Protocols)}
	plain.Protocols.SetUnencryptedHTTP2(true)
	proxy := &httputil.ReverseProxy{FlushInterval: -1, Transport: plain, ErrorLog: log.New(io.Discard, "", 0), Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: server})
		r.Out.Header.Del("Authorization")
	}}
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+clusterKey {
			w.Header().Set("Content-Type", "application/grpc")
			w.Header().Set("Grpc-Status", "16")
			w.Header().Set("Grpc-Message", "who are you")
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	front.EnableHTTP2 = true
	front.TLS = &tls.Config{Certificates: []tls.Certificate{own}}
	front.StartTLS()
	t.Cleanup(func() { front.CloseClientConnections(); front.Close() })
	return front.Listener.Addr().String(), ca
}

// overTLS holds R6: a cluster is reached over TLS and with its API key, and not without either.
func overTLS(t *testing.T, s *stack.Stack) {
	address, ca := cluster(t, s.Temporal)
	ring, err := secrets.NewRing(testkit.HistoryKey)
	require.NoError(t, err)
	trusting, err := temporal.TLS(ca, "", "")
	require.NoError(t, err)
	strange, err := temporal.TLS("", "", "")
	require.NoError(t, err)
	healthy := func(config *tls.Config, key secrets.Text) error {
		c, err := temporal.Lazy(temporal.Options{Address: address, Namespace: "promostack", Ring: ring, Logger: slog.New(slog.DiscardHandler), TLS: config, APIKey: key})
		require.NoError(t, err)
		defer c.Close()
		ctx, cancel := context.WithTimeout(models.Platform(t.Context()), 5*time.Second)
		defer cancel()
		_, err = c.CheckHealth(ctx, &client.CheckHealthRequest{})
		return err
	}
	require.NoError(t, healthy(trusting, clusterKey))
	require.Error(t, healthy(trusting, "a guess"))
	require.Error(t, healthy(trusting, ""))
	require.Error(t, healthy(strange, clusterKey), "nobody knows who signed that")
	require.Error(t, healthy(nil, ""), "it speaks TLS alone")
}
