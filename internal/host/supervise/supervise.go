// Package supervise runs other programs as children: starts them in order, waits until each is
// ready, brings a dead one back with growing pauses, and stops all in the reverse order. A child
// lives in a process group of its own and dies with its parent, so nothing is left behind even
// after kill -9; a pid file lets the next start end an orphan where the system can't promise that.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Spec describes one child.
type Spec struct {
	Name string
	Path string
	Args []string
	Env  []string // the child's whole environment
	Log  string   // file that takes its output; rotated once at each start over 10 MB

	// Ready is polled until it returns nil; nil means ready at once.
	Ready func(context.Context) error
	// Alive is asked every few seconds once it was ready: a child that runs and does not answer, three
	// times in a row, is killed and started again. Nil asks nothing.
	Alive func(context.Context) error
	// ReadyWithin is how long the first start may take; 60 s when zero.
	ReadyWithin time.Duration
	// StopWith is the signal that asks it to stop; SIGTERM when zero.
	StopWith syscall.Signal
	// StopWithin is how long it may take to stop before it is killed; 2 s when zero.
	StopWithin time.Duration
	// Stage orders the stop: children of the highest stage stop first, those of one stage together.
	Stage int
	// Before is called before each launch and may change the arguments and the environment, for
	// instance to give it a port that is free now.
	Before func(*Spec) error
}

// Event is something that a person at the terminal wants to know.
type Event struct {
	Child string
	What  string // starting, ready, frozen, died, stopped
	Err   error
	After time.Duration
}

// Supervisor owns a set of children.
type Supervisor struct {
	dir    string
	notify func(Event)
	spawn  chan func()
	// aliveEvery is how often a child is asked whether it is alive.
	aliveEvery time.Duration

	mu       sync.Mutex
	children []*child
	killAt   time.Time // when patience with children that do not stop ends; zero while all run
}

type child struct {
	spec   Spec
	cancel context.CancelFunc
	done   chan struct{}
}

const (
	firstPause    = 100 * time.Millisecond
	longestWait   = 10 * time.Second
	steadyAfter   = 30 * time.Second
	readyPoll     = 50 * time.Millisecond
	firstAttempts = 3

	// A child is asked this often whether it is alive, and has twice as long to answer: a busy machine may be
	// slow; one that is frozen never does.
	aliveEvery = 5 * time.Second
	aliveTries = 3

	// stopBudget is how long all children together may take to stop; what is left then is killed.
	stopBudget = 8 * time.Second
	// logCheck is how often a running child's log is looked at.
	logCheck = time.Minute
)

// New returns a supervisor that keeps pid files in dir and tells notify what happens. Children
// that a killed predecessor left behind are ended first.
func New(dir string, notify func(Event)) (*Supervisor, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s := &Supervisor{dir: dir, notify: notify, spawn: make(chan func()), aliveEvery: aliveEvery}
	files, _ := filepath.Glob(filepath.Join(dir, "*.pid"))
	for _, f := range files {
		if err := endOrphan(f); err != nil {
			return nil, err
		}
	}
	// A parent-death signal fires when the *thread* that forked ends, so all children are forked
	// from one thread that lives as long as the process (golang/go#27505).
	go func() {
		runtime.LockOSThread()
		for f := range s.spawn {
			f()
		}
	}()
	return s, nil
}

// Start starts a child and returns when it is ready, or the reason why it is not; one that
// ends before it is ready gets two more attempts. From then
// on it is restarted whenever it ends, until Stop.
func (s *Supervisor) Start(ctx context.Context, spec Spec) error {
	if spec.ReadyWithin == 0 {
		spec.ReadyWithin = time.Minute
	}
	if spec.StopWith == 0 {
		spec.StopWith = syscall.SIGTERM
	}
	if spec.StopWithin == 0 {
		spec.StopWithin = 2 * time.Second
	}
	begun := time.Now()
	s.notify(Event{Child: spec.Name, What: "starting"})
	run, err := s.first(ctx, &spec)
	if err != nil {
		return err
	}
	s.notify(Event{Child: spec.Name, What: "ready", After: time.Since(begun)})

	keepCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &child{spec: spec, cancel: cancel, done: make(chan struct{})}
	s.mu.Lock()
	s.children = append(s.children, c)
	s.mu.Unlock()
	go s.keep(keepCtx, c, run)
	go s.watch(keepCtx, c.spec, run)
	return nil
}

// first launches a child until it is ready. One that ends by itself before that is launched again
// a few times: it may have chosen a port for itself that another program took a moment earlier.
func (s *Supervisor) first(ctx context.Context, spec *Spec) (*running, error) {
	for pause, attempt := firstPause, 1; ; pause, attempt = 2*pause, attempt+1 {
		run, err := s.launch(spec)
		if err != nil {
			return nil, fmt.Errorf("%s does not start: %w", spec.Name, err)
		}
		err = waitReady(ctx, *spec, run)
		if err == nil {
			return run, nil
		}
		s.end(*spec, run)
		if _, ended := errors.AsType[*endedError](err); !ended || attempt == firstAttempts || ctx.Err() != nil {
			return nil, fmt.Errorf("%s did not become ready (its log: %s): %w", spec.Name, spec.Log, err)
		}
		s.notify(Event{Child: spec.Name, What: "died", Err: fmt.Errorf("%s; its log: %s", run.cmd.ProcessState, spec.Log), After: pause})
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// endedError says that a child ended before it was ready.
type endedError struct{ state, log string }

func (e *endedError) Error() string {
	return fmt.Sprintf("it ended (%s); last lines of its log:\n%s", e.state, e.log)
}

// keep restarts the child until its context ends, and then stops it.
func (s *Supervisor) keep(ctx context.Context, c *child, run *running) {
	defer close(c.done)
	pause := firstPause
	logs := time.NewTicker(logCheck)
	defer logs.Stop()
	for {
		select {
		case <-ctx.Done():
			s.end(c.spec, run)
			s.notify(Event{Child: c.spec.Name, What: "stopped"})
			return
		case <-logs.C:
			if err := rotate(c.spec.Log); err != nil {
				slog.Warn("log not rotated", "child", c.spec.Name, "error", err)
			}
			continue
		case <-run.exited:
		}
		s.cleanup(c.spec, run)
		if time.Since(run.started) > steadyAfter {
			pause = firstPause
		}
		s.notify(Event{Child: c.spec.Name, What: "died", Err: fmt.Errorf("%s; its log: %s", run.cmd.ProcessState, c.spec.Log), After: pause})
		for {
			select {
			case <-ctx.Done():
				s.notify(Event{Child: c.spec.Name, What: "stopped"})
				return
			case <-time.After(pause):
			}
			pause = min(2*pause, longestWait)
			next, err := s.launch(&c.spec)
			if err == nil {
				run = next
				break
			}
			s.notify(Event{Child: c.spec.Name, What: "died", Err: err, After: pause})
		}
		go func(spec Spec, run *running) {
			begun := time.Now()
			if waitReady(ctx, spec, run) == nil {
				s.notify(Event{Child: spec.Name, What: "ready", After: time.Since(begun)})
				s.watch(ctx, spec, run)
			}
		}(c.spec, run)
	}
}

// watch kills a child that does not answer any more; keep starts it again.
func (s *Supervisor) watch(ctx context.Context, spec Spec, run *running) {
	if spec.Alive == nil {
		return
	}
	tick := time.NewTicker(s.aliveEvery)
	defer tick.Stop()
	for failed := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-run.exited:
			return
		case <-tick.C:
		}
		ask, cancel := context.WithTimeout(ctx, 2*s.aliveEvery)
		err := spec.Alive(ask)
		cancel()
		if err == nil || ctx.Err() != nil {
			failed = 0
			continue
		}
		if failed++; failed == aliveTries {
			s.notify(Event{Child: spec.Name, What: "frozen", Err: err})
			_ = syscall.Kill(-run.cmd.Process.Pid, syscall.SIGKILL)
			return
		}
	}
}

// Stop stops all children, the highest stage first, and returns when none is left. It takes no
// longer than stopBudget and a moment, however many of them do not react.
func (s *Supervisor) Stop() {
	s.mu.Lock()
	children := slices.Clone(s.children)
	s.children = nil
	if s.killAt.IsZero() {
		s.killAt = time.Now().Add(stopBudget)
	}
	s.mu.Unlock()
	slices.SortStableFunc(children, func(a, b *child) int { return b.spec.Stage - a.spec.Stage })
	for len(children) > 0 {
		n := 1
		for n < len(children) && children[n].spec.Stage == children[0].spec.Stage {
			n++
		}
		for _, c := range children[:n] {
			c.cancel()
		}
		for _, c := range children[:n] {
			<-c.done
		}
		children = children[n:]
	}
}

// patience is how long a child may still take to stop.
func (s *Supervisor) patience(spec Spec) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.killAt.IsZero() {
		return spec.StopWithin
	}
	return min(spec.StopWithin, time.Until(s.killAt))
}

type running struct {
	cmd     *exec.Cmd
	log     *os.File
	started time.Time
	exited  chan struct{} // closed when it has ended
}

func (s *Supervisor) launch(spec *Spec) (*running, error) {
	if spec.Before != nil {
		if err := spec.Before(spec); err != nil {
			return nil, err
		}
	}
	log, err := openLog(spec.Log)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(spec.Path, spec.Args...)
	cmd.Env = spec.Env
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = attributes()
	started := make(chan error)
	s.spawn <- func() { started <- cmd.Start() }
	if err := <-started; err != nil {
		return nil, errors.Join(err, log.Close())
	}
	run := &running{cmd: cmd, log: log, started: time.Now(), exited: make(chan struct{})}
	if err := writePid(s.pidFile(spec.Name), cmd.Process.Pid); err != nil {
		slog.Warn("pid file not written", "child", spec.Name, "error", err)
	}
	go func() {
		_ = cmd.Wait() // why it ended is in cmd.ProcessState
		close(run.exited)
	}()
	return run, nil
}

// end asks the child to stop, kills its whole group when it does not, and cleans up.
func (s *Supervisor) end(spec Spec, run *running) {
	pid := run.cmd.Process.Pid
	_ = syscall.Kill(pid, spec.StopWith)
	select {
	case <-run.exited:
	case <-time.After(s.patience(spec)):
		_ = syscall.Kill(-pid, syscall.SIGKILL)
		<-run.exited
	}
	s.cleanup(spec, run)
}

// cleanup ends what the child itself may have left in its group.
func (s *Supervisor) cleanup(spec Spec, run *running) {
	_ = syscall.Kill(-run.cmd.Process.Pid, syscall.SIGKILL)
	_ = run.log.Close()
	_ = os.Remove(s.pidFile(spec.Name))
}

// Usage returns what each running child has used until now; none on systems that don't report it.
func (s *Supervisor) Usage() map[string]Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]Usage{}
	for _, c := range s.children {
		var pid int
		b, err := os.ReadFile(s.pidFile(c.spec.Name))
		if err == nil {
			_, err = fmt.Sscan(string(b), &pid)
		}
		if u, ok := usage(pid); ok && err == nil {
			out[c.spec.Name] = u
		}
	}
	return out
}

// Usage is what a process has used.
type Usage struct {
	CPU  time.Duration // of all its threads, in user and kernel mode
	Peak int64         // bytes of memory that it held at most
	Now  int64         // bytes of memory that it holds
}

func (s *Supervisor) pidFile(name string) string { return filepath.Join(s.dir, name+".pid") }

func waitReady(ctx context.Context, spec Spec, run *running) error {
	if spec.Ready == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, max(spec.ReadyWithin, time.Second))
	defer cancel()
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for {
		err := spec.Ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-run.exited:
			return &endedError{run.cmd.ProcessState.String(), tail(spec.Log, 12)}
		case <-ctx.Done():
			return fmt.Errorf("%w (last check: %w)", ctx.Err(), err)
		case <-tick.C:
		}
	}
}
