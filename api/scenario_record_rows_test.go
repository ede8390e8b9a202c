package api_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/models"
)

// recordOf makes a tenant a record in which a signal was proposed and rejected.
func (h *harness) recordOf(w world) {
	h.t.Helper()
	size, rules := pip.Default, position.DefaultRules()
	plan := rules.Plan(position.Buy, 2645*pip.Units, []pip.Price{2655 * pip.Units}, 0)
	h.entriesOf(w, track.Entry{Kind: track.Begun, Data: track.Data{PipSize: &size, Name: w.tenant.Name}},
		track.Entry{Kind: track.Proposed, Signal: 1, Data: track.Data{Plan: &plan, Strategy: "breakout"}},
		track.Entry{Kind: track.Rejected, Signal: 1, Data: track.Data{By: "Ada <i>", Reason: "News ahead"}})
}

// entriesOf adds entries to a tenant's record.
func (h *harness) entriesOf(w world, entries ...track.Entry) {
	h.t.Helper()
	ctx := ctxOf(h, w)
	require.NoError(h.t, h.store.Tx(ctx, func(tx *models.Store) error {
		return tx.Records.Append(ctx, func(end *models.Record) (rows []models.RecordEntry, err error) {
			for _, e := range entries {
				e.Seq, e.At, e.Prev = end.Seq+1, h.now(), end.Head
				text, err := e.Text()
				if err != nil {
					return nil, err
				}
				end.Seq, end.Head, end.At = e.Seq, track.Hash(text), e.At.Unix()
				rows = append(rows, models.RecordEntry{Seq: e.Seq, Signal: e.Signal, Kind: e.Kind, Text: text, Hash: end.Head})
			}
			return rows, nil
		})
	}))
}

// recordRows are the rows of the track record. They come after those of signals, which are its entries. Theirs has none
// yet: their one signal was not told.
func (h *harness) recordRows() []scenario {
	const page, file, own, performance = "/t/gold-desk", "/t/gold-desk/record.json", "/api/v1/record", "/api/v1/performance"
	desk := h.makeWorld("gold-desk")
	h.recordOf(desk)
	html := map[string]string{"Content-Type": "text/html", "Content-Security-Policy": "script-src 'self'"}
	known := map[string]string{}
	return []scenario{
		{name: "record", request: request{method: get, path: page, host: "t.example"}, status: 200, headers: html,
			expected: []string{"<h1>The gold-desk</h1>", "promostack verify --url http://127.0.0.1:8080/t/gold-desk/record.json", `data-file="/t/gold-desk/record.json"`}},
		{name: "record of nobody", request: request{method: get, path: "/t/nobody"}, status: 404, expected: []string{"There is no track record here"}, headers: map[string]string{"Content-Type": "text/html"}},
		{name: "record of theirs, before it begins", foreign: true, request: request{method: get, path: "/t/theirs"}, status: 404, expected: []string{"There is no track record here"}, headers: map[string]string{"Content-Type": "text/html"}},
		{name: "record as a file", request: request{method: get, path: file, host: "t.example"}, status: 200, headers: map[string]string{"Cache-Control": "no-cache", "ETag": `W/"`},
			expected: []string{`"format":1`, `\"kind\":\"begun\"`, `\"reason\":\"News ahead\"`, `"head":"`}},
		{name: "record as a file that is known", request: request{method: get, path: file, header: known}, status: 304, headers: map[string]string{"ETag": `W/"`}, before: func() {
			end, _, err := h.store.Records.Get(ctxOf(h, desk))
			require.NoError(h.t, err)
			known["If-None-Match"] = `W/"` + end.Head + `"`
		}},
		{name: "record as a file of nobody", request: request{method: get, path: "/t/nobody/record.json"}, status: 404, expected: []string{`"record_not_found"`}},
		{name: "record as a file of theirs, before it begins", foreign: true, request: request{method: get, path: "/t/theirs/record.json"}, status: 404, expected: []string{`"record_not_found"`}},
		{name: "own record", request: request{method: get, path: own, admin: true}, status: 200, expected: []string{`"address":"http://127.0.0.1:8080/t/ours"`, `"head":"`, `"ended":false`,
			`"broken":"Entry 2: signal 1 was neither proposed nor opened"`}}, // the rows' signals were put into the database by hand
		{name: "record that does not hold", request: request{method: get, path: "/t/ours"}, status: 200, headers: html, expected: []string{"This record does not hold", "Entry 2"}},
		{name: "performance", request: request{method: get, path: performance, admin: true}, status: 200,
			expected: []string{`"market":"simulated"`, `"markets":["simulated"]`, `"strategy":"breakout"`, `"losses":`, `"equity":[{`, `"days":[{`}},
		{name: "performance of other days", request: request{method: get, path: performance + "?from=2020-01-01&to=2020-12-31&strategy=breakout&market=simulated", admin: true}, status: 200,
			expected: []string{`"signals":0`, `"win_rate":null`, `"equity":[]`, `"days":[]`}},
		{name: "performance on a real market", request: request{method: get, path: performance + "?market=real", admin: true}, status: 200, expected: []string{`"market":"real"`, `"signals":0`}},
		{name: "performance of nobody", request: request{method: get, path: performance}, status: 401, expected: []string{`"sign_in"`}},
		{name: "performance since no day", request: request{method: get, path: performance + "?from=soon&to=late", admin: true}, status: 422, expected: []string{`"name":"from"`, `"name":"to"`}},
		{name: "performance as a table", request: request{method: get, path: performance + ".csv", admin: true}, status: 200,
			expected: []string{"number,market,symbol,strategy,side,opened_at", "simulated,XAU/USD,breakout,buy,"}, headers: map[string]string{"Content-Disposition": "performance.csv"}},
		{name: "performance as a table for nobody", request: request{method: get, path: performance + ".csv"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "performance on no market as a table", request: request{method: get, path: performance + ".csv?market=moon", admin: true}, status: 422, expected: []string{`"name":"market"`}},
		{name: "own record of nobody", request: request{method: get, path: own}, status: 401, expected: []string{`"sign_in"`}},
	}
}

// recordEndRows are the rows of a record's end. They come last: no signal is made after them.
func (h *harness) recordEndRows() []scenario {
	const end = "/api/v1/record/end"
	ours := map[string]string{"confirm": "ours"}
	return []scenario{
		{name: "record ended by nobody", request: request{method: post, path: end, body: ours}, status: 401, expected: []string{`"sign_in"`}},
		{name: "record ended by another name", request: request{method: post, path: end, admin: true, body: map[string]string{"confirm": "gold-desk"}}, status: 422, expected: []string{`"name":"confirm"`, "short name"}},
		{name: "record ended before it begins", request: request{method: post, path: end, as: h.sessionOf(access.Owner, h.makeWorld("silent")), body: map[string]string{"confirm": "silent"}}, status: 409, expected: []string{`"no_record"`}},
		{name: "record ended", request: request{method: post, path: end, admin: true, body: ours}, status: 200, expected: []string{`"ending":true`}},
		{name: "live after the record's end", request: request{method: patch, path: "/api/v1/strategies/breakout", admin: true, body: map[string]any{"mode": "live", "anyway": true}, header: map[string]string{"If-Match": `"1"`}}, status: 409, expected: []string{`"record_ended"`}},
	}
}

// A record that has ended says so to everybody, and can still be checked.
func TestAnEndedRecord(t *testing.T) {
	h := newHarness(t)
	h.recordOf(h.ours)
	res := h.do(request{method: post, path: "/api/v1/record/end", as: h.sessionOf(access.Owner, h.ours), body: map[string]string{"confirm": "ours"}})
	require.Equal(t, http.StatusOK, res.Code)
	for _, want := range []string{`"ending":true`, `"ended":true`, `"broken":""`} {
		require.Contains(t, res.Body.String(), want)
	}
	require.Contains(t, h.do(request{method: get, path: "/t/ours"}).Body.String(), "This record ended on")
}

// What everybody sees of a tenant is its record, whoever is signed in: no ids, nothing that is not told there.
func TestPublicRecord(t *testing.T) {
	h := newHarness(t)
	before := h.do(request{method: get, path: "/api/v1/record", as: h.sessionOf(access.Viewer, h.theirs)})
	require.Contains(t, before.Body.String(), `"entries":0,"head":""`)
	signal := h.signalOf(h.theirs, models.SignalProposed)
	h.recordOf(h.theirs)
	practice := h.signalOf(h.ours, models.SignalProposed)

	page := h.do(request{method: get, path: "/t/theirs", admin: true})
	require.Equal(t, http.StatusOK, page.Code)
	require.Contains(t, page.Body.String(), "<h1>The theirs</h1>")
	file := h.do(request{method: get, path: "/t/theirs/record.json", admin: true})
	anybody := h.do(request{method: get, path: "/t/theirs/record.json", host: "else.example"})
	require.Equal(t, anybody.Body.String(), file.Body.String())
	for _, not := range []string{h.theirs.tenant.ID, signal.ID, h.ours.tenant.ID, practice.ID, "The ours", "connection", "money"} {
		require.NotContains(t, page.Body.String()+file.Body.String(), not)
	}
	var record track.Record
	require.NoError(t, json.Unmarshal(file.Body.Bytes(), &record))
	figures, err := record.Check()
	require.NoError(t, err)
	require.Equal(t, track.Figures{Unused: 1}, figures)
	require.Len(t, record.Entries, 3)
	require.Equal(t, `W/"`+record.Head+`"`, file.Header().Get("ETag"))

	packed := h.do(request{method: get, path: "/t/theirs/record.json", header: map[string]string{"Accept-Encoding": "gzip"}})
	require.Equal(t, "gzip", packed.Header().Get("Content-Encoding"))
	reader, err := gzip.NewReader(packed.Body)
	require.NoError(t, err)
	plain, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Equal(t, file.Body.String(), string(plain))

	// The page's own files are there wherever the page is; the dashboard is not.
	address := page.Body.String()[strings.Index(page.Body.String(), "/static/"):]
	address, _, _ = strings.Cut(address, `"`)
	require.NotEqual(t, http.StatusNotFound, h.do(request{method: get, path: address, host: "else.example"}).Code)
	require.Equal(t, http.StatusNotFound, h.do(request{method: get, path: "/", host: "else.example"}).Code)

	own := h.do(request{method: get, path: "/api/v1/record", as: h.sessionOf(access.Viewer, h.theirs)})
	require.Contains(t, own.Body.String(), `"entries":3,"head":"`+record.Head+`"`)
	h.entriesOf(h.theirs, track.Entry{Kind: track.Posted, Signal: 1, Data: track.Data{Chat: "@theirs", Message: 7}})
	require.NotEqual(t, file.Header().Get("ETag"), h.do(request{method: get, path: "/t/theirs/record.json"}).Header().Get("ETag"), "another entry is seen at once")
}
