package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
)

// benchCall calls the running program, and reads its answer into out when there is one.
func benchCall(ctx context.Context, with *http.Client, method, address, contentType string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
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
	if out == nil || len(answer) == 0 {
		return nil
	}
	return json.Unmarshal(answer, out)
}
