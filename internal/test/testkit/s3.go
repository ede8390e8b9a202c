package testkit

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/adapter/objectstore"
)

// S3Server is a versitygw process of one test's own, which can be stopped and started.
type S3Server struct {
	Config objectstore.Config
	bin    string
	addr   string
	dir    string
	cmd    *exec.Cmd
	gone   chan struct{}
}

// S3 starts an S3 store for this test and returns its settings. The bucket is made already.
func S3(t testing.TB) objectstore.Config {
	t.Helper()
	return NewS3Server(t).Config
}

// NewS3Server starts an S3 store for this test: for tests of a store that goes away and comes back.
func NewS3Server(t testing.TB) *S3Server {
	t.Helper()
	s := &S3Server{bin: versitygw(t), addr: FreeAddr(t), dir: t.TempDir()}
	s.Config = objectstore.Config{Endpoint: "http://" + s.addr, Region: "us-east-1", Bucket: "promostack",
		AccessKey: "test-access", SecretKey: "test-secret-key", PathStyle: true}
	for _, name := range []string{"objects", "sidecar"} {
		if err := os.MkdirAll(filepath.Join(s.dir, name), 0o700); err != nil {
			t.Fatalf("testkit: %v", err)
		}
	}
	s.Start(t)
	t.Cleanup(func() { s.Stop(t) })
	store, err := objectstore.New(s.Config)
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	defer store.Close()
	if err := store.EnsureBucket(context.Background()); err != nil {
		t.Fatalf("testkit: make the bucket: %v", err)
	}
	return s
}

// Start starts the store with its data, at the same address, and waits until it answers.
func (s *S3Server) Start(t testing.TB) {
	t.Helper()
	if s.cmd != nil {
		return
	}
	cmd := exec.Command(s.bin, "--quiet", "--access", s.Config.AccessKey, "--secret", s.Config.SecretKey.Reveal(), "--port", s.addr,
		"posix", "--sidecar", filepath.Join(s.dir, "sidecar"), filepath.Join(s.dir, "objects"))
	cmd.Dir = s.dir
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	// A test binary that is killed leaves no store behind. The signal comes when the thread that
	// started the child ends, so that thread stays.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	gone := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		_ = cmd.Wait()
		close(gone)
	}()
	if err := <-started; err != nil {
		t.Fatalf("testkit: start versitygw: %v", err)
	}
	s.cmd, s.gone = cmd, gone
	client := &http.Client{Timeout: time.Second}
	Eventually(t, 15*time.Second, "versitygw answers at "+s.addr, func() bool {
		response, err := client.Get(s.Config.Endpoint)
		if err != nil {
			return false
		}
		return response.Body.Close() == nil
	})
}

// Stop ends the store at once, as a crash would.
func (s *S3Server) Stop(t testing.TB) {
	t.Helper()
	if s.cmd == nil {
		return
	}
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("testkit: stop versitygw: %v", err)
	}
	<-s.gone
	s.cmd = nil
}

// versitygw finds the program: built by make, or on PATH.
func versitygw(t testing.TB) string {
	t.Helper()
	built := filepath.Join(Root(t), ".bin", "versitygw")
	if _, err := os.Stat(built); err == nil {
		return built
	}
	path, err := exec.LookPath("versitygw")
	if err != nil {
		t.Fatal("testkit: versitygw is missing. Run: make build")
	}
	return path
}
