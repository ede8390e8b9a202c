package protection

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/pip"
)

const hour = 3600

func TestProtections(t *testing.T) {
	type trade struct {
		at      int64
		r       pip.R
		stopped bool
	}
	for name, c := range map[string]struct {
		rules  Rules
		trades []trade
		at     int64
		reason Reason
		until  int64
	}{
		"nothing is set":            {Rules{}, []trade{{0, -9 * oneR, true}, {1, -9 * oneR, true}}, 2, "", 0},
		"no trade yet":              {Default(), nil, 1, "", 0},
		"cooldown":                  {Rules{Cooldown: hour}, []trade{{100, oneR, false}}, 100 + hour - 1, Cooling, 100 + hour},
		"cooldown is over":          {Rules{Cooldown: hour}, []trade{{100, oneR, false}}, 100 + hour, "", 0},
		"the third stop in a day":   {Default(), []trade{{hour, -oneR / 2, true}, {5 * hour, -oneR, true}, {9 * hour, -oneR / 4, true}}, 32 * hour, Guarded, 33 * hour},
		"the pause is over":         {Default(), []trade{{hour, -oneR / 2, true}, {5 * hour, -oneR, true}, {9 * hour, -oneR / 4, true}}, 33 * hour, "", 0},
		"too far apart":             {Default(), []trade{{hour, -oneR / 2, true}, {5 * hour, -oneR, true}, {26 * hour, -oneR / 4, true}}, 28 * hour, "", 0},
		"a stop in profit":          {Default(), []trade{{hour, -oneR / 2, true}, {5 * hour, oneR, true}, {9 * hour, -oneR / 4, true}}, 20 * hour, "", 0},
		"closed by hand is no stop": {Default(), []trade{{hour, -oneR / 2, true}, {5 * hour, -oneR, false}, {9 * hour, -oneR / 4, true}}, 20 * hour, "", 0},
		"a pause begins anew":       {Rules{Stops: 2, Window: day, Pause: hour}, []trade{{1, -1, true}, {2, -1, true}, {9 * hour, -1, true}}, 9*hour + 1, "", 0},
		"the day's loss":            {Rules{DailyLoss: 2 * oneR}, []trade{{hour, -oneR, true}, {2 * hour, -oneR, false}}, 23 * hour, DailyLoss, 24 * hour},
		"a gain on the day":         {Rules{DailyLoss: 2 * oneR}, []trade{{hour, -oneR, true}, {2 * hour, -oneR, true}, {3 * hour, oneR / 100, false}}, 23 * hour, "", 0},
		"the next day":              {Rules{DailyLoss: 2 * oneR}, []trade{{hour, -oneR, true}, {2 * hour, -oneR, true}}, 24 * hour, "", 0},
	} {
		require.NoError(t, c.rules.Check(), name)
		var s State
		for _, trade := range c.trades {
			c.rules.Closed(&s, trade.at, trade.r, trade.stopped)
			text, err := json.Marshal(s)
			require.NoError(t, err)
			s = State{}
			require.NoError(t, json.Unmarshal(text, &s), "it is kept between trades")
		}
		reason, until := c.rules.Refuses(&s, c.at)
		require.Equal(t, c.reason, reason, name)
		require.Equal(t, c.until, until, name)
	}
}

func TestRulesAreChecked(t *testing.T) {
	for field, r := range map[string]Rules{
		"cooldown":   {Cooldown: -1},
		"window":     {Stops: 2, Pause: 1},
		"pause":      {Pause: month + 1},
		"stops":      {Stops: mostStops + 1, Window: 1, Pause: 1},
		"daily_loss": {DailyLoss: -1},
	} {
		require.ErrorContains(t, r.Check(), field)
	}
}
