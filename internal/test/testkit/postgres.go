package testkit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/promostack/promostack/internal/host/supervise"
)

// The one piece of state that a test binary shares: a cluster takes a second to start.
var (
	sharedOnce    sync.Once
	sharedCluster *PG
	errShared     error
	migratedOnce  sync.Once
	errMigrated   error
	databases     atomic.Int64
)

const migratedName = "promostack_migrated"

// Postgres returns the address of a fresh, empty PostgreSQL database. The cluster is the one that
// TEST_DATABASE_URL names (its user must be allowed to create databases), or one that the first
// test starts and that ends with the test binary.
func Postgres(t testing.TB) string {
	t.Helper()
	return createDatabase(t, cluster(t), "template1")
}

// migratedPostgres is Postgres with the tables in it. In the test binary's own cluster it is a copy
// of a database that was migrated once; in somebody else's nothing may be left behind.
func migratedPostgres(t testing.TB) string {
	t.Helper()
	base := cluster(t)
	if os.Getenv("TEST_DATABASE_URL") != "" {
		return createDatabase(t, base, "template1")
	}
	migratedOnce.Do(func() {
		if errMigrated = execute(base, "CREATE DATABASE "+migratedName); errMigrated == nil {
			errMigrated = migrate(database(t, base, migratedName))
		}
	})
	if errMigrated != nil {
		t.Fatalf("testkit: migrate a database: %v", errMigrated)
	}
	return createDatabase(t, base, migratedName)
}

// cluster is the address of a database of the cluster that the tests share.
func cluster(t testing.TB) string {
	t.Helper()
	if base := os.Getenv("TEST_DATABASE_URL"); base != "" {
		return base
	}
	sharedOnce.Do(func() { sharedCluster, errShared = newCluster() })
	if errShared != nil {
		t.Fatalf("testkit: %v", errShared)
	}
	return sharedCluster.DSN()
}

func createDatabase(t testing.TB, base, template string) string {
	t.Helper()
	name := fmt.Sprintf("promostack_test_%d_%d", os.Getpid(), databases.Add(1))
	if err := execute(base, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatalf("testkit: create a database: %v", err)
	}
	t.Cleanup(func() { _ = execute(base, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return database(t, base, name)
}

// execute carries out a statement on a connection of its own.
func execute(dsn, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

// database is the address of another database of the same cluster.
func database(t testing.TB, base, name string) string {
	t.Helper()
	address, err := url.Parse(base)
	if err != nil {
		t.Fatal("testkit: TEST_DATABASE_URL is not a URL")
	}
	address.Path = "/" + name
	return address.String()
}

// PG is a PostgreSQL cluster of the test's own, which can be stopped and started.
type PG struct {
	bin, dir string
	addr     string
	cred     *syscall.Credential
	mu       sync.Mutex
	cmd      *exec.Cmd
	gone     chan struct{}
	guard    *exec.Cmd
	alive    *os.File // held open as long as this process lives; the guard reads its other end
}

// PostgresServer starts a cluster that belongs to this test alone and ends with it: for tests of
// a database that goes away and comes back.
func PostgresServer(t testing.TB) *PG {
	t.Helper()
	pg, err := newCluster()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	t.Cleanup(pg.remove)
	return pg
}

// DSN is the address of the cluster's first database.
func (p *PG) DSN() string { return "postgres://postgres@" + p.addr + "/postgres?sslmode=disable" }

// Address is where the server listens, host:port.
func (p *PG) Address() string { return p.addr }

// Stop ends the server at once and waits until it is gone, as a crash would: connections break.
func (p *PG) Stop(t testing.TB) {
	t.Helper()
	if err := p.stop(syscall.SIGQUIT); err != nil {
		t.Fatalf("testkit: stop PostgreSQL: %v", err)
	}
}

// Start starts the server again with its data, at the same address, and waits until it answers.
func (p *PG) Start(t testing.TB) {
	t.Helper()
	if err := p.start(); err != nil {
		t.Fatalf("testkit: start PostgreSQL: %v", err)
	}
}

// Crash is Stop for goroutines, which must not end the test.
func (p *PG) Crash() error { return p.stop(syscall.SIGQUIT) }

// Recover is Start for goroutines, which must not end the test.
func (p *PG) Recover() error { return p.start() }

// Freeze stops the server's processes where they are (SIGSTOP): connections stay open and nobody
// answers. For goroutines too; Thaw lets them go on.
func (p *PG) Freeze() error { return p.signalAll(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (p *PG) Thaw() error { return p.signalAll(syscall.SIGCONT) }

// signalAll signals the postmaster and its children, each of which is a session of its own, so
// that there is no group to signal. The postmaster comes first: frozen it starts no more of them.
func (p *PG) signalAll(signal syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return errors.New("the server does not run")
	}
	pid := p.cmd.Process.Pid
	if err := syscall.Kill(pid, signal); err != nil {
		return err
	}
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return err
	}
	for _, child := range strings.Fields(string(list)) {
		n, err := strconv.Atoi(child)
		if err != nil {
			return err
		}
		if err := syscall.Kill(n, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	return nil
}

// newCluster makes a data folder and starts a server on it.
func newCluster() (*PG, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	p := &PG{bin: bin}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		if p.cred, err = postgresUser(); err != nil {
			return nil, err
		}
	}
	if p.dir, err = os.MkdirTemp("", "promostack-pg-"); err != nil {
		return nil, err
	}
	if p.cred != nil {
		if err := os.Chown(p.dir, int(p.cred.Uid), int(p.cred.Gid)); err != nil {
			return nil, err
		}
	}
	initdb := p.command("initdb", "-D", filepath.Join(p.dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
	if out, err := initdb.CombinedOutput(); err != nil {
		p.remove()
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	// A port may be taken between asking and using it, so a few are tried.
	var failed error
	for range 5 {
		if p.addr, err = supervise.FreeAddress(); err != nil {
			return nil, err
		}
		if err = p.start(); err == nil {
			return p, nil
		}
		failed = err
	}
	p.remove()
	return nil, fmt.Errorf("start PostgreSQL: %w", failed)
}

func (p *PG) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, name), args...)
	cmd.Dir = p.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.cred}
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC")
	return cmd
}

// start runs the server and waits until it answers.
func (p *PG) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		return nil
	}
	_, port, err := net.SplitHostPort(p.addr)
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(p.dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := p.command("postgres", "-D", filepath.Join(p.dir, "data"), "-p", port, "-h", "127.0.0.1", "-k", "",
		"-F", "-c", "full_page_writes=off", "-c", "max_connections=200",
		"-c", "shared_buffers=32MB", "-c", "autovacuum=off", "-c", "timezone=Europe/Nicosia")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	gone := make(chan struct{})
	go func() { _ = cmd.Wait(); close(gone) }()
	if p.guard == nil {
		if err := p.startGuard(); err != nil {
			return err
		}
	}
	p.cmd, p.gone = cmd, gone
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		conn, err := pgx.Connect(ctx, p.DSN())
		if err == nil {
			_ = conn.Close(ctx)
			cancel()
			return nil
		}
		cancel()
		select {
		case <-gone:
			p.cmd = nil
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("PostgreSQL ended at once: %s", tail(text))
		case <-time.After(20 * time.Millisecond):
		}
	}
	return errors.New("PostgreSQL did not answer within 30 s")
}

func tail(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// guardScript waits until the test binary is gone, however it ended, then ends the server and
// removes the folder.
const guardScript = `read _; pid=$(head -1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then kill -QUIT "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; fi
rm -rf "$1"`

func (p *PG) startGuard() error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = read.Close() }()
	cmd := exec.Command("/bin/sh", "-c", guardScript, "promostack-test-guard", p.dir)
	cmd.Stdin = read
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C ends the test, not its guard
	if err := cmd.Start(); err != nil {
		return errors.Join(err, write.Close())
	}
	p.guard, p.alive = cmd, write
	return nil
}

func (p *PG) stop(signal syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return nil
	}
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.gone:
	case <-time.After(20 * time.Second):
		return errors.New("it did not end within 20 s")
	}
	p.cmd = nil
	return nil
}

func (p *PG) remove() {
	_ = p.stop(syscall.SIGQUIT)
	if p.guard != nil {
		_ = p.alive.Close()
		_ = p.guard.Wait()
		return
	}
	_ = os.RemoveAll(p.dir)
}

// postgresBin finds the folder of initdb and postgres: on PATH, or where Debian keeps them.
func postgresBin() (string, error) {
	candidates, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	sort.Slice(candidates, func(i, j int) bool { return major(candidates[i]) > major(candidates[j]) })
	if path, err := exec.LookPath("initdb"); err == nil {
		candidates = append([]string{filepath.Dir(path)}, candidates...)
	}
	for _, dir := range candidates {
		_, noInit := os.Stat(filepath.Join(dir, "initdb"))
		_, noServer := os.Stat(filepath.Join(dir, "postgres"))
		if noInit == nil && noServer == nil {
			return dir, nil
		}
	}
	return "", errors.New("PostgreSQL is not installed. Run: apt-get install postgresql (or set TEST_DATABASE_URL)")
}

func major(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	return n
}

// postgresUser is the account that Debian's package makes, for when the tests run as root.
func postgresUser() (*syscall.Credential, error) {
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL doesn't run as root and there is no user postgres. Run: apt-get install postgresql (%w)", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
