package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Part is a part of the program that runs as a process of its own.
type Part string

// The parts that say that they live.
const (
	PartAPI    Part = "api"
	PartWorker Part = "worker"
)

const (
	// BeatEvery is how often a process says that it lives.
	BeatEvery = 5 * time.Second
	// beatMissed is how long a process is silent that lives no more: two beats, and a little for a slow write.
	beatMissed = 2*BeatEvery + 2*time.Second
)

// Process is a part of the program that runs. The table is the platform's.
type Process struct {
	ID        string
	Part      Part
	Host      string
	PID       int `gorm:"column:pid"`
	Version   string
	Problem   string // what it waits for; empty while it works
	StartedAt Time
	SeenAt    Time
}

func (Process) platformOwned() {}

// Processes is the repository of what runs.
type Processes struct{ s *Store }

// Beat records that a process lives.
func (r *Processes) Beat(ctx context.Context, p Process) error {
	p.SeenAt = r.s.now()
	return r.s.in(Platform(ctx)).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"problem", "seen_at"})}).Create(&p).Error
}

// Leave records that a process has ended.
func (r *Processes) Leave(ctx context.Context, id string) error {
	return r.s.in(Platform(ctx)).Where("id = ?", id).Delete(&Process{}).Error
}

// Alive returns the processes of a part that live.
func (r *Processes) Alive(ctx context.Context, part Part) ([]Process, error) {
	var list []Process
	err := r.s.in(Platform(ctx)).Where("part = ? AND seen_at > ?", part, NewTime(r.s.clock().Add(-beatMissed))).Order("started_at, id").Find(&list).Error
	return list, err
}

// Forget removes processes that were not seen since a moment: those that were killed.
func (r *Processes) Forget(ctx context.Context, moment time.Time) (int64, error) {
	result := r.s.in(Platform(ctx)).Where("seen_at < ?", NewTime(moment)).Delete(&Process{})
	return result.RowsAffected, result.Error
}

// Probe writes a row and removes it, which shows a disk that is full.
func (r *Processes) Probe(ctx context.Context) error {
	p := Process{ID: NewID(), Part: "probe", StartedAt: r.s.now()}
	if err := r.Beat(ctx, p); err != nil {
		return err
	}
	return r.Leave(ctx, p.ID)
}
