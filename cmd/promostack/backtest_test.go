package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/market"
	"github.com/promostack/promostack/models"
)

// command runs promostack and returns what it prints.
func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := root()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// candleFile is a file of a random market.
func candleFile(t *testing.T) (path string, lines []string) {
	t.Helper()
	lines = []string{"time,open,high,low,close"}
	for _, c := range market.Walk(4, 6000) {
		lines = append(lines, fmt.Sprintf("%s,%s,%s,%s,%s", c.At().Format(time.DateTime), c.Open, c.High, c.Low, c.Close))
	}
	path = filepath.Join(t.TempDir(), "candles.csv")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path, lines
}

func TestBacktestPrintsJSON(t *testing.T) {
	path, lines := candleFile(t)
	out, err := command(t, "backtest", "--candles", path, "--strategy", "trend-pullback", "--params", `{"memory": 9}`, "--spread", "0.3", "--json")
	require.NoError(t, err)
	var got struct {
		Strategy string         `json:"strategy"`
		Params   map[string]any `json:"params"`
		Data     struct {
			Candles int       `json:"candles"`
			From    time.Time `json:"from"`
			To      time.Time `json:"to"`
			SHA256  string    `json:"sha256"`
		} `json:"data"`
		Figures map[string]any   `json:"figures"`
		Trades  []map[string]any `json:"trades"`
		Signals []map[string]any `json:"signals"`
		Equity  []map[string]any `json:"equity"`
		Checks  map[string]struct {
			Passed  bool   `json:"passed"`
			Problem string `json:"problem"`
		} `json:"checks"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.Len(t, got.Checks, 2)
	require.True(t, got.Checks["look_ahead"].Passed && got.Checks["warm_up"].Passed, got.Checks)
	require.InDelta(t, 9, got.Params["memory"], 0)
	require.Equal(t, 6000, got.Data.Candles)
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	sum := sha256.Sum256(file)
	require.Equal(t, hex.EncodeToString(sum[:]), got.Data.SHA256)
	for _, name := range []string{"trades", "win_rate", "profit_factor", "return_percent", "max_drawdown_percent", "expectancy_r", "sharpe", "sortino", "calmar", "left_open", "longest_losing_streak", "exit_reasons"} {
		require.Contains(t, got.Figures, name)
	}
	require.NotEmpty(t, got.Trades)
	require.Len(t, got.Trades, int(got.Figures["trades"].(float64)))
	for _, name := range []string{"opened_at", "closed_at", "side", "entry", "exit", "pips", "r", "reason"} {
		require.Contains(t, got.Trades[0], name)
	}
	for _, name := range []string{"at", "side", "entry", "stop", "targets"} {
		require.Contains(t, got.Signals[0], name)
	}
	require.Contains(t, got.Equity[0], "equity")

	first, _, _ := strings.Cut(lines[1001], ",")
	last, _, _ := strings.Cut(lines[2001], ",")
	out, err = command(t, "backtest", "--candles", path, "--strategy", "sma-cross", "--from", first, "--to", last, "--json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.Equal(t, 1000, got.Data.Candles)
	require.Equal(t, first, got.Data.From.Format(time.DateTime))

	last, _, _ = strings.Cut(lines[1011], ",")
	out, err = command(t, "backtest", "--candles", path, "--strategy", "sma-cross", "--from", first, "--to", last, "--json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.False(t, got.Checks["warm_up"].Passed)
	require.Contains(t, got.Checks["warm_up"].Problem, "longer history")

	out, err = command(t, "backtest", "--candles", path, "--strategy", "momentum")
	require.NoError(t, err)
	require.Contains(t, out, "profit factor")
	require.Contains(t, out, "look-ahead     passed")
}

func TestBacktestLists(t *testing.T) {
	out, err := command(t, "backtest", "--list", "--json")
	require.NoError(t, err)
	var got struct {
		Strategies []strategyOut `json:"strategies"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.GreaterOrEqual(t, len(got.Strategies), 5)
	for _, s := range got.Strategies {
		require.Positive(t, s.WarmUp, s.Name)
		require.NotEmpty(t, s.Params, s.Name)
		require.NotEmpty(t, s.Schema, s.Name)
	}
	out, err = command(t, "backtest", "--list")
	require.NoError(t, err)
	require.Contains(t, out, "trend-pullback")
}

func TestBacktestNamesWhatIsWrong(t *testing.T) {
	path, lines := candleFile(t)
	lines[700] = strings.Replace(lines[700], ",", ",x", 1)
	bad := filepath.Join(t.TempDir(), "bad.csv")
	require.NoError(t, os.WriteFile(bad, []byte(strings.Join(lines, "\n")), 0o600))
	for says, args := range map[string][]string{
		"Line 701, column open":  {"--candles", bad, "--strategy", "breakout"},
		"trend-pullback":         {"--candles", path, "--strategy", "nope"},
		"params.fast":            {"--candles", path, "--strategy", "sma-cross", "--params", `{"fast": 0}`},
		"params.nope":            {"--candles", path, "--strategy", "sma-cross", "--params", `{"nope": 1}`},
		"must be a decimal":      {"--candles", path, "--strategy", "breakout", "--spread", "wide"},
		"Name the CSV file":      {"--strategy", "breakout"},
		"no such file":           {"--candles", path + "x", "--strategy", "breakout"},
		"Must be a time such as": {"--candles", path, "--strategy", "breakout", "--from", "yesterday"},
		"at least two candles":   {"--candles", path, "--strategy", "breakout", "--from", "2100-01-01"},
		"at most four decimals":  {"--candles", path, "--strategy", "breakout", "--spread", "0.00001"},
	} {
		_, err := command(t, append([]string{"backtest"}, args...)...)
		require.ErrorContains(t, err, says)
	}
}

// record is a short one that is in order.
func record(t *testing.T) track.Record {
	t.Helper()
	size := pip.Default
	r := track.Record{Format: track.Format, Head: track.Origin}
	for _, kind := range []track.Kind{track.Begun, track.Resized, track.Resized} {
		text, err := track.Entry{Seq: int64(len(r.Entries) + 1), Kind: kind, Data: track.Data{PipSize: &size}, Prev: r.Head}.Text()
		require.NoError(t, err)
		r.Entries, r.Head = append(r.Entries, text), track.Hash(text)
	}
	return r
}

func TestVerify(t *testing.T) {
	good := record(t)
	text, err := json.Marshal(good)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "record.json")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	out, err := command(t, "verify", "--file", path, "--head", track.Hash(good.Entries[1]))
	require.NoError(t, err)
	require.Contains(t, out, "The head is that of entry 2.")
	require.Contains(t, out, "all 3 entries are in order")

	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/record.json" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(text)
	}))
	defer site.Close()
	out, err = command(t, "verify", "--url", site.URL+"/record.json")
	require.NoError(t, err)
	require.Contains(t, out, good.Head)

	for says, args := range map[string][]string{
		"cut off at its end": {"--file", path, "--head", strings.Repeat("ab", 32)},
		"either --file":      {},
		"404":                {"--url", site.URL + "/other.json"},
		"an address such as": {"--url", "record.json"},
		"no such file":       {"--file", path + "x"},
	} {
		_, err := command(t, append([]string{"verify"}, args...)...)
		require.ErrorContains(t, err, says)
	}
	changed := record(t)
	changed.Entries[1] = strings.Replace(changed.Entries[1], "0.10", "0.01", 1)
	text, err = json.Marshal(changed)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	_, err = command(t, "verify", "--file", path)
	require.True(t, fault.Is(err, fault.Invalid))
	require.ErrorContains(t, err, "Entry 2: it was changed")
	require.NoError(t, os.WriteFile(path, []byte("<html>"), 0o600))
	_, err = command(t, "verify", "--file", path)
	require.ErrorContains(t, err, "no track record")
}

// F3: what a job finds over stored candles is what the command finds over their file, hash and all.
func TestAJobFindsWhatTheCommandPrints(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	ctx, _ := testkit.Tenant(t, store, "gold")
	feed := marketfeed.New(marketfeed.Options{Store: store, Name: models.SimulatedMarket, Now: time.Now})
	candles := market.Walk(4, 6000)
	require.NoError(t, store.Candles.Add(ctx, feed.Market, candle.M15, candles))
	service := backtests.New(backtests.Options{Store: store, Feed: feed, Now: time.Now})
	row, err := service.Create(ctx, backtests.Request{Strategy: "mean-reversion"})
	require.NoError(t, err)
	require.NoError(t, service.Run(ctx, row.ID, func() {}))
	row, err = store.Backtests.Get(ctx, row.ID)
	require.NoError(t, err)
	report, err := store.Backtests.Report(ctx, row.ID)
	require.NoError(t, err)

	path := filepath.Join(t.TempDir(), "candles.csv")
	file, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, candle.WriteCSV(file, candles))
	require.NoError(t, file.Close())
	out, err := command(t, "backtest", "--candles", path, "--strategy", "mean-reversion", "--spread", row.Settings.Spread.String(), "--json")
	require.NoError(t, err)
	var params strategy.Values
	require.NoError(t, json.Unmarshal(row.Params, &params))
	job, err := json.Marshal(backtest.Result{Strategy: row.Strategy, Params: params, Report: &report.Report,
		Data: backtest.Data{Candles: row.Candles, From: candles[0].At(), To: candles[len(candles)-1].At(), SHA256: row.SHA256}})
	require.NoError(t, err)
	var printed map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(out), &printed))
	require.JSONEq(t, `{"look_ahead":{"passed":true,"problem":""},"warm_up":{"passed":true,"problem":""}}`, string(printed["checks"]))
	require.Empty(t, row.Checks.LookAhead+row.Checks.WarmUp)
	delete(printed, "checks")
	result, err := json.Marshal(printed)
	require.NoError(t, err)
	require.JSONEq(t, string(result), string(job))
	require.NotEmpty(t, report.Trades)
}
