package supervise

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type events struct {
	mu   sync.Mutex
	list []string
}

func (e *events) add(v Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, v.Child+" "+v.What)
}

func (e *events) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string{}, e.list...)
}

func (e *events) count(what string) (n int) {
	for _, v := range e.all() {
		if v == what {
			n++
		}
	}
	return n
}

// shell is a child that runs a script.
func shell(t *testing.T, name, script string) Spec {
	return Spec{Name: name, Path: "/bin/sh", Args: []string{"-c", script}, Env: os.Environ(), Log: filepath.Join(t.TempDir(), name+".log")}
}

func start(t *testing.T) (*Supervisor, *events, string) {
	e, dir := &events{}, t.TempDir()
	s, err := New(dir, e.add)
	require.NoError(t, err)
	t.Cleanup(s.Stop)
	return s, e, dir
}

func eventually(t *testing.T, cond func() bool) {
	t.Helper()
	require.Eventually(t, cond, 10*time.Second, 5*time.Millisecond)
}

func pidOf(t *testing.T, dir, name string) int {
	t.Helper()
	var pid int
	eventually(t, func() bool {
		b, err := os.ReadFile(filepath.Join(dir, name+".pid"))
		if err != nil {
			return false
		}
		first, _, _ := strings.Cut(string(b), " ")
		pid, err = strconv.Atoi(first)
		return err == nil
	})
	return pid
}

func TestAChildThatEndsBeforeItIsReadyGetsMoreTries(t *testing.T) {
	s, e, _ := start(t)
	attempts := filepath.Join(t.TempDir(), "attempts")
	spec := shell(t, "shy", "echo x >> "+attempts+`; test $(wc -l < `+attempts+`) -ge 3 && sleep 60`)
	spec.Ready = func(context.Context) error {
		if b, _ := os.ReadFile(attempts); len(b) < 6 {
			return errors.New("not yet")
		}
		return nil
	}
	require.NoError(t, s.Start(t.Context(), spec))
	require.Equal(t, []string{"shy starting", "shy died", "shy died", "shy ready"}, e.all())

	never := shell(t, "never", "echo no port for me; exit 3")
	never.Ready = func(context.Context) error { return errors.New("not yet") }
	require.ErrorContains(t, s.Start(t.Context(), never), "no port for me")
	require.Equal(t, 2, e.count("never died"), "the third end is the answer")
}

func TestADeadChildComesBack(t *testing.T) {
	s, e, dir := start(t)
	require.NoError(t, s.Start(t.Context(), shell(t, "a", "exec sleep 1000")))
	for range 3 {
		pid := pidOf(t, dir, "a")
		died := e.count("a died")
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		eventually(t, func() bool { return e.count("a died") > died && pidOf(t, dir, "a") != pid })
	}
	last := pidOf(t, dir, "a")
	s.Stop()
	require.Empty(t, startTime(last))
	require.Equal(t, "a stopped", e.all()[len(e.all())-1])
}

func TestStopGoesBackwardsAndLeavesNothing(t *testing.T) {
	s, e, dir := start(t)
	// b ignores the polite signal and has a child of its own.
	b := shell(t, "b", `trap "" TERM; sleep 1000 & echo $! > "`+filepath.Join(dir, "grandchild")+`"; while :; do sleep 0.1; done`)
	b.StopWithin = 200 * time.Millisecond
	b.Ready = func(context.Context) error { _, err := os.Stat(filepath.Join(dir, "grandchild")); return err }
	require.NoError(t, s.Start(t.Context(), shell(t, "a", "exec sleep 1000")))
	b.Stage = 1
	require.NoError(t, s.Start(t.Context(), b))
	raw, err := os.ReadFile(filepath.Join(dir, "grandchild"))
	require.NoError(t, err)
	grandchild, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	require.NoError(t, err)
	pids := []int{pidOf(t, dir, "a"), pidOf(t, dir, "b"), grandchild}
	s.Stop()
	for _, pid := range pids {
		eventually(t, func() bool { return startTime(pid) == "" })
	}
	list := e.all()
	require.Equal(t, []string{"b stopped", "a stopped"}, list[len(list)-2:])
	left, _ := filepath.Glob(filepath.Join(dir, "*.pid"))
	require.Empty(t, left)
}

func TestAChildThatDoesNotBecomeReadyIsExplained(t *testing.T) {
	s, _, dir := start(t)
	dead := shell(t, "dead", "echo 'no such port' >&2; exit 3")
	dead.Ready = func(context.Context) error { return errors.New("not yet") }
	err := s.Start(t.Context(), dead)
	require.ErrorContains(t, err, "dead did not become ready")
	require.ErrorContains(t, err, "no such port")
	require.ErrorContains(t, err, "exit status 3")

	slow := shell(t, "slow", "exec sleep 1000")
	slow.Ready, slow.ReadyWithin = dead.Ready, time.Second
	require.ErrorContains(t, s.Start(t.Context(), slow), "not yet")
	left, _ := filepath.Glob(filepath.Join(dir, "*.pid"))
	require.Empty(t, left)

	missing := shell(t, "missing", "")
	missing.Path = "/no/such/program"
	require.ErrorContains(t, s.Start(t.Context(), missing), "missing does not start")
}

func TestAnOrphanIsEndedAtTheNextStart(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command("sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	go func() { _ = cmd.Wait() }()
	pid := cmd.Process.Pid
	require.NoError(t, writePid(filepath.Join(dir, "old.pid"), pid))
	// A number that was given to another process meanwhile is left alone.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "reused.pid"), fmt.Appendf(nil, "%d 12345\n", os.Getpid()), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "broken.pid"), []byte("what"), 0o600))
	_, err := New(dir, func(Event) {})
	require.NoError(t, err)
	require.Empty(t, startTime(pid))
	left, _ := filepath.Glob(filepath.Join(dir, "*.pid"))
	require.Empty(t, left)
}

func TestLogIsRotatedAtTheLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.log")
	require.NoError(t, os.WriteFile(path, make([]byte, logLimit+1), 0o600))
	f, err := openLog(path)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	info, err := os.Stat(path + ".1")
	require.NoError(t, err)
	require.EqualValues(t, logLimit+1, info.Size())
	info, err = os.Stat(path)
	require.NoError(t, err)
	require.Zero(t, info.Size())
}

// Children that do not listen are stopped together and do not add up their times.
func TestDeafChildrenOfOneStageStopTogether(t *testing.T) {
	s, e, dir := start(t)
	for i := range 8 {
		deaf := shell(t, fmt.Sprintf("deaf-%d", i), `trap "" TERM; echo > "`+dir+`/up-$$"; while :; do sleep 0.1; done`)
		deaf.StopWithin, deaf.Stage = 3*time.Second, 1
		require.NoError(t, s.Start(t.Context(), deaf))
	}
	eventually(t, func() bool { up, _ := filepath.Glob(filepath.Join(dir, "up-*")); return len(up) == 8 })
	begun := time.Now()
	s.Stop()
	require.Less(t, time.Since(begun), 20*time.Second, "eight times three would be 24")
	require.Equal(t, 1, e.count("deaf-7 stopped"))
}

func TestBeforeEachLaunch(t *testing.T) {
	s, e, dir := start(t)
	launches := 0
	spec := shell(t, "a", `echo "$N" >> "`+filepath.Join(dir, "seen")+`"; exec sleep 1000`)
	spec.Before = func(spec *Spec) error {
		launches++
		spec.Env = append(os.Environ(), fmt.Sprintf("N=%d", launches))
		return nil
	}
	require.NoError(t, s.Start(t.Context(), spec))
	seen := func() string { b, _ := os.ReadFile(filepath.Join(dir, "seen")); return string(b) }
	eventually(t, func() bool { return seen() == "1\n" })
	require.NoError(t, syscall.Kill(pidOf(t, dir, "a"), syscall.SIGKILL))
	eventually(t, func() bool { return seen() == "1\n2\n" })
	require.Equal(t, 1, e.count("a died"))
}

// A child that runs and does not answer is killed and comes back.
func TestAFrozenChildComesBack(t *testing.T) {
	s, e, dir := start(t)
	s.aliveEvery = 20 * time.Millisecond
	var frozen atomic.Bool
	spec := shell(t, "api", "exec sleep 1000")
	spec.Alive = func(context.Context) error {
		if frozen.Load() {
			return errors.New("no answer")
		}
		return nil
	}
	require.NoError(t, s.Start(t.Context(), spec))
	first := pidOf(t, dir, "api")
	require.NoError(t, syscall.Kill(first, syscall.SIGSTOP))
	frozen.Store(true)
	eventually(t, func() bool { return e.count("api frozen") == 1 && e.count("api died") == 1 })
	frozen.Store(false)
	eventually(t, func() bool { return e.count("api ready") == 2 && pidOf(t, dir, "api") != first })
	// The one that came back is watched too.
	frozen.Store(true)
	eventually(t, func() bool { return e.count("api frozen") == 2 })
}
