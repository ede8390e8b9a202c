package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
)

// AISettings are what a tenant wants of AI-written messages.
type AISettings struct {
	TenantID    string `gorm:"primaryKey"`
	Enabled     bool
	DailyBudget int    // messages that a model may write in a day of UTC
	Voice       string // how it should sound; empty is plain
	Version     int64
	UpdatedAt   Time `gorm:"autoUpdateTime:false"`
}

// TableName implements gorm's Tabler.
func (AISettings) TableName() string { return "ai_settings" }

// Limits of the settings.
const (
	DefaultAIBudget = 100
	MaxAIBudget     = 5000
	MaxAIVoice      = 400 // characters
)

// AIUsage is what became of a day's messages.
type AIUsage struct {
	TenantID   string `gorm:"primaryKey"`
	Day        string `gorm:"primaryKey"` // of UTC, as 2006-01-02
	Used       int    // what counts against the budget
	Written    int    // went out as the model wrote them
	Refused    int    // said what was not so, or nothing
	Failed     int    // the model was late, away or did not want to
	Tokens     int64
	LastReason string // why a written text took a model's place the last time
	LastAt     Time
}

// TableName implements gorm's Tabler.
func (AIUsage) TableName() string { return "ai_usage" }

// AIState is how a provider of language models is.
type AIState string

// States of a provider.
const (
	AIUntried AIState = "untried" // nobody asked it yet
	AIWorking AIState = "working"
	AIWaiting AIState = "waiting" // it mends itself: a limit, an outage
	AIBroken  AIState = "broken"  // a person has to mend it: the key, the account, the model
)

// AIProvider is how a provider was at its last call. The table is the platform's.
type AIProvider struct {
	Name        string `gorm:"primaryKey"`
	State       AIState
	Problem     *Note `gorm:"serializer:json"`
	AskedAt     Time
	PausedUntil Time // before which nobody asks it
	Version     int64
}

func (AIProvider) platformOwned() {}

// TableName implements gorm's Tabler.
func (AIProvider) TableName() string { return "ai_providers" }

// AI is the repository of AI-written messages: what tenants want, what they used, how providers are.
type AI struct{ s *Store }

// Settings returns the tenant's settings; without any, AI is on with the usual budget.
func (r *AI) Settings(ctx context.Context) (*AISettings, error) {
	var rows []AISettings
	if err := r.s.in(ctx).Where("version > 0").Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return &AISettings{Enabled: true, DailyBudget: DefaultAIBudget, Version: 1}, nil
	}
	return &rows[0], nil
}

// Change changes the tenant's settings when they have the version that is expected.
func (r *AI) Change(ctx context.Context, expect int64, change func(*AISettings) error) (*AISettings, error) {
	var out *AISettings
	err := r.s.Tx(ctx, func(tx *Store) error {
		old, err := tx.AI.Settings(ctx)
		if err != nil {
			return err
		}
		if expect != AnyVersion && old.Version != expect {
			return versionChanged()
		}
		out = old
		was := *old
		if err := change(out); err != nil {
			return err
		}
		if *out == was {
			return nil
		}
		out.Version, out.UpdatedAt = was.Version+1, tx.now()
		// Whoever changed it in between is told: a row of another version is left alone.
		result := tx.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"enabled", "daily_budget", "voice", "version", "updated_at"}),
			Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "ai_settings.version = ?", Vars: []any{was.Version}}}}}).Create(out)
		if result.Error == nil && result.RowsAffected == 0 {
			return versionChanged()
		}
		if result.Error != nil {
			return result.Error
		}
		return tx.Events.Add(ctx, TopicAI, "settings", out.Version)
	})
	return out, err
}

// CheckAISettings says what is wrong with settings.
func CheckAISettings(s *AISettings) error {
	var problems fault.Fields
	if s.DailyBudget < 0 || s.DailyBudget > MaxAIBudget {
		problems.Add("daily_budget", "out_of_range", "Choose from 0 to %d messages a day", MaxAIBudget)
	}
	if n := len([]rune(s.Voice)); n > MaxAIVoice {
		problems.Add("voice", "too_long", "Say it in at most %d characters; this has %d", MaxAIVoice, n)
	}
	return problems.Err("ai_settings", "The settings can't be kept like this")
}

// Day is a day of UTC, as usage is kept by.
func Day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// Usage returns what became of the tenant's messages of a day.
func (r *AI) Usage(ctx context.Context, day string) (*AIUsage, error) {
	var rows []AIUsage
	if err := r.s.in(ctx).Where("day = ?", day).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return &AIUsage{Day: day}, nil
	}
	return &rows[0], nil
}

// Reserve takes one message of a day's budget, in one atomic statement that holds for all processes. ok is false, and
// nothing is taken, when the budget is used up.
func (r *AI) Reserve(ctx context.Context, day string, budget int) (ok bool, err error) {
	if budget < 1 {
		return false, nil
	}
	result := r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}, {Name: "day"}},
		DoUpdates: clause.Assignments(map[string]any{"used": gorm.Expr("ai_usage.used + 1")}),
		Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "ai_usage.used < ?", Vars: []any{budget}}}},
	}).Create(&AIUsage{Day: day, Used: 1})
	return result.RowsAffected == 1, translate(result.Error)
}

// AIOutcome is what became of one message.
type AIOutcome struct {
	Written, Refused, Failed bool
	GiveBack                 bool // the model wrote nothing: the message does not count
	Tokens                   int
	Reason                   string // why a written text took its place; empty for none
}

// Record adds what became of a message to its day.
func (r *AI) Record(ctx context.Context, day string, o AIOutcome) error {
	changes := map[string]any{"tokens": gorm.Expr("tokens + ?", o.Tokens), "last_at": r.s.now()}
	for column, happened := range map[string]bool{"written": o.Written, "refused": o.Refused, "failed": o.Failed} {
		if happened {
			changes[column] = gorm.Expr(column + " + 1")
		}
	}
	if o.GiveBack {
		changes["used"] = gorm.Expr("CASE WHEN used > 0 THEN used - 1 ELSE 0 END")
	}
	if o.Reason != "" {
		changes["last_reason"] = o.Reason
	}
	return r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Model(&AIUsage{}).Where("day = ?", day).Updates(changes).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicAI, "usage", 0)
	})
}

// Provider returns how a provider was at its last call.
func (r *AI) Provider(ctx context.Context, name string) (*AIProvider, error) {
	var rows []AIProvider
	if err := r.s.in(Platform(ctx)).Where("name = ?", name).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return &AIProvider{Name: name, State: AIUntried}, nil
	}
	return &rows[0], nil
}

// PutProvider stores how a provider is now. The last one to write is right: any process may ask.
func (r *AI) PutProvider(ctx context.Context, p *AIProvider) error {
	p.Version++
	return r.s.in(Platform(ctx)).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, UpdateAll: true}).Create(p).Error
}
