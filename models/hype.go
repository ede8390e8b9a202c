package models

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
)

// HypePrompt says what hype messages are about and how they sound (X4). To a model both are data: topic and tone, and nothing
// that it has to do.
type HypePrompt struct {
	ID        string
	TenantID  string
	Name      string
	Angle     string
	Style     string
	Version   int64
	CreatedAt Time `gorm:"autoCreateTime:false"`
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
}

// HypeFlow is a row of messages that follow the call to action of a day.
type HypeFlow struct {
	ID        string
	TenantID  string
	Name      string
	Position  int // in the tenant's list; 1 is the first
	Enabled   bool
	Terms     HypeTerms `gorm:"serializer:json"`
	Version   int64
	CreatedAt Time `gorm:"autoCreateTime:false"`
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
}

// HypeTerms are what a flow sends, and when.
type HypeTerms struct {
	Prompts  []string       `json:"prompts"` // ids: each message takes the next one, and the first again after the last
	Messages int            `json:"messages"`
	Interval int            `json:"interval_minutes"` // between two messages
	Delay    int            `json:"delay_minutes"`    // of the first one, after the call to action
	Days     []time.Weekday `json:"days"`             // of UTC
}

// Prompt is the id of the prompt of a message; 1 is the first one.
func (t *HypeTerms) Prompt(message int) string { return t.Prompts[(message-1)%len(t.Prompts)] }

// Limits of the hype bot.
const (
	MaxHypePrompts     = 50
	MaxHypeFlows       = 20
	MaxHypeMessages    = 10
	MaxHypeFlowPrompts = MaxHypeMessages
	MaxHypeMinutes     = 240
	MaxHypeName        = 80  // characters
	MaxHypeAngle       = 400 // characters
	MaxHypeStyle       = 200 // characters
)

// Check says what is wrong with a prompt.
func (p *HypePrompt) Check() error {
	var wrong fault.Fields
	checkLength(&wrong, "name", p.Name, 1, MaxHypeName)
	checkLength(&wrong, "angle", p.Angle, 1, MaxHypeAngle)
	checkLength(&wrong, "style", p.Style, 0, MaxHypeStyle)
	for name, text := range map[string]string{"angle": p.Angle, "style": p.Style} {
		if strings.Contains(text, "://") || strings.Contains(text, "t.me/") {
			wrong.Add(name, "link", "Can't have an address: messages link to what the call to action links to")
		}
	}
	return wrong.Err("hype_prompt", "The prompt has mistakes")
}

func checkLength(wrong *fault.Fields, name, text string, least, most int) {
	if n := utf8.RuneCountInString(text); n < least || n > most {
		wrong.Add(name, "length", "Must have %d to %d characters", least, most)
	}
}

// Check says what is wrong with a flow. Whether its prompts are there is asked when it is stored.
func (f *HypeFlow) Check() error {
	var wrong fault.Fields
	checkLength(&wrong, "name", f.Name, 1, MaxHypeName)
	between := func(name string, n, least, most int) {
		if n < least || n > most {
			wrong.Add(name, "out_of_range", "Must be %d to %d", least, most)
		}
	}
	t := &f.Terms
	if n := len(t.Prompts); n < 1 || n > MaxHypeFlowPrompts {
		wrong.Add("prompts", "length", "Choose 1 to %d prompts", MaxHypeFlowPrompts)
	}
	between("messages", t.Messages, 1, MaxHypeMessages)
	between("interval_minutes", t.Interval, 1, MaxHypeMinutes)
	between("delay_minutes", t.Delay, 0, MaxHypeMinutes)
	for _, day := range t.Days {
		if day < time.Sunday || day > time.Saturday {
			wrong.Add("days", "out_of_range", "Must be 0 for Sunday to 6 for Saturday")
		}
	}
	if f.Enabled && len(t.Days) == 0 {
		wrong.Add("days", "empty", "Choose at least one day")
	}
	return wrong.Err("hype_flow", "The flow has mistakes")
}

// Hype is the repository of the hype bot's prompts and flows.
type Hype struct{ s *Store }

var (
	errNoHypePrompt = fault.New(fault.NotFound, "prompt_not_found", "There is no such prompt")
	errNoHypeFlow   = fault.New(fault.NotFound, "flow_not_found", "There is no such flow")
)

// Prompts returns the tenant's prompts in the order of their names.
func (r *Hype) Prompts(ctx context.Context) ([]HypePrompt, error) {
	var rows []HypePrompt
	return rows, r.s.in(ctx).Order("name, id").Find(&rows).Error
}

// Prompt returns one prompt, or fault.NotFound "prompt_not_found".
func (r *Hype) Prompt(ctx context.Context, id string) (*HypePrompt, error) {
	var row HypePrompt
	if err := r.s.in(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoHypePrompt.Code, errNoHypePrompt.Message)
	}
	return &row, nil
}

// CreatePrompt adds a prompt, and sets its id and its times. A name that another one has is fault.Conflict
// "prompt_name_taken", one too many fault.Conflict "too_many_prompts".
func (r *Hype) CreatePrompt(ctx context.Context, p *HypePrompt) error {
	p.ID, p.Version, p.CreatedAt, p.UpdatedAt = NewID(), 1, r.s.now(), r.s.now()
	return r.s.Tx(ctx, func(tx *Store) error {
		var n int64
		if err := tx.in(ctx).Model(&HypePrompt{}).Count(&n).Error; err != nil {
			return err
		}
		if n >= MaxHypePrompts {
			return fault.New(fault.Conflict, "too_many_prompts", "There are %d prompts, as many as there can be", n).WithRemedy("Delete one that no flow uses")
		}
		if err := tx.in(ctx).Create(p).Error; err != nil {
			return promptTaken(translate(err))
		}
		return tx.Events.Add(ctx, TopicHype, p.ID, p.Version)
	})
}

func promptTaken(err error) error {
	return taken(err, "prompt_name_taken", "Another prompt has this name")
}

// ChangePrompt changes a prompt. expect is the version that a person saw, or AnyVersion.
func (r *Hype) ChangePrompt(ctx context.Context, id string, expect int64, fn func(p *HypePrompt) error) (*HypePrompt, error) {
	var row HypePrompt
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.Hype.lockPrompt(ctx, id, expect, &row); err != nil {
			return err
		}
		if err := fn(&row); err != nil {
			return err
		}
		row.Version++
		row.UpdatedAt = tx.now()
		if err := tx.in(ctx).Select("name", "angle", "style", "version", "updated_at").Where("id = ?", id).Updates(&row).Error; err != nil {
			return promptTaken(translate(err))
		}
		return tx.Events.Add(ctx, TopicHype, id, row.Version)
	})
	return &row, err
}

func (r *Hype) lockPrompt(ctx context.Context, id string, expect int64, row *HypePrompt) error {
	if err := r.s.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(row).Error; err != nil {
		return notFound(err, errNoHypePrompt.Code, errNoHypePrompt.Message)
	}
	if expect != AnyVersion && row.Version != expect {
		return versionChanged()
	}
	return nil
}

// DeletePrompt removes a prompt. One that flows use is fault.Conflict "prompt_in_use".
func (r *Hype) DeletePrompt(ctx context.Context, id string, expect int64) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		var row HypePrompt
		if err := tx.Hype.lockPrompt(ctx, id, expect, &row); err != nil {
			return err
		}
		flows, err := tx.Hype.Flows(ctx)
		if err != nil {
			return err
		}
		var users []string
		for i := range flows {
			if slices.Contains(flows[i].Terms.Prompts, id) {
				users = append(users, "“"+flows[i].Name+"”")
			}
		}
		if len(users) > 0 {
			return fault.New(fault.Conflict, "prompt_in_use", "It is used by %s", strings.Join(users, ", ")).WithRemedy("Take it out there first")
		}
		if err := tx.in(ctx).Where("id = ?", id).Delete(&HypePrompt{}).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicHype, id, 0)
	})
}

// Flows returns the tenant's flows in their order.
func (r *Hype) Flows(ctx context.Context) ([]HypeFlow, error) {
	var rows []HypeFlow
	return rows, r.s.in(ctx).Order("position, id").Find(&rows).Error
}

// Flow returns one flow, or fault.NotFound "flow_not_found".
func (r *Hype) Flow(ctx context.Context, id string) (*HypeFlow, error) {
	var row HypeFlow
	if err := r.s.in(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoHypeFlow.Code, errNoHypeFlow.Message)
	}
	return &row, nil
}

// LockFlows lets one transaction at a time pass here for a tenant that has flows.
func (r *Hype) LockFlows(ctx context.Context) error {
	_, err := r.lockedFlows(ctx)
	return err
}

func (r *Hype) lockedFlows(ctx context.Context) ([]HypeFlow, error) {
	var rows []HypeFlow
	return rows, r.s.in(ctx).Order("id").Clauses(clause.Locking{Strength: "UPDATE"}).Find(&rows).Error
}

// CreateFlow adds a flow after the others, and sets its id and its times. A name that another one has is fault.Conflict
// "flow_name_taken", one too many fault.Conflict "too_many_flows", a prompt that is not there fault.Invalid.
func (r *Hype) CreateFlow(ctx context.Context, f *HypeFlow) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		flows, err := tx.Hype.Flows(ctx)
		if err != nil {
			return err
		}
		if n := len(flows); n >= MaxHypeFlows {
			return fault.New(fault.Conflict, "too_many_flows", "There are %d flows, as many as there can be", n).WithRemedy("Delete one")
		}
		if err := tx.Hype.holdPrompts(ctx, f); err != nil {
			return err
		}
		f.ID, f.Position, f.Version, f.CreatedAt, f.UpdatedAt = NewID(), 1, 1, tx.now(), tx.now()
		if len(flows) > 0 {
			f.Position = flows[len(flows)-1].Position + 1
		}
		if err := tx.in(ctx).Create(f).Error; err != nil {
			return flowTaken(translate(err))
		}
		return tx.Events.Add(ctx, TopicHype, f.ID, f.Version)
	})
}

func flowTaken(err error) error { return taken(err, "flow_name_taken", "Another flow has this name") }

// holdPrompts makes sure that the prompts of a flow are there, and stay until it is stored.
func (r *Hype) holdPrompts(ctx context.Context, f *HypeFlow) error {
	var there []string
	err := r.s.in(ctx).Model(&HypePrompt{}).Where("id IN ?", f.Terms.Prompts).Order("id").Clauses(clause.Locking{Strength: "UPDATE"}).Pluck("id", &there).Error
	if err != nil {
		return err
	}
	for _, id := range f.Terms.Prompts {
		if !slices.Contains(there, id) {
			return fault.InvalidField("prompts", "unknown", "One of these prompts is not there any more")
		}
	}
	return nil
}

// ChangeFlow changes a flow. expect is the version that a person saw, or AnyVersion.
func (r *Hype) ChangeFlow(ctx context.Context, id string, expect int64, fn func(f *HypeFlow) error) (*HypeFlow, error) {
	var row HypeFlow
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.Hype.lockFlow(ctx, id, expect, &row); err != nil {
			return err
		}
		if err := fn(&row); err != nil {
			return err
		}
		if err := tx.Hype.holdPrompts(ctx, &row); err != nil {
			return err
		}
		return tx.Hype.putFlow(ctx, &row)
	})
	return &row, err
}

func (r *Hype) lockFlow(ctx context.Context, id string, expect int64, row *HypeFlow) error {
	if err := r.s.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(row).Error; err != nil {
		return notFound(err, errNoHypeFlow.Code, errNoHypeFlow.Message)
	}
	if expect != AnyVersion && row.Version != expect {
		return versionChanged()
	}
	return nil
}

// putFlow writes a flow with the next version and an event.
func (r *Hype) putFlow(ctx context.Context, f *HypeFlow) error {
	f.Version++
	f.UpdatedAt = r.s.now()
	if err := r.s.in(ctx).Select("name", "position", "enabled", "terms", "version", "updated_at").Where("id = ?", f.ID).Updates(f).Error; err != nil {
		return flowTaken(translate(err))
	}
	return r.s.Events.Add(ctx, TopicHype, f.ID, f.Version)
}

// DeleteFlow removes a flow. What it has posted stays.
func (r *Hype) DeleteFlow(ctx context.Context, id string, expect int64) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		var row HypeFlow
		if err := tx.Hype.lockFlow(ctx, id, expect, &row); err != nil {
			return err
		}
		if err := tx.in(ctx).Where("id = ?", id).Delete(&HypeFlow{}).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicHype, id, 0)
	})
}

// OrderFlows puts the tenant's flows in an order, which names each of them once.
func (r *Hype) OrderFlows(ctx context.Context, ids []string) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		flows, err := tx.Hype.lockedFlows(ctx)
		if err != nil {
			return err
		}
		wanted := slices.Sorted(slices.Values(ids))
		if !slices.EqualFunc(flows, wanted, func(f HypeFlow, id string) bool { return f.ID == id }) {
			return fault.InvalidField("ids", "incomplete", "Must name each flow once").WithRemedy("Load the flows again")
		}
		for i := range flows {
			f := &flows[i]
			position := slices.Index(ids, f.ID) + 1
			if f.Position == position {
				continue
			}
			f.Position = position
			if err := tx.Hype.putFlow(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// toldStates are the states of posts that readers have seen, may have, or are about to.
var toldStates = []PostState{PostPlanned, PostSent, PostUnknown, PostDeleting, PostDeleted}

// LastTexts are the texts of the tenant's last hype messages, but for one of them, the newest first: Telegram's HTML.
func (r *Hype) LastTexts(ctx context.Context, but string, limit int) ([]string, error) {
	var texts []string
	return texts, r.s.in(ctx).Model(&ChannelPost{}).Where("kind = ? AND state IN ? AND text <> ? AND id <> ?", PostHype, toldStates, "", but).
		Order("created_at DESC, id DESC").Limit(limit).Pluck("text", &texts).Error
}

// PostsOf are the messages of a flow since a moment, without their texts. slots is how the names of their slots begin; it has
// neither % nor _.
func (r *Hype) PostsOf(ctx context.Context, slots string, since time.Time) ([]ChannelPost, error) {
	var rows []ChannelPost
	return rows, r.s.in(ctx).Select("id", "tenant_id", "state", "source", "reason", "problem", "manual", "planned_at").
		Where("kind = ? AND created_at >= ? AND slot LIKE ?", PostHype, NewTime(since), slots+"%").Order("planned_at, id").Find(&rows).Error
}
