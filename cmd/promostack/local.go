package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/datadir"
	"github.com/promostack/promostack/internal/host/supervise"
)

// settings finds out how a tool (render, migrate, doctor) reaches its services: those of the
// environment when it names a database, else those of `up` in the data folder.
type settings struct {
	config  *config.Config
	env     config.Env
	dir     *datadir.Dir // nil without a data folder
	where   datadir.Addresses
	running bool // an `up` holds the folder now
	stop    []func()
}

func dataFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("data", "./data", "data folder of the running or stopped up")
}

// findSettings reads the settings for a tool. The caller calls close.
func findSettings(cmd *cobra.Command, data string) (*settings, error) {
	env, err := config.Environ()
	if err != nil {
		return nil, err
	}
	s := &settings{env: env}
	missing := config.Check(env)
	if missing == nil && !cmd.Flags().Changed("data") {
		s.config, err = config.Parse(env)
		return s, err
	}
	if s.dir, err = datadir.Open(data); err != nil {
		if env.Has("DATABASE_URL") && !cmd.Flags().Changed("data") {
			return nil, missing
		}
		return nil, err
	}
	if s.where, s.running, err = s.dir.Running(); err != nil {
		return nil, err
	}
	if !s.running {
		s.where = datadir.Addresses{HTTP: "127.0.0.1:8080", Temporal: "127.0.0.1:7233", TemporalUI: "127.0.0.1:8233"}
		if s.where.S3, err = supervise.FreeAddress(); err != nil {
			return nil, err
		}
		if s.where.Sandbox, err = supervise.FreeAddress(); err != nil {
			return nil, err
		}
	}
	if s.env, err = localEnv(env, s.dir, s.where); err != nil {
		return nil, err
	}
	s.config, err = config.Parse(s.env)
	return s, err
}

// withApp finds a tool's settings and connects to its database for as long as work takes.
func withApp(cmd *cobra.Command, data string, work func(ctx context.Context, s *settings, a *app) error) error {
	s, err := findSettings(cmd, data)
	if err != nil {
		return err
	}
	defer s.close()
	a, err := openApp(cmd.Context(), s.config, quiet())
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	return work(cmd.Context(), s, a)
}

// localEnv lays the environment's own settings over those of the data folder. The embedded
// object store is used whole or not at all: a lone SPACES_REGION of another store must not reach it.
func localEnv(env config.Env, dir *datadir.Dir, a datadir.Addresses) (config.Env, error) {
	local, err := dir.Settings(a)
	if err != nil {
		return nil, err
	}
	own := env.Over(nil)
	if !env.Has("SPACES_ENDPOINT") {
		for _, name := range []string{"ACCESS_KEY", "SECRET_KEY", "REGION", "BUCKET", "PATH_STYLE", "CDN_URL"} {
			delete(own, "SPACES_"+name)
			delete(own, "SPACES_"+name+"_FILE")
		}
	}
	if env.Has("FUNDERPRO_API_KEY") {
		for _, name := range []string{"FUNDERPRO_API_URL", "FUNDERPRO_API_KEY", "FUNDERPRO_PRODUCT_ID"} {
			delete(local, name)
		}
	} else {
		delete(own, "FUNDERPRO_API_URL")
		delete(own, "FUNDERPRO_PRODUCT_ID")
	}
	// Bots of one's own live at Telegram, those of the sandbox in the sandbox.
	telegram := []string{"TELEGRAM_API_URL", "TELEGRAM_BOT_TOKEN", "FOREX_BOT_TOKEN"}
	if slices.ContainsFunc(telegram, env.Has) {
		for _, name := range telegram {
			delete(local, name)
		}
		local["TELEGRAM_API_URL"] = config.TelegramURL
	}
	// An account speaks to Telegram with an application of one's own, or to the sandbox with its.
	accounts := []string{"TELEGRAM_APP_ID", "TELEGRAM_APP_HASH", "TELEGRAM_MTPROTO_ADDRESS", "TELEGRAM_MTPROTO_KEY"}
	if slices.ContainsFunc(accounts, env.Has) {
		for _, name := range accounts {
			delete(local, name)
		}
	}
	// What runs as a child of `up` is found where its flags say.
	for _, name := range []string{"TEMPORAL_ADDRESS", "TEMPORAL_UI_URL", "HTTP_ADDRESS", "SANDBOX", "SANDBOX_ADDRESS", "SANDBOX_DATA", "WORKER_HTTP_ADDRESS"} {
		delete(own, name)
	}
	for name := range local {
		if own.Has(name + "_FILE") {
			delete(local, name)
		}
	}
	return own.Over(local), nil
}

// embeddedStore reports whether the object store is the one in the data folder.
func embeddedStore(c *config.Config, a datadir.Addresses) bool {
	return c.SpacesEndpoint == "http://"+a.S3
}

// startServices starts what a tool needs and no `up` offers: the object store on the data folder
// and the simulated CRM, both on free ports and only until close.
func (s *settings) startServices(ctx context.Context) error {
	if s.dir == nil || s.running {
		return nil
	}
	if embeddedStore(s.config, s.where) {
		pids, err := os.MkdirTemp("", "promostack-")
		if err != nil {
			return err
		}
		s.stop = append(s.stop, func() { _ = os.RemoveAll(pids) })
		children, err := supervise.New(pids, func(supervise.Event) {})
		if err != nil {
			return err
		}
		spec, err := storeSpec(s.dir, s.config, s.where)
		if err != nil {
			return err
		}
		spec.Log = filepath.Join(pids, "s3.log")
		if err := children.Start(ctx, spec); err != nil {
			return err
		}
		s.stop = append(s.stop, children.Stop)
	}
	if s.config.CRMSimulated() {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.config.SandboxAddress)
		if err != nil {
			return err
		}
		server := newSandbox(s.config)
		go func() { _ = server.Serve(listener) }()
		s.stop = append(s.stop, func() { _ = server.Close() })
	}
	return nil
}

// close ends what startServices started, the last first.
func (s *settings) close() {
	for i := len(s.stop) - 1; i >= 0; i-- {
		s.stop[i]()
	}
}

// storeSpec describes the embedded object store as a child process.
func storeSpec(dir *datadir.Dir, c *config.Config, a datadir.Addresses) (supervise.Spec, error) {
	program, err := findProgram("versitygw")
	if err != nil {
		return supervise.Spec{}, err
	}
	objects, err := newObjects(c)
	if err != nil {
		return supervise.Spec{}, err
	}
	return supervise.Spec{
		Name: "s3", Path: program, Log: dir.Path("logs", "s3.log"),
		Args: []string{"--port", a.S3, "--quiet", "--region", c.SpacesRegion,
			"posix", "--sidecar", dir.Path("s3", "metadata"), dir.Path("s3", "objects")},
		Env: plainEnv(
			"ROOT_ACCESS_KEY_ID="+c.SpacesAccessKey.Reveal(),
			"ROOT_SECRET_ACCESS_KEY="+c.SpacesSecretKey.Reveal(),
		),
		Ready:    func(ctx context.Context) error { return objects.EnsureBucket(ctx) },
		StopWith: syscall.SIGTERM, Stage: 1,
	}, nil
}

// plainEnv is the environment of a child that is not ours: no setting and no secret reaches it
// but those named.
func plainEnv(extra ...string) []string {
	env := extra
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// findProgram finds a helper program: on PATH, else where `make build` puts it.
func findProgram(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return filepath.Abs(path)
	}
	places := []string{".bin"}
	if self, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(self); err == nil {
			self = real
		}
		places = append(places, filepath.Join(filepath.Dir(self), "..", ".bin"), filepath.Dir(self))
	}
	for _, place := range places {
		path, err := filepath.Abs(filepath.Join(place, name))
		if err != nil {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fault.New(fault.NotFound, "program_missing", "The program %s is missing", name).
		WithRemedy("Run `make build`, or put %s on PATH", name)
}

// How long a part may take to answer a check.
const (
	readyWithin = 2 * time.Second
	aliveWithin = 10 * time.Second // a busy machine is slow
)

// answers is a check of a part: a GET that answers 200 in time.
func answers(address, path string, within time.Duration) func(context.Context) error {
	client, url := &http.Client{Timeout: within}, "http://"+address+path
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = res.Body.Close() }()
		_, _ = io.Copy(io.Discard, res.Body)
		if res.StatusCode != http.StatusOK {
			return fault.New(fault.Unavailable, "not_ready", "%s answers %s", url, res.Status)
		}
		return nil
	}
}
