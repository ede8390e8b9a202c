package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

// jobIn makes a job of two rows, one of them wrong, and brings it to a state by the steps that its
// flow would take.
func (h *harness) jobIn(w world, state models.BulkState) *models.BulkJob {
	h.t.Helper()
	ctx, beat := ctxOf(h, w), func() {}
	file := "headline,code,valid_until\nSave 35%,GOLD35,31 Dec 2026\nOld,EXPIRED10,31 Dec 2020\n"
	j, err := h.service.CreateBulk(ctx, promo.BulkRequest{Template: w.template.Slug}, []byte(file))
	require.NoError(h.t, err)
	command := func(name contract.BulkAction) {
		_, err := h.service.CommandBulk(ctx, j.ID, name)
		require.NoError(h.t, err)
	}
	plan := func() {
		_, err := h.service.PlanBulk(ctx, j.ID)
		require.NoError(h.t, err)
	}
	steps := map[models.BulkState]struct {
		from models.BulkState
		take func()
	}{
		models.BulkReady: {models.BulkChecking, func() {
			require.NoError(h.t, h.service.CheckBulk(ctx, j.ID, 1, 2, beat))
			_, err := h.store.Bulk.Checked(ctx, j.ID)
			require.NoError(h.t, err)
		}},
		models.BulkRunning: {models.BulkReady, func() { command("start"); plan() }},
		models.BulkPaused:  {models.BulkRunning, func() { command("pause") }},
		models.BulkFinishing: {models.BulkRunning, func() {
			require.NoError(h.t, h.service.RenderChunk(ctx, j.ID, 1, beat))
			_, err := h.store.Bulk.Finishing(ctx, j.ID)
			require.NoError(h.t, err)
		}},
		models.BulkDone: {models.BulkFinishing, func() {
			redo, err := h.service.FinishBulk(ctx, j.ID, beat)
			require.NoError(h.t, err)
			require.Empty(h.t, redo)
		}},
		models.BulkCancelling: {models.BulkRunning, func() { command("cancel") }},
		models.BulkCancelled:  {models.BulkCancelling, func() { require.NoError(h.t, h.service.EndBulk(ctx, contract.BulkEnd{JobID: j.ID})) }},
		models.BulkFailed: {models.BulkRunning, func() {
			require.NoError(h.t, h.service.EndBulk(ctx, contract.BulkEnd{JobID: j.ID, Code: "too_hard", Message: "It could not be done", Remedy: "Try again"}))
		}},
		models.BulkExpired: {models.BulkDone, func() { require.NoError(h.t, h.store.Bulk.MarkExpired(ctx, j.ID)) }},
	}
	var path []models.BulkState
	for at := state; at != models.BulkChecking; at = steps[at].from {
		require.Contains(h.t, steps, at, "nothing leads there")
		path = append(path, at)
	}
	slices.Reverse(path)
	for _, next := range path {
		steps[next].take()
	}
	j, err = h.store.Bulk.Get(ctx, j.ID)
	require.NoError(h.t, err)
	require.Equal(h.t, state, j.State)
	return j
}

// Every state of a job is shown as the document says, and takes the commands that make sense in it.
func TestEveryStateOfABulkJob(t *testing.T) {
	h := newHarness(t)
	commands := []string{"start", "pause", "resume", "cancel"}
	for state, allowed := range map[models.BulkState][]string{
		models.BulkChecking:   {"cancel"},
		models.BulkReady:      {"start", "cancel"},
		models.BulkRunning:    {"start", "pause", "resume", "cancel"},
		models.BulkPaused:     {"start", "pause", "resume", "cancel"},
		models.BulkFinishing:  {"start", "resume", "cancel"},
		models.BulkCancelling: {"cancel"},
		models.BulkDone:       {"start", "resume"},
		models.BulkCancelled:  {"cancel"},
		models.BulkFailed:     {},
		models.BulkExpired:    {},
	} {
		j := h.jobIn(h.ours, state)
		at := bulkPath + "/" + j.ID
		for _, path := range []string{at, bulkPath, at + "/rows", at + "/report.csv"} {
			require.Equal(t, http.StatusOK, h.do(request{method: get, path: path, admin: true}).Code, "%s in %s", path, state)
		}
		shown := h.job(h.do(request{method: get, path: at, admin: true}), http.StatusOK)
		require.Equal(t, string(state), shown.State)
		require.Equal(t, state == models.BulkDone, shown.Archive != nil, state)
		for _, command := range commands {
			want := http.StatusConflict
			if slices.Contains(allowed, command) {
				want = http.StatusAccepted
			}
			path := bulkPath + "/" + j.ID + "/" + command
			res := h.do(request{method: post, path: path, admin: true})
			require.Equal(t, want, res.Code, "%s of a job that is %s: %s", command, state, res.Body)
			if want == http.StatusConflict || h.job(res, want).State == string(state) {
				continue // it is where it was
			}
			require.Equal(t, http.StatusAccepted, h.do(request{method: post, path: path, admin: true}).Code, "%s again", command)
			j = h.jobIn(h.ours, state)
		}
	}
}

// While a job runs, its rate and what it waits for are told; a job that is being received is not
// there yet.
func TestWhatARunningBulkJobTells(t *testing.T) {
	h := newHarness(t)
	ctx := ctxOf(h, h.ours)
	j := h.jobIn(h.ours, models.BulkRunning)
	require.NoError(t, h.service.RenderChunk(ctx, j.ID, 1, func() {}))
	require.NoError(t, h.store.Bulk.Notice(ctx, j.ID, &models.Note{Code: "crm_away", Message: "The CRM does not answer"}))
	later := time.Now().Add(2 * time.Second)
	h.now = func() time.Time { return later }
	res := h.do(request{method: get, path: bulkPath + "/" + j.ID, admin: true})
	require.Equal(t, http.StatusOK, res.Code)
	var shown struct {
		Rate        float64
		SecondsLeft *int `json:"seconds_left"`
		Notice      struct{ Code string }
	}
	require.NoError(t, json.Unmarshal(res.Body.Bytes(), &shown))
	require.Positive(t, shown.Rate)
	require.NotNil(t, shown.SecondsLeft)
	require.Equal(t, "crm_away", shown.Notice.Code)

	received := &models.BulkJob{TemplateID: h.ours.template.ID, VersionID: h.ours.template.Published.ID, Columns: []string{"headline"}, StartMode: models.BulkReview}
	require.NoError(t, h.store.Bulk.Create(ctx, received))
	require.Equal(t, http.StatusNotFound, h.do(request{method: get, path: bulkPath + "/" + received.ID, admin: true}).Code)
	require.NotContains(t, h.do(request{method: get, path: bulkPath, admin: true}).Body.String(), received.ID)
	for _, command := range []string{"start", "pause", "resume", "cancel"} {
		res := h.do(request{method: post, path: bulkPath + "/" + received.ID + "/" + command, admin: true})
		require.Equal(t, http.StatusNotFound, res.Code, "%s: %s", command, res.Body)
	}
}
