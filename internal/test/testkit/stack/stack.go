// Package stack runs the real program for tests: `promostack up` on free ports and a data folder
// of its own, its API as a signed-in admin sees it, and its processes, to be killed.
package stack

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/leaks"
)

// ReadyWithin is how long a start may take on a loaded machine.
const ReadyWithin = 3 * time.Minute

// Stack is one running `promostack up`.
type Stack struct {
	*Client
	Data     string // data folder
	Base     string // http://host:port of the API
	Temporal string // host:port

	t         *testing.T
	addresses []string
	args      []string
	env       []string
	cmd       *exec.Cmd
	out       *output
	exited    chan struct{}
}

// Options say how to start.
type Options struct {
	Data string   // "" makes a new folder
	Args []string // more flags of `up`
	Env  []string // more settings
}

// Binary is the program that `make build` made.
func Binary(t testing.TB) string {
	path := filepath.Join(testkit.Root(t), "bin", "promostack")
	_, err := os.Stat(path)
	require.NoError(t, err, "run `make build` first")
	return path
}

// Helper is a program that the whole runs beside its own: where `make build` put it, or on PATH.
func Helper(t testing.TB, name string) string {
	path := filepath.Join(testkit.Root(t), ".bin", name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	path, err := exec.LookPath(name)
	require.NoError(t, err, "run `make build` first")
	return path
}

// Run runs the program with arguments to its end and returns what it printed.
func Run(t *testing.T, env []string, args ...string) (string, error) {
	cmd := exec.Command(Binary(t), args...)
	cmd.Env = append(Environment(), env...)
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Environment is the test's own without settings of the program, which would change its meaning.
func Environment() []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch {
		case strings.HasPrefix(name, "SPACES_"), strings.HasPrefix(name, "FUNDERPRO_"), strings.HasPrefix(name, "TEMPORAL_"),
			strings.HasPrefix(name, "TELEGRAM_"), strings.HasPrefix(name, "SANDBOX_"):
		case name == "DATABASE_URL", name == "SECRET_KEY", name == "ADMIN_PASSWORD", name == "PUBLIC_URL", name == "SANDBOX", name == "FOREX_BOT_TOKEN":
		default:
			env = append(env, kv)
		}
	}
	return env
}

// Start starts `up` and waits until it is ready. It is stopped when the test ends.
func Start(t *testing.T, o Options) *Stack {
	t.Helper()
	if o.Data == "" {
		o.Data = filepath.Join(t.TempDir(), "data")
	}
	address := testkit.FreeAddr(t)
	s := &Stack{t: t, Data: o.Data, Base: "http://" + address, Temporal: testkit.FreeAddr(t), env: o.Env}
	s.addresses = []string{address, s.Temporal, testkit.FreeAddr(t), testkit.FreeAddr(t)}
	s.args = append([]string{"up", "--idle", "--data", o.Data, "--http", s.addresses[0], "--temporal", s.addresses[1],
		"--temporal-ui", s.addresses[2], "--s3", s.addresses[3]}, o.Args...)
	t.Cleanup(func() {
		s.Interrupt()
		s.nothingSecret()
		if t.Failed() {
			t.Logf("up printed:\n%s", s.out)
			s.logs()
		}
	})
	s.Again()
	found := regexp.MustCompile(`Admin password\s+(\S+)`).FindStringSubmatch(s.out.String())
	require.Len(t, found, 2, "no admin password in:\n%s", s.out)
	s.Client = NewClient(t, found[1], s.Base)
	return s
}

// Again starts `up` once more after it has ended, on the same folder and at the same addresses, and
// waits until it is ready.
func (s *Stack) Again() {
	s.t.Helper()
	// A process that was killed may still be giving back its port when it is not listed any more.
	testkit.Eventually(s.t, ReadyWithin, "the addresses are free", s.addressesFree)
	s.out, s.exited = &output{}, make(chan struct{})
	s.cmd = exec.Command(Binary(s.t), s.args...)
	s.cmd.Env = append(Environment(), s.env...)
	s.cmd.Dir = s.t.TempDir()
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.out
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(s.t, s.cmd.Start())
	cmd, exited := s.cmd, s.exited
	go func() { _ = cmd.Wait(); close(exited) }()
	testkit.Eventually(s.t, ReadyWithin, "up is ready", func() bool {
		select {
		case <-exited:
			s.t.Fatalf("up ended:\n%s", s.out)
		default:
		}
		return strings.Contains(s.out.String(), "PromoStack is ready")
	})
}

func (s *Stack) addressesFree() bool {
	for _, address := range s.addresses {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return false
		}
		if err := l.Close(); err != nil {
			return false
		}
	}
	return true
}

// nothingSecret fails the test when a log or a database of the run holds a token, a login or one of
// the program's own keys.
func (s *Stack) nothingSecret() {
	found, err := leaks.Files(s.Data)
	if err != nil || len(found) > 0 {
		s.t.Errorf("secrets where none may be: %v %v", found, err)
	}
}

// Output is what `up` has printed until now.
func (s *Stack) Output() string { return s.out.String() }

// Pid is the supervisor's process id.
func (s *Stack) Pid() int { return s.cmd.Process.Pid }

// logs shows the ends of the children's logs of a failed test.
func (s *Stack) logs() {
	files, _ := filepath.Glob(filepath.Join(s.Data, "logs", "*.log"))
	for _, f := range files {
		b, _ := os.ReadFile(f)
		s.t.Logf("%s:\n%s", filepath.Base(f), b[max(0, len(b)-3000):])
	}
}

// Interrupt is Ctrl-C. It returns how long the stop took; it fails the test over 10 s.
func (s *Stack) Interrupt() time.Duration {
	s.t.Helper()
	begun := time.Now()
	if s.cmd == nil || s.cmd.Process == nil {
		return 0
	}
	select {
	case <-s.exited:
		return 0
	default:
	}
	_ = s.cmd.Process.Signal(os.Interrupt)
	select {
	case <-s.exited:
	case <-time.After(15 * time.Second):
		_ = s.cmd.Process.Kill()
		s.t.Errorf("up did not stop within 15 s of Ctrl-C")
	}
	return time.Since(begun)
}

// KillAll is kill -9 of the supervisor; its children die with it.
func (s *Stack) KillAll() {
	_ = s.cmd.Process.Kill()
	<-s.exited
}

// ChildPid returns the process id of a child ("api", "worker-1", "temporal", "s3", "sandbox").
func (s *Stack) ChildPid(name string) (int, bool) {
	b, err := os.ReadFile(filepath.Join(s.Data, "run", name+".pid"))
	if err != nil {
		return 0, false
	}
	first, _, _ := strings.Cut(string(b), " ")
	pid, err := strconv.Atoi(first)
	return pid, err == nil
}

// Kill is kill -9 of children. Back waits for them.
func (s *Stack) Kill(names ...string) {
	s.t.Helper()
	for _, name := range names {
		pid, ok := s.ChildPid(name)
		require.True(s.t, ok, "no child %s", name)
		require.NoError(s.t, syscall.Kill(pid, syscall.SIGKILL))
	}
}

// Back waits until the program is ready again after a Kill.
func (s *Stack) Back() {
	s.t.Helper()
	testkit.Eventually(s.t, ReadyWithin, "the program is back", func() bool {
		res, _, err := s.Do(http.MethodGet, "/readyz", nil, nil)
		return err == nil && res.StatusCode == http.StatusOK
	})
}

// Processes returns the command lines of all processes that name the data folder, for the proof
// that none is left behind.
func (s *Stack) Processes() []string {
	var left []string
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		line, err := os.ReadFile(filepath.Join(dir, "cmdline"))
		env, _ := os.ReadFile(filepath.Join(dir, "environ"))
		if err == nil && len(line) > 0 && (bytes.Contains(line, []byte(s.Data)) || bytes.Contains(env, []byte("sqlite://"+s.Data))) {
			left = append(left, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return left
}

// output collects what a process prints.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// String returns all that was printed.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
