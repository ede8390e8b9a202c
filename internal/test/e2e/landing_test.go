//go:build integration && !soak

package e2e

import (
	"time"

	"github.com/promostack/promostack/internal/test/testkit/chaos"
)

// How much each landing tries. What `make soak` tries instead is in soak_test.go.
const (
	bulkLines      = 150
	crowd          = 60
	journeyPeople  = 12
	sleepers       = 40
	goldDesks      = 2 // tenants with five signals each
	goldSeeds      = 1
	promoters      = 3 // tenants with three posts each
	programmeSeeds = 1
	sleepersLate   = 5 * time.Second // other tests run beside
	sleepersCaught = time.Minute
)

// bulkFaults are those that a bulk job must live through.
var bulkFaults = []chaos.Fault{chaos.Kill(chaos.Worker), chaos.Kill(chaos.Worker), chaos.Kill(chaos.Temporal), chaos.Kill(chaos.S3),
	chaos.Kill(chaos.API), chaos.Kill(chaos.Sandbox), chaos.Stop(chaos.DB, time.Second)}
