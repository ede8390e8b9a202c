package chaos

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A fault is something bad that happens to a part of the program.
type fault string

const (
	kill   fault = "kill -9"
	freeze fault = "freeze"
	cut    fault = "cut"
	outage fault = "outage"

	together fault = "at once"
)

// Fault is one order for the plan. Its target is the name of a child or of a group of children
// ("worker" for "worker-1" and "worker-2"), of a proxy, or of an outage.
type Fault struct {
	kind   fault
	Target string
	For    time.Duration
	parts  []Fault // of several at once
}

// Kill is kill -9 of a child, or of one of a group.
func Kill(target string) Fault { return Fault{kind: kill, Target: target} }

// Stop freezes a child, or one of a group, for some time: the network thinks that it is there.
func Stop(target string, d time.Duration) Fault { return Fault{kind: freeze, Target: target, For: d} }

// Cut resets all connections to a service and refuses new ones for some time.
func Cut(target string, d time.Duration) Fault { return Fault{kind: cut, Target: target, For: d} }

// Outage stops what has no process among the children for some time: the database.
func Outage(target string, d time.Duration) Fault { return Fault{kind: outage, Target: target, For: d} }

// Together is several faults at the same moment.
func Together(faults ...Fault) Fault { return Fault{kind: together, parts: faults} }

// String describes a fault in the words of a log.
func (f Fault) String() string {
	if f.kind == together {
		list := make([]string, len(f.parts))
		for i, part := range f.parts {
			list[i] = part.String()
		}
		return strings.Join(list, " with ")
	}
	if f.For == 0 {
		return fmt.Sprintf("%s %s", f.kind, f.Target)
	}
	return fmt.Sprintf("%s %s for %s", f.kind, f.Target, f.For)
}

// Planned is a fault with its moment.
type Planned struct {
	Fault
	At   float64 // progress of the scenario, from 0 to 1
	Pick uint32  // which of a group
}

// earliest and latest bound the moments, so that each fault hits the middle of the work.
const earliest, latest = 0.04, 0.96

// Plan spreads faults over a scenario: each has a stretch of its own, in an order and at a moment
// in it that the seed decides. The same seed gives the same plan.
func Plan(seed uint64, faults []Fault) []Planned {
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // repeatable on purpose
	plan := make([]Planned, len(faults))
	for i, which := range random.Perm(len(faults)) {
		share := (float64(i) + random.Float64()) / float64(len(faults))
		plan[i] = Planned{Fault: faults[which], At: earliest + share*(latest-earliest), Pick: random.Uint32()}
	}
	return plan
}
