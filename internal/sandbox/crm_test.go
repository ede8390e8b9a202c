package sandbox_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox"
	"github.com/stretchr/testify/require"
)

func start(t *testing.T) (*httptest.Server, *crm.Client) {
	t.Helper()
	server := httptest.NewServer(sandbox.New(sandbox.Options{CRMKey: "sandbox-key", CRMProductID: "p 1"}))
	t.Cleanup(server.Close)
	client, err := crm.New(crm.Config{BaseURL: server.URL + sandbox.CRMPath, Key: "sandbox-key", ProductID: "p 1", Timeout: 500 * time.Millisecond})
	require.NoError(t, err)
	return server, client
}

func call(t *testing.T, method, address, body string, header ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	out, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(out)
}

// The real client against the simulated CRM: both keep the contract in internal/adapter/crm/wire.go.
func TestTheRealClientReadsTheSimulatedCRM(t *testing.T) {
	_, client := start(t)
	for code, want := range map[string]string{
		"gold35": "valid ", "WELCOME50": "valid ", "SAVE100": "valid ", "LASTDAY20": "valid ", "EXPIRED10": "invalid expired",
		"BLACKFRIDAY": "invalid not_started", "SOLDOUT": "invalid used_up", "PAUSED15": "invalid disabled", "NOPE": "invalid unknown", "O'%DD?": "invalid unknown",
	} {
		result, err := client.Check(context.Background(), code)
		require.NoError(t, err, code)
		require.Equal(t, want, string(result.Outcome)+" "+result.Reason, code)
		if result.Outcome == crm.Valid {
			require.NotNil(t, result.Discount)
		}
	}
	result, err := client.Check(context.Background(), "SAVE100")
	require.NoError(t, err)
	require.Equal(t, crm.Discount{Kind: "fixed", Value: "100.00", Currency: "USD"}, *result.Discount)
	_, err = client.Ping(context.Background())
	require.NoError(t, err)
}

func TestFaultsOnDemand(t *testing.T) {
	server, client := start(t)
	control := server.URL + "/sandbox/api/crm/faults"
	for _, kind := range []string{"500", "timeout", "down"} {
		status, _ := call(t, "POST", control, `{"kind":"`+kind+`","count":100}`)
		require.Equal(t, 200, status)
		result, err := client.Check(context.Background(), "GOLD35")
		require.Equal(t, "coupon_unverified", fault.From(err).Code, "%s: %v", kind, err)
		require.Equal(t, crm.Unavailable, result.Outcome)
		status, _ = call(t, "DELETE", control, "")
		require.Equal(t, 204, status)
		result, err = client.Check(context.Background(), "EXPIRED10")
		require.NoError(t, err, "it recovers after %s", kind)
		require.Equal(t, "expired", result.Reason)
	}
	status, body := call(t, "GET", server.URL+"/sandbox/api/crm/calls", "")
	require.Equal(t, 200, status)
	var log struct {
		Items []struct{ Code, Fault string }
	}
	require.NoError(t, json.Unmarshal([]byte(body), &log))
	require.Equal(t, "GOLD35", log.Items[0].Code)
	require.Equal(t, "500", log.Items[0].Fault)
	for _, bad := range []string{``, `{}`, `{"kind":"fire","count":1}`, `{"kind":"500","count":0}`, `{"kind":"500","count":1,"x":1}`} {
		status, _ = call(t, "POST", control, bad)
		require.Contains(t, []int{400, 422}, status, bad)
	}
}

func TestTheCRMIsStrict(t *testing.T) {
	server, _ := start(t)
	base := server.URL + sandbox.CRMPath
	auth := []string{"Authorization", "Bearer sandbox-key", "Accept", "application/json"}
	for _, row := range []struct {
		method, path string
		header       []string
		want         int
	}{
		{"GET", "/v1/products/p%201/coupons/GOLD35", auth, 200},
		{"GET", "/v1/products/p%201/coupons/GOLD35", []string{"Accept", "application/json"}, 401},
		{"GET", "/v1/products/p%201/coupons/GOLD35", []string{"Accept", "application/json", "Authorization", "Bearer wrong"}, 401},
		{"GET", "/v1/products/p%201/coupons/GOLD35", []string{"Accept", "application/json", "Authorization", "sandbox-key"}, 401},
		{"GET", "/v1/products/p%201/coupons/GOLD35", auth[:2], 406},
		{"POST", "/v1/products/p%201/coupons/GOLD35", auth, 405},
		{"GET", "/v1/products/other/coupons/GOLD35", auth, 404},
		{"GET", "/v2/products/p%201/coupons/GOLD35", auth, 404},
		{"GET", "/v1/products/p%201/coupons/GOLD35?x=1", auth, 404},
		{"GET", "/v1/products/p%201/coupons/gold35", auth, 400},
		{"GET", "/v1/products/p%201/coupons/", auth, 400},
	} {
		status, body := call(t, row.method, base+row.path, "", row.header...)
		require.Equal(t, row.want, status, "%s %s %s", row.method, row.path, body)
	}
	open := httptest.NewServer(sandbox.New(sandbox.Options{CRMProductID: "p"}))
	defer open.Close()
	status, _ := call(t, "GET", open.URL+sandbox.CRMPath+"/v1/products/p/coupons/GOLD35", "", "Authorization", "Bearer ", "Accept", "application/json")
	require.Equal(t, 401, status, "without a key nothing is let in")
}

func TestTheControlsAnswerOnLoopbackAlone(t *testing.T) {
	server, _ := start(t)
	for _, header := range [][]string{{"Host", "evil.example"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		status, _ := call(t, "GET", server.URL+"/sandbox/api/crm/calls", "", header...)
		require.Equal(t, 404, status, "%v", header)
	}
	status, _ := call(t, "GET", server.URL+"/sandbox/api/crm/coupons", "", "Origin", "http://localhost:8080")
	require.Equal(t, 200, status)
	request := httptest.NewRequest(http.MethodGet, "http://localhost/sandbox/api/crm/calls", nil)
	request.RemoteAddr = "192.0.2.1:1234"
	recorder := httptest.NewRecorder()
	sandbox.New(sandbox.Options{}).ServeHTTP(recorder, request)
	require.Equal(t, 404, recorder.Code)
	status, body := call(t, "GET", server.URL+"/healthz", "")
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"status":"ok"}`, body)
}
