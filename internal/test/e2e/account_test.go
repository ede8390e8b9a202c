//go:build integration

package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/useraccount"
)

const (
	accountPath     = "/api/v1/user-account"
	accountControls = "/sandbox/api/telegram/accounts"
	accountPatience = 40 * time.Second
	// accountPhone belongs to the second data centre, to which the sign-in is led, and asks for the password.
	accountPhone = "15554000002"
)

// signInState is what the API says of the sign-in.
type signInState struct {
	ConnectionID string `json:"connection_id"`
	State        string `json:"state"`
	Version      int64  `json:"version"`
}

// phone is the simulated account's own side.
type phone struct {
	s  *stack.Stack
	id int64
}

type accountMessage struct {
	Text     string `json:"text"`
	Photo    string `json:"photo"`
	Out      bool   `json:"out"`
	RandomID string `json:"random_id"`
}

// sent is what the account wrote, as its person sees it; photos come before their captions.
func (p phone) sent() (texts []string) {
	var page struct {
		Items []accountMessage `json:"items"`
	}
	p.s.JSON(http.MethodGet, fmt.Sprintf("%s/%d/messages", accountControls, p.id), nil, nil, http.StatusOK, &page)
	for _, m := range page.Items {
		switch {
		case m.Out && m.Photo != "":
			texts = append(texts, "(photo) "+m.Text)
		case m.Out:
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// connections is over how many a client is signed in to it now.
func (p phone) connections() int {
	var list struct {
		Items []struct {
			Connections int `json:"connections"`
		} `json:"items"`
	}
	p.s.JSON(http.MethodGet, accountControls, nil, nil, http.StatusOK, &list)
	return list.Items[0].Connections
}

func (p phone) hears(text string) {
	p.s.JSON(http.MethodPost, fmt.Sprintf("%s/%d/messages", accountControls, p.id),
		map[string]any{"from": map[string]any{"id": 501, "first_name": "Ann"}, "text": text}, nil, http.StatusOK, nil)
}

// signedIn signs the demo tenant's account in by the API, as the dashboard does.
func signedIn(t *testing.T, s *stack.Stack) (phone, string) {
	t.Helper()
	var v signInState
	until := func(state string) {
		testkit.Eventually(t, accountPatience, "the sign-in is "+state, func() bool {
			s.JSON(http.MethodGet, accountPath, nil, nil, http.StatusOK, &v)
			require.NotEqual(t, "failed", v.State)
			return v.State == state
		})
	}
	give := func(step, text string) {
		s.JSON(http.MethodPost, accountPath+"/"+step, map[string]string{step: text}, map[string]string{"If-Match": strconv.Quote(strconv.FormatInt(v.Version, 10))}, http.StatusAccepted, nil)
	}
	s.JSON(http.MethodPost, accountPath+"/sign-in", map[string]string{"method": "phone", "phone": "+" + accountPhone}, nil, http.StatusAccepted, nil)
	until("code_needed")
	give("code", "12345")
	until("password_needed")
	give("password", "sandbox")
	until("signed_in")
	var list struct {
		Items []struct {
			ID int64 `json:"id"`
		} `json:"items"`
	}
	s.JSON(http.MethodGet, accountControls, nil, nil, http.StatusOK, &list)
	require.Len(t, list.Items, 1)
	return phone{s, list.Items[0].ID}, v.ConnectionID
}

// accountTemporal is Temporal as a test sees it.
type accountTemporal struct {
	t  *testing.T
	c  client.Client
	in contract.Connection
}

// owner is the process that owns the account now.
func (e accountTemporal) owner() (pid int) {
	d, err := e.c.DescribeWorkflow(models.Platform(e.t.Context()), contract.AccountID(e.in.TenantID, e.in.ConnectionID), "")
	require.NoError(e.t, err)
	for _, a := range d.RawResponse.GetPendingActivities() {
		if a.GetActivityType().GetName() == contract.OwnAccount && a.GetState().String() == "Started" {
			name, _, _ := strings.Cut(a.GetLastWorkerIdentity(), "@")
			pid, _ = strconv.Atoi(name)
		}
	}
	return pid
}

// send starts a flow that sends a message.
func (e accountTemporal) send(key, text string) client.WorkflowRun {
	run, err := e.c.ExecuteWorkflow(tenant.With(e.t.Context(), e.in.TenantID), client.StartWorkflowOptions{ID: "accountsend." + key, TaskQueue: temporal.QueueFlows},
		useraccount.SendWorkflow, contract.AccountSend{ConnectionID: e.in.ConnectionID, Key: key, User: 501, Text: text})
	require.NoError(e.t, err)
	return run
}

func (e accountTemporal) done(run client.WorkflowRun) {
	ctx, cancel := context.WithTimeout(models.Platform(e.t.Context()), accountPatience)
	defer cancel()
	var out contract.AccountSent
	require.NoError(e.t, run.Get(ctx, &out))
	require.Equal(e.t, contract.AccountSentOut, out.State, "%+v", out)
}

// C5, Q1: an account has one owner at a time. When its process is killed the other one takes over
// within 15 seconds; one that is stopped and wakes sends nothing more; every message goes out once
// and comes in once; codes, passwords and numbers are in no log.
func TestAccountOwner(t *testing.T) {
	s := stack.Start(t, stack.Options{Args: []string{"--workers", "2", "--no-demo"}, Env: []string{"SECRET_KEY=" + testkit.HistoryKey}})
	s.SignIn()
	ring, err := secrets.NewRing(testkit.HistoryKey)
	require.NoError(t, err)
	temporalClient, err := temporal.Dial(models.Platform(t.Context()), temporal.Options{Address: s.Temporal, Namespace: "promostack", Ring: ring, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer temporalClient.Close()
	phone, connection := signedIn(t, s)
	phone.hears("hello")
	store, err := models.Open(t.Context(), filepath.Join(s.Data, "promostack.db"), models.Options{})
	require.NoError(t, err)
	defer func() { _ = store.Close() }()
	row, err := store.Connections.Get(models.Platform(t.Context()), connection)
	require.NoError(t, err)
	e := accountTemporal{t, temporalClient, contract.Connection{TenantID: row.TenantID, ConnectionID: connection}}
	ctx := tenant.With(t.Context(), row.TenantID)
	testkit.Eventually(t, accountPatience, "the message is in", func() bool {
		_, err := store.Subscribers.ByUser(ctx, connection, 501)
		return err == nil
	})
	e.done(e.send("one", "one"))
	fence := func() int64 {
		n, err := store.Accounts.Fence(ctx, connection)
		require.NoError(t, err)
		return n
	}
	require.EqualValues(t, 1, fence())

	// Killed: the other takes over, and what comes in and goes out meanwhile is late and no more.
	first := e.owner()
	require.NotZero(t, first)
	require.NoError(t, syscall.Kill(first, syscall.SIGKILL))
	killed := time.Now()
	phone.hears("while nobody was there")
	run := e.send("two", "two")
	testkit.Eventually(t, 15*time.Second, "the other takes over", func() bool { return fence() == 2 && phone.connections() == 1 })
	t.Logf("killed: taken over after %s", time.Since(killed).Round(time.Millisecond))
	e.done(run)

	// Stopped in the middle, and awake again when another one has taken over.
	second := e.owner()
	require.NotZero(t, second)
	require.NotEqual(t, first, second)
	require.NoError(t, syscall.Kill(second, syscall.SIGSTOP))
	t.Cleanup(func() { _ = syscall.Kill(second, syscall.SIGCONT) })
	stopped := time.Now()
	run = e.send("three", "three")
	testkit.Eventually(t, accountPatience, "another takes over", func() bool { return fence() == 3 && phone.connections() == 2 })
	t.Logf("stopped: taken over after %s", time.Since(stopped).Round(time.Millisecond))
	testkit.Eventually(t, accountPatience, "the message is sent", func() bool { return len(phone.sent()) == 3 })
	t.Logf("and sent after %s", time.Since(stopped).Round(time.Millisecond))
	if err := syscall.Kill(second, syscall.SIGCONT); !errors.Is(err, syscall.ESRCH) { // on a slow machine it was ended for its silence
		require.NoError(t, err)
	}
	e.done(run)
	e.done(e.send("four", "four"))
	testkit.Eventually(t, accountPatience, "the one that woke has left", func() bool { return phone.connections() == 1 })
	require.Equal(t, []string{"one", "two", "three", "four"}, phone.sent())
	require.NotEqual(t, second, e.owner())

	// Revoked on the phone: the card says so.
	s.JSON(http.MethodPost, fmt.Sprintf("%s/%d/revoke", accountControls, phone.id), map[string]any{}, nil, http.StatusOK, nil)
	testkit.Eventually(t, accountPatience, "the connection is broken", func() bool {
		c, err := store.Connections.Get(ctx, connection)
		return err == nil && c.State == models.ConnectionBroken && c.Problem.Code == "account_session_broken"
	})
	ctx = models.Platform(t.Context())
	require.NoError(t, temporalClient.GetWorkflow(ctx, contract.AccountID(e.in.TenantID, connection), "").Get(ctx, nil))
	keepHistory(t, s, "useraccount", contract.AccountID(e.in.TenantID, connection), "owned_by_three.json")
	keepHistory(t, s, "useraccount", "accountsend.two", "sent_by_the_next_owner.json")
	logs, err := filepath.Glob(filepath.Join(s.Data, "logs", "*.log"))
	require.NoError(t, err)
	for _, file := range logs {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, secret := range []string{accountPhone, `"12345"`, "password=sandbox"} {
			require.NotContains(t, string(text), secret, filepath.Base(file))
		}
	}
}

// keepHistory writes a flow's history beside its replay test when RECORD_HISTORIES is set.
func keepHistory(t *testing.T, s *stack.Stack, flow, id, name string) {
	t.Helper()
	if os.Getenv("RECORD_HISTORIES") == "" {
		return
	}
	out, err := exec.CommandContext(t.Context(), stack.Helper(t, "temporal"), "workflow", "show", "-w", id, "-o", "json", "--address", s.Temporal, "--namespace", "promostack").Output()
	require.NoError(t, err)
	dir := filepath.Join(testkit.Root(t), "workflows", flow, "testdata")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), out, 0o600))
}
