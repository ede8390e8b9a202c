package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/datadir"
	"github.com/promostack/promostack/internal/host/supervise"
	"github.com/promostack/promostack/temporal"
)

type upFlags struct {
	data      string
	addresses datadir.Addresses
	workers   int
	noDemo    bool
	idle      bool
}

func upCommand() *cobra.Command {
	var f upFlags
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Run everything on this machine",
		Long: "Run everything on this machine: API and dashboard, workers, Temporal with its Web UI, database, object\n" +
			"store, and simulated services for those without credentials. All state lies in the data folder.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			u := &up{upFlags: f, out: cmd.OutOrStdout()}
			return u.run(cmd.Context(), func(ctx context.Context) error {
				u.ready()
				<-ctx.Done()
				return nil
			})
		},
	}
	cmd.SetOut(os.Stdout)
	flags := cmd.Flags()
	flags.StringVar(&f.data, "data", "./data", "data folder")
	flags.StringVar(&f.addresses.HTTP, "http", "127.0.0.1:8080", "address of the dashboard and the API")
	flags.StringVar(&f.addresses.Temporal, "temporal", "127.0.0.1:7233", "address of Temporal")
	flags.StringVar(&f.addresses.TemporalUI, "temporal-ui", "127.0.0.1:8233", "address of Temporal's Web UI")
	flags.StringVar(&f.addresses.S3, "s3", "127.0.0.1:9000", "address of the object store")
	flags.IntVar(&f.workers, "workers", 1, "number of worker processes")
	flags.BoolVar(&f.idle, "idle", false, "leave the demo's bots unconnected and its strategies off at the first start")
	flags.BoolVar(&f.noDemo, "no-demo", false, "do not create the demo tenant with its templates and its journey at the first start")
	return cmd
}

type up struct {
	upFlags
	out      io.Writer
	alone    bool   // the data folder's own database and store, whatever the environment names
	database string // instead of the data folder's; empty for that
	dir      *datadir.Dir
	env      config.Env
	config   *config.Config
	children *supervise.Supervisor
}

// run starts everything, does the work and stops everything.
func (u *up) run(ctx context.Context, work func(context.Context) error) error {
	if u.workers < 1 || u.workers > 64 {
		return fault.New(fault.Invalid, "out_of_range", "--workers must be a number from 1 to 64")
	}
	var err error
	if u.dir, err = datadir.Create(u.data); err != nil {
		return err
	}
	unlock, err := u.dir.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	// Processes that an earlier start left behind are ended first: they may hold the ports.
	if u.children, err = supervise.New(u.dir.Path("run"), u.show); err != nil {
		return err
	}
	if err := u.checkPorts(ctx); err != nil {
		return err
	}
	if err := u.readSettings(); err != nil {
		return err
	}
	u.say("PromoStack %s, data in %s", version, u.dir.Path())
	err = u.start(ctx)
	if err == nil {
		err = work(ctx)
	}
	u.say("Stopping")
	u.children.Stop()
	if err != nil && ctx.Err() == nil {
		return err
	}
	u.say("Stopped. Everything is kept in %s", u.dir.Path())
	return nil
}

// checkPorts finds a taken port before anything starts, and names the flag that chooses another.
func (u *up) checkPorts(ctx context.Context) error {
	seen := map[string]string{}
	for _, p := range []struct{ flag, address string }{
		{"--http", u.addresses.HTTP}, {"--temporal", u.addresses.Temporal},
		{"--temporal-ui", u.addresses.TemporalUI}, {"--s3", u.addresses.S3},
	} {
		host, port, err := net.SplitHostPort(p.address)
		if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 1 || n > 65535 {
			return fault.InvalidField(p.flag, "malformed", "%q is not an address: write host:port, for instance 127.0.0.1:8080", p.address)
		}
		if other, twice := seen[port]; twice {
			return fault.InvalidField(p.flag, "port_twice", "port %s is already given to %s", port, other)
		}
		seen[port] = p.flag
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.address)
		if errors.Is(err, syscall.EADDRINUSE) {
			return fault.InvalidField(p.flag, "port_taken", "port %s on %s is taken by another program", port, host).
				WithRemedy("Choose another with %s, for instance %s %s, or stop that program", p.flag, p.flag, suggestion(host))
		}
		if err != nil {
			return fault.InvalidField(p.flag, "cannot_listen", "can't listen on %s: %v", p.address, err)
		}
		_ = l.Close()
	}
	return nil
}

func suggestion(host string) string {
	if a, err := supervise.FreeAddress(); err == nil {
		_, port, _ := net.SplitHostPort(a)
		return net.JoinHostPort(host, port)
	}
	return net.JoinHostPort(host, "PORT")
}

func (u *up) readSettings() error {
	env, err := config.Environ()
	if err != nil {
		return err
	}
	if u.alone {
		env = nil
	}
	if u.database != "" {
		env = config.Env{"DATABASE_URL": u.database}
	}
	supervise.Reserve(u.addresses.HTTP, u.addresses.Temporal, u.addresses.TemporalUI, u.addresses.S3)
	if u.addresses.Sandbox, err = supervise.FreeAddress(); err != nil {
		return err
	}
	if u.addresses.MTProto, err = supervise.FreeAddress(); err != nil {
		return err
	}
	if u.env, err = localEnv(env, u.dir, u.addresses); err != nil {
		return err
	}
	if u.env["LOG_LEVEL"] == "" {
		u.env["LOG_LEVEL"] = "info"
	}
	u.config, err = config.Parse(u.env)
	return err
}

// start starts everything in the order of its dependencies. It is stopped in reverse.
func (u *up) start(ctx context.Context) error {
	server, err := u.temporalSpec()
	if err != nil {
		return err
	}
	if err := u.children.Start(ctx, server); err != nil {
		return err
	}
	if embeddedStore(u.config, u.addresses) {
		spec, err := storeSpec(u.dir, u.config, u.addresses)
		if err != nil {
			return err
		}
		if err := u.children.Start(ctx, spec); err != nil {
			return err
		}
	}
	sandbox := u.self("sandbox", u.addresses.Sandbox, "/healthz")
	sandbox.Stage = 2
	if err := u.children.Start(ctx, sandbox); err != nil {
		return err
	}
	if err := u.prepareData(ctx); err != nil {
		return err
	}
	api := u.self("api", datadir.Reachable(u.addresses.HTTP), "/readyz")
	api.Stage = 3
	if err := u.children.Start(ctx, api); err != nil {
		return err
	}
	for i := range u.workers {
		if err := u.children.Start(ctx, u.worker(i+1)); err != nil {
			return err
		}
	}
	return u.dir.Announce(u.addresses)
}

// worker describes one worker. Its port is chosen again at each launch, since another program may
// have taken the last one in the meantime.
func (u *up) worker(number int) supervise.Spec {
	spec := u.self("worker", "", "")
	spec.Name = "worker-" + strconv.Itoa(number)
	spec.Log = u.dir.Path("logs", spec.Name+".log")
	spec.StopWithin = 3 * time.Second
	spec.Stage = 4
	env := spec.Env
	spec.Before = func(spec *supervise.Spec) error {
		address, err := supervise.FreeAddress()
		if err != nil {
			return err
		}
		spec.Env = append(slices.Clone(env), "WORKER_HTTP_ADDRESS="+address)
		spec.Ready, spec.Alive = answers(address, "/readyz", readyWithin), answers(address, "/healthz", aliveWithin)
		return nil
	}
	return spec
}

// temporalSpec describes Temporal as a child process: the official CLI's development server.
func (u *up) temporalSpec() (supervise.Spec, error) {
	spec := supervise.Spec{
		Name: "temporal", Log: u.dir.Path("logs", "temporal.log"), Env: plainEnv(),
		Ready: u.temporalReady, StopWithin: 2500 * time.Millisecond,
	}
	var err error
	if spec.Path, err = findProgram("temporal"); err != nil {
		return spec, err
	}
	spec.Args, err = temporal.DevServerArgs(u.dir.Path("temporal.db"), u.addresses.Temporal, u.addresses.TemporalUI)
	return spec, err
}

// temporalReady makes the namespace and the search attributes as soon as Temporal answers.
func (u *up) temporalReady(ctx context.Context) error {
	ring, err := newRing(u.config)
	if err != nil {
		return err
	}
	c, err := temporal.Lazy(temporal.Options{Address: u.addresses.Temporal, Namespace: u.config.TemporalNamespace, Ring: ring, Logger: quiet()})
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if _, err := c.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return err
	}
	return temporal.Ensure(ctx, c, u.config.TemporalNamespace)
}

// self describes a part of this program as a child process that answers at an address: at ready once it can
// work, and at /healthz for as long as it runs.
func (u *up) self(part, address, ready string) supervise.Spec {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	env := make([]string, 0, len(u.env))
	if u.env["GOMEMLIMIT"] == "" {
		// Pictures come and go in large pieces: the garbage collector has to hurry before a small machine swaps.
		env = append(env, "GOMEMLIMIT=512MiB")
	}
	for k, v := range u.env {
		env = append(env, k+"="+v)
	}
	// The child reads .env too: what was left out here on purpose must not come back from there.
	for _, s := range config.Settings(&config.Config{}) {
		for _, name := range []string{s.Name, s.Name + "_FILE"} {
			if _, set := u.env[name]; !set {
				env = append(env, name+"=")
			}
		}
	}
	return supervise.Spec{
		Name: part, Path: program, Args: []string{part}, Env: env,
		Log: u.dir.Path("logs", part+".log"), StopWithin: 2 * time.Second,
		Ready: answers(address, ready, readyWithin), Alive: answers(address, "/healthz", aliveWithin),
	}
}

// prepareData brings the schema up to date and, at the first start, draws the demo tenant.
func (u *up) prepareData(ctx context.Context) error {
	a, err := openApp(ctx, u.config, quiet())
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	applied, err := a.store.Migrate(ctx)
	if err != nil {
		return err
	}
	if len(applied) > 0 {
		u.say("  database   schema %s", applied[len(applied)-1])
	}
	return seed(ctx, a, !u.noDemo, u.idle, func(what string) { u.say("  demo       %s", what) })
}

func (u *up) say(format string, args ...any) { _, _ = fmt.Fprintf(u.out, format+"\n", args...) }

// show prints what the supervisor reports.
func (u *up) show(e supervise.Event) {
	switch e.What {
	case "starting":
	case "ready":
		u.say("  %-10s ready after %.1f s", e.Child, e.After.Seconds())
	case "frozen":
		u.say("  %-10s runs but does not answer (%v); ending it", e.Child, e.Err)
	case "died":
		u.say("  %-10s ended (%v); starting it again in %s", e.Child, e.Err, e.After)
	default:
		u.say("  %-10s %s", e.Child, e.What)
	}
}

func (u *up) ready() {
	dashboard := u.config.PublicURL.String()
	rows := [][2]string{
		{"Dashboard", dashboard},
		{"Temporal", u.config.PublicURL.String() + temporal.WebUIPath + "/"},
		{"Object store", u.config.SpacesEndpoint},
		{"Logs", u.dir.Path("logs")},
		{"Admin password", u.config.AdminPassword.Reveal()},
	}
	_, port, _ := net.SplitHostPort(u.addresses.HTTP)
	if u.config.Loopback() {
		rows[0][1] += "   (also http://" + u.config.AdminHost + ":" + port + ")"
	}
	u.say("%s", strings.Repeat("─", 72))
	for _, r := range rows {
		u.say("  %-16s %s", r[0], r[1])
	}
	u.say("%s", strings.Repeat("─", 72))
	u.say("PromoStack is ready")
}
