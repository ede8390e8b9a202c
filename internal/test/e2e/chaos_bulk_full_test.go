//go:build integration && chaos

package e2e

import (
	"testing"
	"time"

	"github.com/promostack/promostack/internal/test/testkit/chaos"
)

// fullLines is how long the jobs of `make chaos` are.
const fullLines = 2000

// P9, Q1: the acceptance run of bulk jobs: kill -9 of a worker, of the engine, of the object store
// and of the API, and five seconds without the database, each once for each seed. The databases
// take turns.
func TestChaosBulkFull(t *testing.T) {
	chaos.Run(t, chaos.Options{
		Databases: []chaos.Database{chaos.Postgres, chaos.SQLite}, Workers: 2,
		Faults: bulkFaults(5 * time.Second), Seeds: 10,
	}, bulkScenario(fullLines))
}

// Harder than what was promised: a worker that freezes for longer than its heartbeat may be missing
// and then goes on as if nothing had happened, cut connections, and faults that come together.
func TestChaosBulkHard(t *testing.T) {
	const zombie = 15 * time.Second // a heartbeat may be missing for 10 s
	chaos.Run(t, chaos.Options{
		Workers: 2,
		Faults: []chaos.Fault{
			chaos.Stop(chaos.Worker, zombie), chaos.Stop(chaos.Worker, zombie),
			chaos.Cut(chaos.S3, 2*time.Second), chaos.Cut(chaos.Temporal, 2*time.Second), chaos.Cut(chaos.DB, 2*time.Second),
			chaos.Together(chaos.Kill(chaos.Worker), chaos.Cut(chaos.S3, time.Second)),
			chaos.Together(chaos.Kill(chaos.Temporal), chaos.Outage(chaos.DB, 2*time.Second)),
		}, Seeds: 3,
	}, bulkScenario(fullLines))
}
