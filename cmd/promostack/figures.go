package main

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/models"
)

// figuresWithin is how long the figures that are looked up may take.
const figuresWithin = 2 * time.Second

// standing looks up how the installation stands whenever somebody reads the metrics. Without the database those figures
// are missing, and database_up says why.
func standing(a *app) func() []metrics.Figure {
	return func() []metrics.Figure {
		// Prometheus' collectors get no context.
		ctx, cancel := context.WithTimeout(models.Platform(context.Background()), figuresWithin)
		defer cancel()
		s, err := a.store.Standing(ctx, time.Now().Add(-journeys.OverdueAfter))
		figure := func(name, help string, value float64) metrics.Figure {
			return metrics.Figure{Name: name, Help: help, Value: value}
		}
		if err == nil {
			err = a.store.Ping(ctx)
		}
		if err != nil {
			return []metrics.Figure{figure("database_up", "Whether the database answers and takes writes.", 0)}
		}
		out := []metrics.Figure{
			figure("database_up", "Whether the database answers and takes writes.", 1),
			figure("database_connections_open", "Open connections that write.", float64(s.Pool.OpenConnections)),
			figure("database_connections_in_use", "Of these, those in use.", float64(s.Pool.InUse)),
			figure("database_waits", "How often something waited for a connection since the start.", float64(s.Pool.WaitCount)),
			figure("database_wait_seconds", "How long altogether.", s.Pool.WaitDuration.Seconds()),
			figure("outbox_waiting", "Messages to flows that were not delivered yet.", float64(s.OutboxWaiting)),
			figure("outbox_lag_seconds", "How long the oldest of them has waited.", s.OutboxLag.Seconds()),
			figure("conversations_overdue", "Conversations that should have gone on more than five minutes ago.", float64(s.Overdue)),
		}
		for _, kind := range []models.ConnectionKind{models.PromoBot, models.SignalBot, models.UserAccount} {
			out = append(out, metrics.Figure{Name: "connections_broken", Help: "Connections that do not work, by kind.",
				Labels: map[string]string{"kind": string(kind)}, Value: float64(s.Broken[kind])})
		}
		return out
	}
}
