package chaos

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/host/supervise"
	"github.com/promostack/promostack/internal/test/testkit"
)

// The test binary is also the program that these tests hurt: a list that remembers in a file, or,
// when it is told to be forgetful, in memory alone.
func TestMain(m *testing.M) {
	if address := os.Getenv("CHAOS_TEST_LISTEN"); address != "" {
		fmt.Fprintln(os.Stderr, serveList(address, os.Getenv("CHAOS_TEST_FILE")))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serveList answers POST /NAME by taking a name, each once, and GET / with all of them.
func serveList(address, file string) error {
	var mu sync.Mutex
	names := map[string]bool{}
	if b, err := os.ReadFile(file); err == nil {
		for line := range strings.Lines(string(b)) {
			names[strings.TrimSpace(line)] = true
		}
	}
	return http.ListenAndServe(address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // a test's own server
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodGet {
			for name := range names {
				_, _ = fmt.Fprintln(w, name)
			}
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if file != "" && !names[name] {
			f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			if err == nil {
				_, err = fmt.Fprintln(f, name)
				err = errors.Join(err, f.Close())
			}
			if err != nil {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
		}
		names[name] = true
	}))
}

// list is a world of that program behind a proxy.
func list(file string) func(*World, Options, Database) {
	return func(w *World, _ Options, _ Database) {
		address := testkit.FreeAddr(w.t)
		env := []string{"CHAOS_TEST_LISTEN=" + address, "CHAOS_TEST_WORLD=" + w.Dir}
		if file != "" {
			env = append(env, "CHAOS_TEST_FILE="+w.path(file))
		}
		program, err := os.Executable()
		require.NoError(w.t, err)
		w.Start(supervise.Spec{Name: "list-1", Path: program, Env: env, Ready: answers("http://" + address)})
		require.NoError(w.t, os.WriteFile(w.path("address"), []byte(w.Proxy("list", address)), 0o600))
	}
}

const names = 300

// fillList gives the program all names, each until it takes it, and reads what it has at the end.
func fillList(t testing.TB, w *World) (actual, expected Outcome) {
	client := &http.Client{Timeout: 500 * time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}}
	address, err := os.ReadFile(w.path("address"))
	require.NoError(t, err)
	ask := func(method, path string) (body []byte) {
		testkit.Eventually(t, time.Minute, path+" is answered", func() bool {
			req, err := http.NewRequestWithContext(t.Context(), method, "http://"+string(address)+path, nil)
			require.NoError(t, err)
			res, err := client.Do(req)
			if err != nil {
				return false
			}
			defer func() { _ = res.Body.Close() }()
			body, err = io.ReadAll(res.Body)
			return err == nil && res.StatusCode == http.StatusOK
		})
		return body
	}
	actual, expected = Outcome{}, Outcome{}
	for i := range names {
		name := "name-" + strconv.Itoa(i)
		ask(http.MethodPost, "/"+name)
		expected.Once(name, "there")
		w.Progress(float64(i+1) / names)
	}
	for scanner := bufio.NewScanner(strings.NewReader(string(ask(http.MethodGet, "/")))); scanner.Scan(); {
		actual.Once(scanner.Text(), "there")
	}
	return actual, expected
}

// allFaults are one of each kind, of which an honest program loses nothing.
func allFaults() []Fault {
	return []Fault{Kill("list"), Stop("list", 200*time.Millisecond), Cut("list", 200*time.Millisecond), Kill("list")}
}

func TestAnHonestProgramPasses(t *testing.T) {
	Run(t, Options{Build: list("names"), Faults: allFaults()}, fillList)
}

// A program that answers "done" and then forgets must not pass.
func TestALostEffectIsFound(t *testing.T) {
	round(t, Options{Build: list("")}, SQLite, Plan(1, allFaults()), func(t testing.TB, w *World) {
		actual, expected := fillList(t, w)
		require.Less(t, len(actual), names)
		require.Contains(t, Diff(expected, actual), "- name-0: there\n")
	})
}

// Both databases are hurt: the first one is drawn, and many seeds take turns.
func TestTheSeedDrawsTheDatabase(t *testing.T) {
	t.Setenv("CHAOS_SEED", "")
	t.Setenv("CHAOS_SEEDS", "")
	begins := map[Database]bool{}
	for range 100 {
		list := seeds(t, 1)
		require.Len(t, list, 1)
		begins[DatabaseOf(list[0])] = true
	}
	require.Len(t, begins, 2)
	t.Setenv("CHAOS_SEEDS", "4")
	many := seeds(t, 1)
	require.Len(t, many, 4)
	for i, seed := range many[1:] {
		require.NotEqual(t, DatabaseOf(many[i]), DatabaseOf(seed))
	}
	t.Setenv("CHAOS_SEED", "7")
	require.Equal(t, []uint64{7}, seeds(t, 1))
}

func TestDiff(t *testing.T) {
	require.Empty(t, Diff(Outcome{"a": "1"}, Outcome{"a": "1"}))
	twice := Outcome{}
	twice.Once("a", "1")
	twice.Once("a", "1")
	twice.Once("c", "3")
	require.Equal(t, "- b: 2\n! c: 3, wanted: 2\n+ twice: a: 1", Diff(Outcome{"a": "1", "b": "2", "c": "2"}, twice))
	many := Outcome{}
	for i := range 100 {
		many.Once(strconv.Itoa(i), "")
	}
	require.Contains(t, Diff(many, nil), "\nand 75 more")
}

func TestPlan(t *testing.T) {
	faults := []Fault{Kill("a"), Kill("b"), Cut("c", time.Second), Stop("d", time.Second), Outage("e", time.Second),
		Together(Kill("a"), Cut("c", time.Second))}
	require.Equal(t, Plan(7, faults), Plan(7, faults))
	require.NotEqual(t, Plan(7, faults), Plan(8, faults))
	orders := map[string]bool{}
	for seed := range uint64(50) {
		plan := Plan(seed, faults)
		order := ""
		var seen []Fault
		for i, f := range plan {
			require.Greater(t, f.At, 0.0)
			require.Less(t, f.At, 1.0)
			if i > 0 {
				require.GreaterOrEqual(t, f.At, plan[i-1].At)
			}
			order += f.Target
			seen = append(seen, f.Fault)
		}
		orders[order] = true
		require.ElementsMatch(t, faults, seen)
	}
	require.Greater(t, len(orders), 30)
}

// echo is a server that sends back what it gets.
func echo(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(conn, conn); _ = conn.Close() }()
		}
	}()
	return listener.Addr().String()
}

func TestProxyCutsAndHeals(t *testing.T) {
	p, err := NewProxy(echo(t))
	require.NoError(t, err)
	conn, err := net.Dial("tcp", p.Address)
	require.NoError(t, err)
	say := func(conn net.Conn) error {
		if _, err := conn.Write([]byte("hello")); err != nil {
			return err
		}
		_, err := io.ReadFull(conn, make([]byte, 5))
		return err
	}
	require.NoError(t, say(conn))

	require.NoError(t, p.Cut())
	_, err = conn.Read(make([]byte, 1))
	// The other side's end may be passed on a moment before this one is cut.
	require.True(t, errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF), "%v", err)
	require.NoError(t, conn.Close())
	_, err = net.Dial("tcp", p.Address)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)

	require.NoError(t, p.Heal())
	require.NoError(t, p.Heal())
	conn, err = net.Dial("tcp", p.Address)
	require.NoError(t, err)
	require.NoError(t, say(conn))
	half := conn.(*net.TCPConn)
	require.NoError(t, half.CloseWrite())
	_, err = half.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "the end of one direction is passed on")
	require.NoError(t, conn.Close())
	require.NoError(t, p.Close())
}

func TestAFrozenChildComesBack(t *testing.T) {
	w := newWorld(t, []Planned{{Fault: Stop("list", 300*time.Millisecond), At: 0.5}})
	defer w.close()
	list("")(w, Options{}, SQLite)
	pid, alive := w.pid("list-1")
	require.True(t, alive)
	state := func() string {
		b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		require.NoError(t, err)
		_, rest, _ := strings.Cut(string(b), ") ")
		return rest[:1]
	}
	w.Progress(0.4)
	require.NotEqual(t, "T", state())
	w.Progress(0.6)
	testkit.Eventually(t, 30*time.Second, "it is frozen", func() bool { return state() == "T" })
	testkit.Eventually(t, 30*time.Second, "it goes on", func() bool { return state() != "T" })
	w.Settle()
	now, alive := w.pid("list-1")
	require.True(t, alive)
	require.Equal(t, pid, now)
}

func TestNothingIsLeftBehind(t *testing.T) {
	w := newWorld(t, nil)
	list("")(w, Options{}, SQLite)
	require.NotEmpty(t, w.left())
	w.close()
	require.Empty(t, w.left())
}

func TestOutages(t *testing.T) {
	w := newWorld(t, []Planned{{Fault: Together(Outage("thing", time.Millisecond), Stop("other", time.Millisecond)), At: 0.5}})
	defer w.close()
	calls := map[string][]string{}
	var mu sync.Mutex
	note := func(name, what string) func() error {
		return func() error {
			mu.Lock()
			defer mu.Unlock()
			calls[name] = append(calls[name], what)
			return nil
		}
	}
	w.Outage("thing", note("thing", "begin"), note("thing", "end"))
	w.Freezer("other", note("other", "freeze"), note("other", "thaw"))
	w.Progress(1)
	w.Settle()
	require.Equal(t, map[string][]string{"thing": {"begin", "end"}, "other": {"freeze", "thaw"}}, calls)
}

// Two outages of one thing that are planned for the same time follow each other.
func TestOutagesOfOneThing(t *testing.T) {
	w := newWorld(t, []Planned{{Fault: Together(Outage("thing", time.Millisecond), Stop("thing", time.Millisecond)), At: 0.5}})
	defer w.close()
	var calls []string // one at a time, since the outages are
	note := func(what string) func() error { return func() error { calls = append(calls, what); return nil } }
	w.Outage("thing", note("begin"), note("end"))
	w.Freezer("thing", note("freeze"), note("thaw"))
	w.Progress(1)
	w.Settle()
	require.Len(t, calls, 4)
	require.Contains(t, [][]string{{"begin", "end", "freeze", "thaw"}, {"freeze", "thaw", "begin", "end"}}, calls)
}
