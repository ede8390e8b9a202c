package crm_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/stretchr/testify/require"
)

const key = secrets.Text("hunter2-key")

func client(t *testing.T, handler http.HandlerFunc, change ...func(*crm.Config)) *crm.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	config := crm.Config{BaseURL: server.URL + "/base/", Key: key, ProductID: "prod/1"}
	for _, fn := range change {
		fn(&config)
	}
	c, err := crm.New(config)
	require.NoError(t, err)
	return c
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func requireUnverified(t *testing.T, result crm.Result, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, "coupon_unverified", fault.From(err).Code, "%v", err)
	require.Equal(t, fault.Unavailable, fault.From(err).Kind)
	require.Equal(t, "We can't verify this coupon now", fault.From(err).Message)
	require.Equal(t, crm.Unavailable, result.Outcome)
	require.NotContains(t, err.Error(), "hunter2")
	require.NotContains(t, err.Error(), "prod")
}

func TestRequestIsTheContracts(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.EscapedPath() != "/base/v1/products/prod%2F1/coupons/GOLD%3F35%25" || r.Header.Get("Authorization") != "Bearer hunter2-key" {
			t.Errorf("%s %s %v", r.Method, r.URL.EscapedPath(), r.Header)
		}
		_, _ = w.Write([]byte(`{"code":"gold?35%","status":"active","discount":{"type":"fixed","value":"12.50","currency":"EUR"},"expires_at":"2999-01-01T01:00:00+01:00","more":1}`))
	})
	result, err := c.Check(context.Background(), "  gold?35%\u00a0")
	require.NoError(t, err)
	require.Equal(t, crm.Result{Code: "GOLD?35%", Outcome: crm.Valid, Message: "Coupon GOLD?35% is valid",
		Discount: &crm.Discount{Kind: "fixed", Value: "12.50", Currency: "EUR"}, ExpiresAt: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)}, result)
}

func TestAnswersThatDoNotFitAreNoAnswer(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"500":               answer(500, `{}`),
		"429":               answer(429, `{}`),
		"401":               answer(401, `{}`),
		"418":               answer(418, `{}`),
		"204":               answer(204, ``),
		"404 of a web page": answer(404, `<html>not found</html>`),
		"404 of a product":  answer(404, `{"error":"product_not_found"}`),
		"no JSON":           answer(200, `<html>`),
		"another code":      answer(200, `{"code":"OTHER","status":"active"}`),
		"no code":           answer(200, `{"status":"active"}`),
		"no status":         answer(200, `{"code":"GOLD35"}`),
		"new status":        answer(200, `{"code":"GOLD35","status":"maybe"}`),
		"odd discount":      answer(200, `{"code":"GOLD35","status":"active","discount":{"type":"percent","value":"-5"}}`),
		"odd kind":          answer(200, `{"code":"GOLD35","status":"active","discount":{"type":"gift","value":"5"}}`),
		"no currency":       answer(200, `{"code":"GOLD35","status":"active","discount":{"type":"fixed","value":"5"}}`),
		"too long":          answer(200, `{"code":"GOLD35","status":"active","x":"`+strings.Repeat("x", 70<<10)+`"}`),
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"code":"GOLD35"`))
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			result, err := client(t, handler).Check(context.Background(), "GOLD35")
			requireUnverified(t, result, err)
		})
	}
}

func TestARedirectDoesNotCarryTheKey(t *testing.T) {
	var reached atomic.Bool
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer thief.Close()
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	})
	result, err := c.Check(context.Background(), "GOLD35")
	requireUnverified(t, result, err)
	require.False(t, reached.Load())
}

func TestInvalidCoupons(t *testing.T) {
	for status, reason := range map[string]string{"expired": "expired", "not_started": "not_started", "used_up": "used_up", "disabled": "disabled"} {
		result, err := client(t, answer(200, `{"code":"X","status":"`+status+`"}`)).Check(context.Background(), "x")
		require.NoError(t, err)
		require.Equal(t, crm.Invalid, result.Outcome)
		require.Equal(t, reason, result.Reason)
		require.NotContains(t, result.Message, "  ")
	}
	result, err := client(t, answer(404, `{"error":"coupon_not_found"}`)).Check(context.Background(), "x")
	require.NoError(t, err)
	require.Equal(t, "unknown", result.Reason)
	require.Equal(t, "Coupon X doesn't exist", result.Message)
	for _, body := range []string{`"expires_at":"2001-01-01T00:00:00Z"`, `"starts_at":"2999-01-01T00:00:00Z"`} {
		result, err = client(t, answer(200, `{"code":"X","status":"active",`+body+`}`)).Check(context.Background(), "x")
		require.NoError(t, err)
		require.Equal(t, crm.Invalid, result.Outcome, "its time says otherwise")
	}
}

func TestGoodAnswersAreKeptForAWhile(t *testing.T) {
	var asked atomic.Int64
	var now atomic.Int64
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	broken := atomic.Bool{}
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch {
		case broken.Load():
			w.WriteHeader(http.StatusInternalServerError)
		case strings.HasSuffix(r.URL.Path, "BAD"):
			answer(404, `{"error":"coupon_not_found"}`)(w, r)
		case strings.HasSuffix(r.URL.Path, "SOON"):
			answer(200, `{"code":"SOON","status":"active","expires_at":"2026-01-01T00:00:10Z"}`)(w, r)
		default:
			answer(200, `{"code":"GOLD","status":"active","discount":{"type":"percent","value":"35"}}`)(w, r)
		}
	}, func(cfg *crm.Config) {
		cfg.Clock = func() time.Time { return start.Add(time.Duration(now.Load())) }
	})
	ask := func(code string) (crm.Result, error) { return c.Check(context.Background(), code) }
	first, err := ask("gold")
	require.NoError(t, err)
	first.Discount.Value = "99"
	broken.Store(true)
	now.Store(int64(59 * time.Second))
	kept, err := ask(" GOLD ")
	require.NoError(t, err)
	require.Equal(t, "35", kept.Discount.Value, "nobody changes what is kept")
	require.Equal(t, int64(1), asked.Load())
	now.Store(int64(61 * time.Second))
	result, err := ask("gold")
	requireUnverified(t, result, err)
	broken.Store(false)
	now.Store(0)
	_, err = ask("gold")
	require.NoError(t, err, "a failure is not kept")

	before := asked.Load()
	for range 2 {
		result, err = ask("bad")
		require.NoError(t, err)
		require.Equal(t, crm.Invalid, result.Outcome)
	}
	require.Equal(t, before+2, asked.Load(), "bad answers are asked again")

	_, err = ask("soon")
	require.NoError(t, err)
	now.Store(int64(10 * time.Second))
	result, err = ask("soon")
	require.NoError(t, err)
	require.Equal(t, "expired", result.Reason, "kept no longer than the coupon lives")
}

func TestChecksAtOnceAreOneRequest(t *testing.T) {
	var asked atomic.Int64
	release := make(chan struct{})
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-release
		answer(200, `{"code":"GOLD","status":"active"}`)(w, r)
	})
	var wait, started sync.WaitGroup
	impatient, leave := context.WithCancel(context.Background())
	started.Add(10)
	for i := range 10 {
		wait.Go(func() {
			ctx := context.Background()
			if i == 0 {
				ctx = impatient
			}
			started.Done()
			result, err := c.Check(ctx, "gold")
			if i > 0 && (err != nil || result.Outcome != crm.Valid) {
				t.Errorf("check %d: %v", i, err)
			}
		})
	}
	started.Wait()
	leave() // one that gives up takes no answer from the others
	close(release)
	wait.Wait()
	require.LessOrEqual(t, asked.Load(), int64(10))
	_, err := c.Check(context.Background(), "gold")
	require.NoError(t, err)
}

func TestOneRetryWhenTheConnectionBreaks(t *testing.T) {
	var asked atomic.Int64
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			panic(http.ErrAbortHandler)
		}
		answer(200, `{"code":"GOLD","status":"active"}`)(w, r)
	})
	result, err := c.Check(context.Background(), "gold")
	require.NoError(t, err)
	require.Equal(t, crm.Valid, result.Outcome)
	require.Equal(t, int64(2), asked.Load())
}

func TestASlowCRMIsAway(t *testing.T) {
	c := client(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		func(cfg *crm.Config) { cfg.Timeout = 50 * time.Millisecond })
	result, err := c.Check(t.Context(), "gold") // else it never ends
	requireUnverified(t, result, err)
}

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{"gold35": "GOLD35", " ＧＯＬＤ３５ ": "GOLD35", "é": "É", "a-b_c.d": "A-B_C.D",
		"\ufeffGOLD35": "GOLD35", "GOLD³⁵": "GOLD35", "go\u00adld\u200b35": "GOLD35", "a\x00b": "AB"} {
		got, err := crm.Normalize(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got)
		again, err := crm.Normalize(got)
		require.NoError(t, err)
		require.Equal(t, got, again)
	}
	for _, in := range []string{"", "  ", "a b", "a/b", `a\b`, "a\nb", "..", ".", strings.Repeat("x", 65), strings.Repeat("x", 1<<20), "\xff\xfe", "a\u0085b", "a\u2003b"} {
		_, err := crm.Normalize(in)
		require.Equal(t, "coupon_malformed", fault.From(err).Code, "%q", in)
		require.NotContains(t, err.Error(), "xxx")
	}
}

func FuzzNormalize(f *testing.F) {
	f.Add("GOLD35")
	f.Add("ﬃ")
	f.Fuzz(func(t *testing.T, in string) {
		out, err := crm.Normalize(in)
		if err != nil {
			return
		}
		again, err := crm.Normalize(out)
		if err != nil || again != out {
			t.Fatalf("%q becomes %q, then %q (%v)", in, out, again, err)
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	_, err := crm.New(crm.Config{BaseURL: "ftp://x"})
	require.Len(t, fault.From(err).Fields, 3)
	require.NotContains(t, fmt.Sprintf("%+v", crm.Config{Key: key}), "hunter2")
}
