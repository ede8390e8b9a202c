//go:build integration && soak

package e2e

import (
	"testing"
	"time"

	"github.com/promostack/promostack/internal/test/testkit/chaos"
)

// How much `make soak` tries, alone on the machine. What each landing tries is in landing_test.go.
const (
	bulkLines      = 2000
	crowd          = 2000
	journeyPeople  = 200
	sleepers       = 500
	goldDesks      = 10 // tenants with five signals each
	goldSeeds      = 20
	promoters      = 6 // tenants with three posts each
	programmeSeeds = 20
	sleepersLate   = time.Second
	sleepersCaught = time.Minute
)

// bulkFaults are those that a bulk job must live through; the database stops for as long as was promised.
var bulkFaults = []chaos.Fault{chaos.Kill(chaos.Worker), chaos.Kill(chaos.Worker), chaos.Kill(chaos.Temporal), chaos.Kill(chaos.S3),
	chaos.Kill(chaos.API), chaos.Kill(chaos.Sandbox), chaos.Stop(chaos.DB, 5*time.Second)}

// Harder than what was promised: a worker that freezes for longer than its heartbeat may be missing
// and then goes on as if nothing had happened, cut connections, and faults that come together.
func TestChaosBulkHard(t *testing.T) {
	const zombie = 15 * time.Second // a heartbeat may be missing for 10 s
	chaos.Run(t, chaos.Options{
		Workers: 2,
		Faults: []chaos.Fault{
			chaos.Stop(chaos.Worker, zombie), chaos.Stop(chaos.Worker, zombie),
			chaos.Cut(chaos.S3, 2*time.Second), chaos.Cut(chaos.Temporal, 2*time.Second), chaos.Outage(chaos.DB, 2*time.Second),
			chaos.Together(chaos.Kill(chaos.Worker), chaos.Cut(chaos.S3, time.Second)),
			chaos.Together(chaos.Kill(chaos.Temporal), chaos.Outage(chaos.DB, 2*time.Second)),
		},
	}, bulkScenario)
}
