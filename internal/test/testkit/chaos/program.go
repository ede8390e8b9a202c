package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/datadir"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/host/supervise"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/demotenant"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
)

// Database is which database the parts work on.
type Database string

// The two databases.
const (
	SQLite   Database = "sqlite"
	Postgres Database = "postgres"
)

// DatabaseOf is the database that a seed draws: seeds that follow each other take turns.
func DatabaseOf(seed uint64) Database {
	return []Database{SQLite, Postgres}[seed%2]
}

// Names of the parts of PromoStack, for faults. S3, Temporal and the CRM stand behind proxies of
// these names too; so does PostgreSQL, as DB.
const (
	API      = "api"    // Kill, Stop: one of api-1, api-2, …
	Worker   = "worker" // Kill, Stop: one of worker-1, worker-2, …
	Temporal = "temporal"
	S3       = "s3"
	Sandbox  = "sandbox"
	DB       = "database" // Outage, Stop; on PostgreSQL also Cut
)

// Program is the running parts of PromoStack.
type Program struct {
	Client   *stack.Client      // a signed-in admin
	Bases    []string           // of the API processes
	Objects  *objectstore.Store // not through the proxy
	Tenant   string             // id of the only tenant
	Temporal temporal.Options   // not through the proxy
	Database Database
	Sandbox  string // base address of the simulated services, not through the proxy

	config *config.Config
	ring   *secrets.Ring
	dir    *datadir.Dir
	dsn    string // not through the proxy
}

// buildProgram starts PromoStack's parts, each a process of its own, with a small demo tenant.
func buildProgram(w *World, o Options, database Database) {
	w.t.Helper()
	p := &Program{Database: database}
	w.Program = p
	var err error
	p.dir, err = datadir.Create(w.path("data"))
	require.NoError(w.t, err)
	own := datadir.Addresses{HTTP: testkit.FreeAddr(w.t), Temporal: testkit.FreeAddr(w.t), TemporalUI: testkit.FreeAddr(w.t),
		S3: testkit.FreeAddr(w.t), Sandbox: testkit.FreeAddr(w.t)}
	shown := own
	shown.Temporal, shown.S3 = w.Proxy(Temporal, own.Temporal), w.Proxy(S3, own.S3)
	env, err := p.dir.Settings(shown)
	require.NoError(w.t, err)
	p.Sandbox = "http://" + own.Sandbox
	simulated := "http://" + w.Proxy(Sandbox, own.Sandbox)
	env["FUNDERPRO_API_URL"], env["TELEGRAM_API_URL"] = simulated+"/sandbox/funderpro", simulated+config.SandboxTelegram
	p.dsn = env["DATABASE_URL"]
	if database == Postgres {
		env["DATABASE_URL"] = w.postgres(p)
	} else {
		w.lockedSQLite(p)
	}
	p.config, err = config.Parse(env)
	require.NoError(w.t, err)
	p.ring, err = secrets.NewRing(p.config.SecretKey.Reveal())
	require.NoError(w.t, err)
	p.Temporal = temporal.Options{Address: own.Temporal, Namespace: p.config.TemporalNamespace, Ring: p.ring, Logger: slog.New(slog.DiscardHandler)}

	w.Start(w.temporalSpec(own))
	w.Start(w.storeSpec(own))
	base := append(stack.Environment(), "GOMEMLIMIT=512MiB")
	for name, value := range env {
		base = append(base, name+"="+value)
	}
	base = append(base, o.Env...)
	w.Start(w.own("sandbox", Sandbox, base, 2, "http://"+own.Sandbox+"/healthz"))
	w.fill(o.Templates)
	for i := range o.APIs {
		address := own.HTTP
		if i > 0 {
			address = testkit.FreeAddr(w.t)
		}
		p.Bases = append(p.Bases, "http://"+address)
		w.Start(w.own("api", API+"-"+strconv.Itoa(i+1), append(slices.Clone(base), "HTTP_ADDRESS="+address), 3, "http://"+address+"/readyz"))
	}
	for i := range o.Workers {
		spec := w.own("worker", Worker+"-"+strconv.Itoa(i+1), base, 4, "")
		spec.Before = func(spec *supervise.Spec) error {
			address, err := supervise.FreeAddress()
			spec.Env = append(slices.Clone(base), "WORKER_HTTP_ADDRESS="+address)
			spec.Ready = answers("http://" + address + "/readyz")
			return err
		}
		w.Start(spec)
	}
	p.Client = stack.NewClient(w.t, p.config.AdminPassword.Reveal(), p.Bases...)
	p.Client.SignIn()
}

// Store opens the database besides the parts, not through the proxy.
func (p *Program) Store(t testing.TB) *models.Store {
	t.Helper()
	store, err := models.Open(t.Context(), p.dsn, models.Options{})
	require.NoError(t, err)
	return store
}

// Ring opens and seals what the parts keep.
func (p *Program) Ring() *secrets.Ring { return p.ring }

// own describes a part of PromoStack itself.
func (w *World) own(part, name string, env []string, stage int, health string) supervise.Spec {
	return supervise.Spec{Name: name, Path: stack.Binary(w.t), Args: []string{part}, Env: env, Stage: stage, Ready: answers(health)}
}

// temporalSpec describes Temporal as `up` runs it.
func (w *World) temporalSpec(own datadir.Addresses) supervise.Spec {
	args, err := temporal.DevServerArgs(w.Program.dir.Path("temporal.db"), own.Temporal, own.TemporalUI)
	require.NoError(w.t, err)
	ready := func(ctx context.Context) error {
		c, err := temporal.Lazy(w.Program.Temporal)
		if err != nil {
			return err
		}
		defer c.Close()
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		return temporal.Ensure(ctx, c, w.Program.Temporal.Namespace)
	}
	return supervise.Spec{Name: Temporal, Path: stack.Helper(w.t, "temporal"), Args: args, Env: stack.Environment(), Ready: ready}
}

// storeSpec describes the object store as `up` runs it.
func (w *World) storeSpec(own datadir.Addresses) supervise.Spec {
	p := w.Program
	var err error
	p.Objects, err = objectstore.New(objectstore.Config{Endpoint: "http://" + own.S3, Region: p.config.SpacesRegion, Bucket: p.config.SpacesBucket,
		AccessKey: p.config.SpacesAccessKey.Reveal(), SecretKey: p.config.SpacesSecretKey, PathStyle: true})
	require.NoError(w.t, err)
	return supervise.Spec{
		Name: S3, Path: stack.Helper(w.t, "versitygw"), Stage: 1, StopWith: syscall.SIGTERM,
		Args: []string{"--port", own.S3, "--quiet", "--region", p.config.SpacesRegion,
			"posix", "--sidecar", p.dir.Path("s3", "metadata"), p.dir.Path("s3", "objects")},
		Env: append(stack.Environment(), "ROOT_ACCESS_KEY_ID="+p.config.SpacesAccessKey.Reveal(),
			"ROOT_SECRET_ACCESS_KEY="+p.config.SpacesSecretKey.Reveal()),
		Ready: p.Objects.EnsureBucket,
	}
}

// postgres starts a cluster behind a proxy and returns the address that the parts get.
func (w *World) postgres(p *Program) string {
	server := testkit.PostgresServer(w.t)
	p.dsn = server.DSN()
	w.Outage(DB, server.Crash, server.Recover)
	w.Freezer(DB, server.Freeze, server.Thaw)
	return "postgres://postgres@" + w.Proxy(DB, server.Address()) + "/postgres?sslmode=disable"
}

// lockedSQLite makes the outage of a SQLite file: another process that holds the write lock for
// longer than anybody waits. (Readers go on, as they do in WAL mode.) A file has no process that
// could be frozen, so that stands for a frozen database too.
func (w *World) lockedSQLite(p *Program) {
	var release, gone chan struct{}
	var store *models.Store
	begin := func() error {
		var err error
		if store, err = models.Open(context.Background(), p.dsn, models.Options{}); err != nil {
			return err
		}
		release, gone = make(chan struct{}), make(chan struct{})
		held := make(chan error, 1)
		go func() {
			defer close(gone)
			ctx, cancel := context.WithTimeout(context.Background(), settleWithin)
			defer cancel()
			held <- store.Tx(ctx, func(*models.Store) error {
				held <- nil
				<-release
				return errRollback
			})
		}()
		return <-held
	}
	end := func() error {
		close(release)
		<-gone
		return store.Close()
	}
	w.Outage(DB, begin, end)
	w.Freezer(DB, begin, end)
}

var errRollback = errors.New("rolled back on purpose")

// Service opens what the parts work on, for tests that look into it or act for more tenants. It
// does not go through the proxies.
func (p *Program) Service(t testing.TB) *demotenant.Promo {
	t.Helper()
	store, err := models.Open(t.Context(), p.dsn, models.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return demotenant.Service(t, promo.Options{Store: store, Objects: p.Objects, Ring: p.ring, PublicURL: p.config.PublicURL})
}

// fill makes the schema and a tenant with a logo and some of the demo's templates.
func (w *World) fill(templates []string) {
	w.t.Helper()
	service := w.Program.Service(w.t)
	_, err := service.Store.Migrate(w.t.Context())
	require.NoError(w.t, err)
	row := &models.Tenant{Slug: "demo", Name: "Aurum Markets", Kind: models.KindDemo}
	demotenant.Create(w.t, service, row, templates...)
	w.Program.Tenant = row.ID
	for _, kind := range []models.ConnectionKind{models.PromoBot, models.SignalBot} { // scenarios connect their own
		_, err := service.Store.Connections.Seed(tenant.With(w.t.Context(), row.ID), connections.SeedOf(kind))
		require.NoError(w.t, err)
	}
}

// Leftovers lists what a flow should have cleared: objects under a prefix and uploads that are
// neither completed nor aborted.
func (p *Program) Leftovers(ctx context.Context, prefix string) (list []string, err error) {
	uploads, err := p.Objects.Uploads(ctx, prefix)
	for _, u := range uploads {
		list = append(list, "upload of "+u.Key)
	}
	return list, errors.Join(err, p.Objects.List(ctx, prefix, func(o objectstore.Info) error {
		list = append(list, o.Key)
		return nil
	}))
}

// answers is a readiness check: a GET that answers 200.
func answers(url string) func(context.Context) error {
	client := &http.Client{Timeout: 2 * time.Second}
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
			return fmt.Errorf("%s answers %s", url, res.Status)
		}
		return nil
	}
}
