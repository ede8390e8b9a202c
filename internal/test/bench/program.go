// Package bench measures the program on this machine. It drives the running program as people do:
// through its API and through the simulated services.
package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/supervise"
	"github.com/promostack/promostack/temporal"
)

// Program is a running program, and what it takes to measure it.
type Program struct {
	Database    string // its address
	API         string // http://host:port
	Password    string // of the admin
	Sandbox     string // http://host:port
	Temporal    temporal.Options
	Concurrency int // of a worker
	Children    *supervise.Supervisor
}

// api is the program's API for somebody who has signed in.
type api struct {
	base   string
	http   *http.Client
	tenant string // that the session works in
}

func (p Program) signIn(ctx context.Context) (*api, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	a := &api{base: p.API, http: &http.Client{Jar: jar, Timeout: time.Minute}}
	var session struct{ Tenant struct{ ID string } }
	err = a.call(ctx, http.MethodPost, "/api/v1/admin/session", map[string]string{"password": p.Password}, &session)
	a.tenant = session.Tenant.ID
	return a, err
}

// call sends JSON, if there is any.
func (a *api) call(ctx context.Context, method, path string, in, out any) error {
	return callJSON(ctx, a.http, method, a.base+path, in, out)
}

func callJSON(ctx context.Context, with *http.Client, method, address string, in, out any) error {
	if in == nil {
		return call(ctx, with, method, address, nil, nil, out)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return call(ctx, with, method, address, map[string]string{"Content-Type": "application/json"}, body, out)
}

// call asks a server, and reads its answer into out when there is one.
func call(ctx context.Context, with *http.Client, method, address string, headers map[string]string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	res, err := with.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusBadRequest {
		return fault.New(fault.Internal, "bench_refused", "%s %s: %d: %s", method, req.URL.Path, res.StatusCode, strings.TrimSpace(string(answer)))
	}
	if out == nil || len(answer) == 0 || !strings.Contains(res.Header.Get("Content-Type"), "json") {
		return nil
	}
	return json.Unmarshal(answer, out)
}
