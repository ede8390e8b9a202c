//go:build integration

package e2e

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
)

// brand is a tenant in the platform's list.
type brand struct{ ID, Name, Slug, Kind, State string }

func brands(s *stack.Stack) []brand {
	var list struct{ Items []brand }
	s.JSON(http.MethodGet, "/api/v1/admin/tenants", nil, nil, http.StatusOK, &list)
	return list.Items
}

// R5, Q1: beside the demo somebody makes a brand of their own; the demo is removed while every process is killed, and nothing
// of it is left anywhere, nor does it come back. The other brand is untouched.
func TestADemoIsRemoved(t *testing.T) {
	t.Parallel()
	store := testkit.FreeAddr(t)
	s := stack.Start(t, stack.Options{Args: []string{"--idle=false", "--workers", "2", "--s3", store}, Env: []string{"SECRET_KEY=" + testkit.HistoryKey}})
	s.SignIn()
	s.PreviewsComplete()
	demo := brands(s)[0]
	require.Equal(t, "demo", demo.Kind)
	testkit.Eventually(t, 3*time.Minute, "the demo has signals that were closed, and posts", func() bool {
		var list struct{ Items []struct{ ID string } }
		s.JSON(http.MethodGet, "/api/v1/recaps", nil, nil, http.StatusOK, &list)
		return len(list.Items) >= 1
	})
	startBulk(t, s.Client, "of the demo", 20)

	res, body := s.Upload("/api/v1/admin/tenants", map[string]string{"name": "Gold & Sons"}, "dot.png", dot(t))
	require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
	var own brand
	require.NoError(t, json.Unmarshal(body, &own))
	require.Equal(t, "gold-sons", own.Slug)
	db, err := models.Open(t.Context(), filepath.Join(s.Data, "promostack.db"), models.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	rows := func(id string) map[string]int64 {
		t.Helper()
		counts, err := db.Tenants.Rows(t.Context(), id)
		require.NoError(t, err)
		return counts
	}
	testkit.Eventually(t, 2*time.Minute, "the brand has what it starts with", func() bool {
		list := brands(s)
		have := rows(own.ID)
		return list[1].State == "active" && have["template_previews"] == 3*have["templates"] && have["templates"] >= 6 && have["journeys"] == 1
	})
	bucket := bucketOf(t, s.Data, store)
	files := func(id string) (keys []string) {
		t.Helper()
		require.NoError(t, bucket.List(t.Context(), "tenants/"+id+"/", func(o objectstore.Info) error { keys = append(keys, o.Key); return nil }))
		return keys
	}
	before, kept, keptFiles := rows(demo.ID), rows(own.ID), files(own.ID)
	require.Greater(t, len(before), 15, "the demo has a past: %v", before)
	had := len(files(demo.ID))

	res, body = s.Call(http.MethodDelete, "/api/v1/admin/tenants/"+own.ID, nil, nil)
	require.Equal(t, http.StatusConflict, res.StatusCode, string(body))
	s.JSON(http.MethodDelete, "/api/v1/admin/tenants/"+demo.ID, nil, nil, http.StatusAccepted, nil)
	s.Kill("worker-1", "worker-2")
	res, body = s.Call(http.MethodGet, "/api/v1/templates", nil, nil) // the session is still the demo's
	require.Equal(t, http.StatusConflict, res.StatusCode, string(body))
	require.Contains(t, string(body), "tenant_gone")
	testkit.Eventually(t, 2*time.Minute, "some of its files are gone", func() bool {
		var n int
		err := bucket.List(t.Context(), "tenants/"+demo.ID+"/", func(objectstore.Info) error { n++; return nil })
		return err == nil && n < had
	})
	s.Kill("worker-1", "worker-2", "s3", "temporal", "api")
	s.Back()
	testkit.Eventually(t, 3*time.Minute, "the demo is gone", func() bool {
		res, body, err := s.Do(http.MethodGet, "/api/v1/admin/tenants", nil, nil)
		return err == nil && res.StatusCode == http.StatusOK && !strings.Contains(string(body), demo.ID)
	})

	s.SignIn()
	var now struct {
		Tenant struct{ ID string }
	}
	s.JSON(http.MethodGet, "/api/v1/session", nil, nil, http.StatusOK, &now)
	require.Equal(t, own.ID, now.Tenant.ID)
	testkit.Eventually(t, time.Minute, "no row of it is left", func() bool { return len(rows(demo.ID)) == 0 })
	testkit.Eventually(t, time.Minute, "no file of it is left", func() bool { return len(files(demo.ID)) == 0 })
	require.Equal(t, keptFiles, files(own.ID))
	after := rows(own.ID)
	for _, table := range []string{"templates", "template_versions", "template_previews", "uploads", "journeys", "seeds", "schedules"} {
		require.Equal(t, kept[table], after[table], table)
	}
	noFlowOf(t, s, demo.ID)

	require.Less(t, s.Interrupt(), 10*time.Second)
	s.Again()
	require.Equal(t, []brand{{own.ID, "Gold & Sons", "gold-sons", "client", "active"}}, brands(s), "the demo does not come back")
	require.Empty(t, rows(demo.ID))
}

// noFlowOf looks for flows and schedules of a tenant. What is left of it is that it was removed.
func noFlowOf(t *testing.T, s *stack.Stack, id string) {
	t.Helper()
	ring, err := secrets.NewRing(testkit.HistoryKey)
	require.NoError(t, err)
	ctx := models.Platform(t.Context())
	c, err := temporal.Dial(ctx, temporal.Options{Address: s.Temporal, Namespace: "promostack", Ring: ring, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer c.Close()
	var found []string
	states := map[string]string{}
	defer func() {
		if t.Failed() {
			t.Logf("%d flows left: %v", len(found), states)
		}
	}()
	testkit.Eventually(t, 3*time.Minute, "no flow of it is left", func() bool {
		found = nil
		clear(states)
		for next := []byte(nil); ; {
			page, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: "promostack", PageSize: 500, NextPageToken: next})
			require.NoError(t, err)
			for _, run := range page.GetExecutions() {
				if flow := run.GetExecution().GetWorkflowId(); strings.Contains(flow, id) {
					found = append(found, flow)
					states[flow] = run.GetStatus().String()
				}
			}
			if next = page.GetNextPageToken(); len(next) == 0 {
				return len(found) == 1
			}
		}
	})
	require.Equal(t, []string{contract.TenantRemovalID(id)}, found)
	list, err := c.ScheduleClient().List(ctx, client.ScheduleListOptions{})
	require.NoError(t, err)
	for list.HasNext() {
		x, err := list.Next()
		require.NoError(t, err)
		require.NotContains(t, x.ID, id)
	}
}
