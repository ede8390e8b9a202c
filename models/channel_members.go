package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// ChannelMember is how many members a channel had on a day.
type ChannelMember struct {
	TenantID string `gorm:"primaryKey"`
	ChatID   int64  `gorm:"primaryKey;autoIncrement:false"`
	Day      string `gorm:"primaryKey"` // of UTC, as 2006-01-02
	Members  int64
}

// ChannelMembers is the repository of how channels grow.
type ChannelMembers struct{ s *Store }

// Known reports whether a channel was counted on a day.
func (r *ChannelMembers) Known(ctx context.Context, chat int64, day string) (bool, error) {
	var n int64
	err := r.s.in(ctx).Model(&ChannelMember{}).Where("chat_id = ? AND day = ?", chat, day).Count(&n).Error
	return n > 0, err
}

// Put keeps how many members a channel has, unless it was counted on the day before.
func (r *ChannelMembers) Put(ctx context.Context, chat int64, day string, members int64) error {
	return r.s.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&ChannelMember{ChatID: chat, Day: day, Members: members}).Error
}

// Since returns how many members a channel had on the days on which it was counted, by day.
func (r *ChannelMembers) Since(ctx context.Context, chat int64, from time.Time) (map[string]int64, error) {
	var rows []ChannelMember
	if err := r.s.in(ctx).Where("chat_id = ? AND day >= ?", chat, Day(from)).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]int64, len(rows))
	for _, m := range rows {
		out[m.Day] = m.Members
	}
	return out, nil
}
