package chaos

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/host/supervise"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/leaks"
)

const (
	// startWithin is how long a child's first start may take on a loaded machine.
	startWithin = 2 * time.Minute
	// settleWithin is how long faults may go on, and dead children take to be back, after the end
	// of a scenario.
	settleWithin = time.Minute
	logTail      = 4000 // bytes
)

// World is one set of running parts, with what is needed to hurt them.
type World struct {
	Dir     string   // everything that the parts keep
	Program *Program // the parts of PromoStack; nil in a world of other programs

	t        testing.TB
	children *supervise.Supervisor
	plan     []Planned // still to come
	running  sync.WaitGroup
	ended    chan struct{} // closed when no fault may begin any more
	begun    time.Time

	mu      sync.Mutex
	names   []string
	proxies map[string]*Proxy
	outages map[outageKey]outageOf
	turns   sync.Map // *sync.Mutex by the target of outages
	diary   []string
}

type outageKey struct {
	kind   fault
	target string
}

type outageOf struct{ begin, end func() error }

// newWorld makes an empty world. The caller closes it.
func newWorld(t testing.TB, plan []Planned) *World {
	t.Helper()
	w := &World{Dir: t.TempDir(), t: t, plan: plan, ended: make(chan struct{}), begun: time.Now(),
		proxies: map[string]*Proxy{}, outages: map[outageKey]outageOf{}}
	require.NoError(t, os.MkdirAll(w.path("logs"), 0o700))
	var err error
	w.children, err = supervise.New(w.path("run"), func(e supervise.Event) {
		w.note("%s %s %s", e.Child, e.What, reason(e.Err))
	})
	require.NoError(t, err)
	return w
}

func reason(err error) string {
	if err == nil {
		return ""
	}
	text, _, _ := strings.Cut(err.Error(), ";")
	return "(" + text + ")"
}

func (w *World) path(parts ...string) string {
	return filepath.Join(append([]string{w.Dir}, parts...)...)
}

// note adds a line to the diary that a failure prints.
func (w *World) note(format string, args ...any) {
	line := fmt.Sprintf("%7.3f s  %s", time.Since(w.begun).Seconds(), fmt.Sprintf(format, args...))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.diary = append(w.diary, strings.TrimSpace(line))
}

// Start starts a child and waits until it is ready. It is brought back whenever it dies.
func (w *World) Start(spec supervise.Spec) {
	w.t.Helper()
	spec.Log = w.path("logs", spec.Name+".log")
	spec.ReadyWithin = startWithin
	w.mu.Lock()
	w.names = append(w.names, spec.Name)
	w.mu.Unlock()
	require.NoError(w.t, w.children.Start(w.t.Context(), spec))
}

// Proxy puts a proxy in front of a server and returns the address that clients get.
func (w *World) Proxy(name, target string) string {
	w.t.Helper()
	p, err := NewProxy(target)
	require.NoError(w.t, err)
	w.mu.Lock()
	w.proxies[name] = p
	w.mu.Unlock()
	return p.Address
}

// Outage teaches the world how to stop and start what is no child.
func (w *World) Outage(name string, begin, end func() error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outages[outageKey{outage, name}] = outageOf{begin, end}
}

// Freezer teaches the world how to freeze (Stop) what is no child.
func (w *World) Freezer(name string, begin, end func() error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outages[outageKey{freeze, name}] = outageOf{begin, end}
}

// Progress tells how far the scenario is, from 0 to 1. Faults whose moment has come begin now.
func (w *World) Progress(done float64) {
	for len(w.plan) > 0 && w.plan[0].At <= done {
		f := w.plan[0]
		w.plan = w.plan[1:]
		w.running.Go(func() {
			if err := w.inflict(f); err != nil {
				w.t.Errorf("%s: %v", f, err)
			}
		})
	}
}

// Inflict lets a fault happen now, besides those that are planned, and returns when it is over.
func (w *World) Inflict(f Fault) {
	w.t.Helper()
	require.NoError(w.t, w.inflict(Planned{Fault: f}))
}

// inflict carries out a fault and heals what it did.
func (w *World) inflict(f Planned) error {
	o, ok := w.outages[outageKey{f.kind, f.Target}]
	switch {
	case f.kind == together:
		parts := make([]error, len(f.parts))
		var all sync.WaitGroup
		for i, part := range f.parts {
			all.Go(func() { parts[i] = w.inflict(Planned{Fault: part, At: f.At, Pick: f.Pick}) })
		}
		all.Wait()
		return errors.Join(parts...)
	case !ok && (f.kind == kill || f.kind == freeze):
		return w.signal(f)
	case f.kind == cut:
		p := w.proxies[f.Target]
		if p == nil {
			return errors.New("there is no such proxy")
		}
		w.note("fault: %s (planned at %.2f)", f, f.At)
		err := p.Cut()
		w.hold(f)
		return errors.Join(err, p.Heal())
	}
	if !ok {
		return errors.New("there is no such outage")
	}
	// What is away can't go away: outages of one thing follow each other.
	turn, _ := w.turns.LoadOrStore(f.Target, &sync.Mutex{})
	turn.(*sync.Mutex).Lock()
	defer turn.(*sync.Mutex).Unlock()
	w.note("fault: %s (planned at %.2f)", f, f.At)
	if err := o.begin(); err != nil {
		return err
	}
	w.hold(f)
	return o.end()
}

// hold lets a fault last.
func (w *World) hold(f Planned) {
	time.Sleep(f.For)
	w.note("over: %s", f.Fault)
}

// signal kills or freezes a child. One that is just being started again is waited for.
func (w *World) signal(f Planned) error {
	group := w.group(f.Target)
	if len(group) == 0 {
		return errors.New("there is no such child")
	}
	name := group[int(f.Pick)%len(group)]
	deadline := time.Now().Add(settleWithin)
	for {
		pid, alive := w.pid(name)
		if alive && f.kind == kill {
			w.note("fault: %s, %s, process %d (planned at %.2f)", f, name, pid, f.At)
			return syscall.Kill(pid, syscall.SIGKILL)
		}
		if alive {
			w.note("fault: %s, %s, process %d (planned at %.2f)", f, name, pid, f.At)
			err := syscall.Kill(pid, syscall.SIGSTOP)
			w.hold(f)
			if again := syscall.Kill(pid, syscall.SIGCONT); !errors.Is(again, syscall.ESRCH) { // killed while it was frozen
				err = errors.Join(err, again)
			}
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not there", name)
		}
		select {
		case <-w.ended:
			return fmt.Errorf("%s was not there any more", name)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// group returns the children that a target names.
func (w *World) group(target string) (list []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range w.names {
		if name == target || strings.HasPrefix(name, target+"-") {
			list = append(list, name)
		}
	}
	return list
}

// pid returns the process id of a child that runs.
func (w *World) pid(name string) (pid int, alive bool) {
	b, err := os.ReadFile(w.path("run", name+".pid"))
	if err != nil {
		return 0, false
	}
	first, _, _ := strings.Cut(string(b), " ")
	pid, err = strconv.Atoi(first)
	return pid, err == nil && pid > 1 && syscall.Kill(pid, 0) == nil
}

// Settle waits until all faults that have begun are over and every child runs. A scenario calls it
// before it reads what came of it, so that what a frozen part does late counts too.
func (w *World) Settle() {
	w.t.Helper()
	over := make(chan struct{})
	go func() { w.running.Wait(); close(over) }()
	select {
	case <-over:
	case <-time.After(settleWithin):
		w.t.Fatal("a fault does not end")
	}
	testkit.Eventually(w.t, settleWithin, "every child is back", func() bool {
		return !slices.ContainsFunc(w.names, func(name string) bool { _, alive := w.pid(name); return !alive })
	})
	w.note("all faults are over")
}

// finished tells which faults never had their moment.
func (w *World) finished() {
	for _, f := range w.plan {
		w.t.Errorf("the scenario ended before %s, planned at %.2f: it tells its progress too seldom", f, f.At)
	}
}

// close ends everything and proves that nothing is left.
func (w *World) close() {
	close(w.ended)
	w.running.Wait()
	w.children.Stop()
	for _, p := range w.proxies {
		_ = p.Close()
	}
	found, err := leaks.Files(w.Dir)
	if own, ownErr := leaks.Files(w.path("data")); err != nil || ownErr != nil || len(found)+len(own) > 0 {
		w.t.Errorf("secrets where none may be: %v %v %v %v", found, own, err, ownErr)
	}
	w.t.Logf("what happened:\n%s", strings.Join(w.diary, "\n"))
	if w.t.Failed() {
		w.logs()
	}
	if left := w.left(); len(left) > 0 {
		w.t.Errorf("left behind: %s", strings.Join(left, "\n"))
	}
}

// logs prints the ends of the children's logs.
func (w *World) logs() {
	for _, name := range w.names {
		b, _ := os.ReadFile(w.path("logs", name+".log"))
		w.t.Logf("end of the log of %s:\n%s", name, b[max(0, len(b)-logTail):])
	}
}

// left lists processes that name the world's folder.
func (w *World) left() (list []string) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		line, err := os.ReadFile(filepath.Join(dir, "cmdline"))
		env, _ := os.ReadFile(filepath.Join(dir, "environ"))
		if err == nil && len(line) > 0 && (bytes.Contains(line, []byte(w.Dir)) || bytes.Contains(env, []byte(w.Dir))) {
			list = append(list, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return list
}
