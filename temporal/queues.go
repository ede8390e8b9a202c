// Package temporal is the door to Temporal: connection, payload encryption, tenant
// context, names of queues and search attributes, and the development server of `promostack up`.
package temporal

import (
	"runtime"
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
)

// Task queues. Each owner of a user account has one more (contract.AccountQueue).
const (
	// QueueFlows is the queue of all flows and of their short activities.
	QueueFlows = "flows"
	// QueueBulk is the queue of work that takes processors for long: it must not hold up the rest.
	QueueBulk = "bulk"
	// QueueConnections is the queue of activities that hold a connection open for hours.
	QueueConnections = "connections"
)

// Retention is how long a closed flow stays readable. What must be once-only for longer has a
// unique key in the database too.
const Retention = 7 * 24 * time.Hour

// CachedFlows is how many flows a worker keeps in memory between their turns. One that is dropped is
// read again when it goes on: thousands of sleepers cost the worker no memory.
const CachedFlows = 2000

// Search attributes of every flow.
var (
	TenantID = sdk.NewSearchAttributeKeyKeyword("TenantId")
	Subject  = sdk.NewSearchAttributeKeyKeyword("Subject")
)

// Attributes returns the search attributes that each flow carries: whose it is, and what it is
// about in words that an operator searches for (an id or a name, never a subscriber's words).
func Attributes(tenant, subject string) sdk.SearchAttributes {
	return sdk.NewSearchAttributes(TenantID.ValueSet(tenant), Subject.ValueSet(subject))
}

// WorkerOptions are sized for small machines: few pollers, a bounded number of activities, and
// time to finish what runs when the process is asked to stop.
func WorkerOptions(concurrency int) worker.Options {
	return worker.Options{
		MaxConcurrentActivityExecutionSize:      concurrency,
		MaxConcurrentLocalActivityExecutionSize: 2 * concurrency,
		MaxConcurrentWorkflowTaskExecutionSize:  max(4, 2*concurrency),
		MaxConcurrentWorkflowTaskPollers:        4,
		MaxConcurrentActivityTaskPollers:        2,
		MaxConcurrentEagerActivityExecutionSize: concurrency,
		WorkerStopTimeout:                       2500 * time.Millisecond,
	}
}

// BulkOptions are for the workers of QueueBulk: activities only, a few more than there are
// processors, so that one sends its pictures while another draws.
func BulkOptions() worker.Options {
	return worker.Options{
		MaxConcurrentActivityExecutionSize: runtime.GOMAXPROCS(0) + 1,
		MaxConcurrentActivityTaskPollers:   2,
		DisableWorkflowWorker:              true,
		WorkerStopTimeout:                  2500 * time.Millisecond,
	}
}

// ConnectionOptions are for the workers of QueueConnections: activities that wait nearly all of the
// time, so there may be many; their heartbeats count within a second.
func ConnectionOptions() worker.Options {
	return worker.Options{
		MaxConcurrentActivityExecutionSize: 500,
		MaxConcurrentActivityTaskPollers:   2,
		MaxHeartbeatThrottleInterval:       time.Second,
		DefaultHeartbeatThrottleInterval:   time.Second,
		DisableWorkflowWorker:              true,
		WorkerStopTimeout:                  2500 * time.Millisecond,
	}
}

// AccountOptions are for the worker of one owned account: it sends at a person's speed.
func AccountOptions() worker.Options {
	return worker.Options{
		MaxConcurrentActivityExecutionSize: 4,
		MaxConcurrentActivityTaskPollers:   1,
		DisableWorkflowWorker:              true,
		WorkerStopTimeout:                  time.Second,
	}
}
