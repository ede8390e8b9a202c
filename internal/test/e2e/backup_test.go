//go:build integration && soak

package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// R6: the drill of the operator's guide. The machine is lost, with Temporal's own database; what is left is a dump
// of PostgreSQL, a copy of the bucket and the keys. Who was in the middle of a journey goes on: one when they
// write, one whose time had come, without a word.
func TestBackupAndRestore(t *testing.T) {
	database, stores := testkit.Postgres(t), []string{testkit.FreeAddr(t), testkit.FreeAddr(t)}
	begin := func(data, database, store string) *stack.Stack {
		return stack.Start(t, stack.Options{Data: data, Args: []string{"--no-demo", "--s3", store}, Env: []string{"DATABASE_URL=" + database}})
	}
	s := begin("", database, stores[0])
	s.SignIn()
	sim := bots.At(t, s.Base)
	connectSignalBot(t, sim, func(in any) *http.Response {
		res, _ := s.Call(http.MethodPost, "/api/v1/connections", in, nil)
		return res
	})
	publish := func(w walk) {
		var made struct{ ID string }
		header := s.JSON(http.MethodPost, "/api/v1/journeys", map[string]any{"name": w.name, "definition": w.definition()}, nil, http.StatusCreated, &made)
		s.JSON(http.MethodPost, "/api/v1/journeys/"+made.ID+"/publish", nil, map[string]string{"If-Match": header.Get("ETag")}, http.StatusOK, nil)
	}
	end := journey.Step{ID: "end", Type: journey.End}
	publish(walk{"ask", nil, []journey.Step{{ID: "w", Type: journey.WaitForReply, NextStepID: "b"}, sayStep("b", "You came back", "end"), end}})
	publish(walk{"nap", nil, []journey.Step{{ID: "d", Type: journey.Delay, Delay: journey.DelayFor, Seconds: 600, NextStepID: "b"}, sayStep("b", "Good morning", "end"), end}})
	writer, sleeper := sim.Person("Ada"), sim.Person("Bea")
	sim.Say(journeyBot, writer, "go ask")
	sim.Say(journeyBot, sleeper, "go nap")
	for _, person := range []int64{writer, sleeper} {
		testkit.Eventually(t, journeyPatienceUp, "the journey begins", func() bool { return len(botTexts(sim, person)) == 1 })
	}
	var upload struct{ URL string }
	_, body := s.Upload("/api/v1/uploads", nil, "dot.png", dot(t))
	require.NoError(t, json.Unmarshal(body, &upload))
	photo, err := url.Parse(upload.URL)
	require.NoError(t, err)

	// The backup, as the guide says: the database first, then the bucket, whose objects never change.
	dump := filepath.Join(t.TempDir(), "promostack.dump")
	tool(t, "pg_dump", "--format=custom", "--file="+dump, database)
	kept := map[string][]byte{}
	bucket := bucketOf(t, s.Data, stores[0])
	require.NoError(t, bucket.List(t.Context(), "", func(o objectstore.Info) error {
		data, _, err := bucket.Get(t.Context(), o.Key, 64<<20)
		kept[o.Key] = data
		return err
	}))
	require.NotEmpty(t, kept)
	keys, err := os.ReadFile(filepath.Join(s.Data, "secrets.env"))
	require.NoError(t, err)
	require.Positive(t, s.Interrupt())

	// Another machine. Telegram, which the sandbox plays, is still there.
	data := filepath.Join(t.TempDir(), "restored")
	require.NoError(t, os.MkdirAll(data, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(data, "secrets.env"), keys, 0o600))
	outside, err := filepath.Glob(filepath.Join(s.Data, "sandbox.db*"))
	require.NoError(t, err)
	for _, file := range outside {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(data, filepath.Base(file)), content, 0o600))
	}
	restored := testkit.Postgres(t)
	tool(t, "pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--dbname="+restored, dump)
	tool(t, "psql", "--quiet", "--command", // ten minutes and more have passed meanwhile
		"UPDATE journey_sessions SET due_at = due_at - interval '1 hour', state = regexp_replace(state, '\"due\":\"[^\"]*\"', '\"due\":\"2026-01-01T00:00:00Z\"') WHERE due_at IS NOT NULL", restored)

	s = begin(data, restored, stores[1])
	s.SignIn()
	sim = bots.At(t, s.Base)
	bucket = bucketOf(t, data, stores[1])
	for key, content := range kept {
		require.NoError(t, bucket.Put(t.Context(), key, http.DetectContentType(content), content, ""))
	}
	testkit.Eventually(t, 2*journeyPatienceUp, "who slept is woken", func() bool { return len(botTexts(sim, sleeper)) == 2 })
	require.Equal(t, []string{"Welcome to nap", "Good morning"}, botTexts(sim, sleeper))
	sim.Say(journeyBot, writer, "here I am")
	testkit.Eventually(t, journeyPatienceUp, "who writes is answered", func() bool { return len(botTexts(sim, writer)) == 2 })
	require.Equal(t, []string{"Welcome to ask", "You came back"}, botTexts(sim, writer))
	res, picture := s.Call(http.MethodGet, photo.RequestURI(), nil, nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.True(t, bytes.HasPrefix(picture, []byte("\x89PNG")))
	out, err := stack.Run(t, []string{"DATABASE_URL=" + restored}, "doctor", "--data", data)
	require.NoError(t, err, out)
}

// tool runs one of PostgreSQL's own programs.
func tool(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	require.NoError(t, err, "%s: %s", name, out)
}
