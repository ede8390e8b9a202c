package models

import (
	"context"
	"database/sql"
	"time"
)

// Standing is how the whole installation stands, for its metrics.
type Standing struct {
	Broken        map[ConnectionKind]int64 // connections that do not work
	OutboxWaiting int64                    // messages to flows that were not delivered yet
	OutboxLag     time.Duration            // how long the oldest of them has waited
	Overdue       int64                    // conversations that should have gone on before a moment
	Pool          sql.DBStats              // of the connections that write
}

// Standing looks up how the installation stands. Conversations count as overdue that were due before a moment. The
// context must be the platform's.
func (s *Store) Standing(ctx context.Context, due time.Time) (Standing, error) {
	out := Standing{Broken: map[ConnectionKind]int64{}, Pool: s.pool.write.Stats()}
	var broken []struct {
		Kind ConnectionKind
		N    int64
	}
	err := s.in(ctx).Model(&Connection{}).Select("kind, count(*) AS n").Where("state = ?", ConnectionBroken).Group("kind").Find(&broken).Error
	if err != nil {
		return out, err
	}
	for _, row := range broken {
		out.Broken[row.Kind] = row.N
	}
	if err := s.in(ctx).Model(&OutboxMessage{}).Count(&out.OutboxWaiting).Error; err != nil {
		return out, err
	}
	var oldest []OutboxMessage
	if err := s.in(ctx).Select("id", "created_at").Order("created_at").Limit(1).Find(&oldest).Error; err != nil {
		return out, err
	}
	for _, m := range oldest {
		out.OutboxLag = max(s.clock().Sub(m.CreatedAt.Time), 0)
	}
	return out, s.in(ctx).Model(&JourneySession{}).Where("status = ? AND paused = ? AND due_at < ?", SessionRunning, false, NewTime(due)).
		Count(&out.Overdue).Error
}
