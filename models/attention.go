package models

import "context"

// Attention is how many of a tenant's matters wait for somebody (D6).
type Attention struct {
	Broken   int64 // connections that do not work
	Unknown  int64 // posts that may or may not have arrived
	Handed   int64 // conversations that were handed over to a person
	Proposed int64 // signals that wait for a yes
}

// Attention counts what waits for somebody, by indexes of such rows alone.
func (s *Store) Attention(ctx context.Context) (a Attention, err error) {
	for _, count := range []struct {
		into  *int64
		model any
		where string
		value any
	}{
		{&a.Broken, &Connection{}, "state = ?", ConnectionBroken},
		{&a.Unknown, &ChannelPost{}, "state = ?", PostUnknown},
		{&a.Handed, &JourneySession{}, "status = 'running' AND wants_person = ?", true},
		{&a.Proposed, &Signal{}, "state = 'proposed' AND practice = ?", false},
	} {
		if err := s.in(ctx).Model(count.model).Where(count.where, count.value).Count(count.into).Error; err != nil {
			return a, err
		}
	}
	return a, nil
}

// Begun says which of a newcomer's first steps a tenant has taken (D6).
type Begun struct {
	Connected bool // a bot works
	Made      bool // an image
	Posted    bool // something to a channel, by a person
	Published bool // a journey
	Met       bool // somebody who wrote to a bot
	Signals   bool // a strategy makes them
}

// Begun reads the tenant's first steps. Each question ends at the first row.
func (s *Store) Begun(ctx context.Context) (b Begun, err error) {
	for _, step := range []struct {
		into  *bool
		model any
		where string
		value any
	}{
		{&b.Connected, &Connection{}, "kind <> 'user_account' AND state = ?", ConnectionWorking},
		{&b.Made, &Generation{}, "source IN ('web', 'bot', 'bulk', 'api') AND outcome = ?", Made},
		{&b.Posted, &ChannelPost{}, "kind IN ('generator', 'promo_chat') AND state = ?", PostSent},
		{&b.Published, &Journey{}, "state = ?", JourneyActive},
		{&b.Met, &Subscriber{}, "state <> ?", ""},
		{&b.Signals, &StrategySettings{}, "mode <> ?", StrategyOff},
	} {
		var first []string
		column := "id"
		if _, ok := step.model.(*StrategySettings); ok {
			column = "strategy"
		}
		if err := s.in(ctx).Model(step.model).Where(step.where, step.value).Limit(1).Pluck(column, &first).Error; err != nil {
			return b, err
		}
		*step.into = len(first) > 0
	}
	return b, nil
}
