package market

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Where the synthetic price begins, and what it is drawn back to over weeks, in US dollars.
const (
	home       = 2650
	homeward   = 1.0 / 20_000 // of the distance, each minute
	newsChance = 1.0 / 1_500  // of a minute: about one a day
)

// regime is how the price moves for some hours, in US dollars a minute.
type regime struct {
	chance float64
	drift  float64
	sigma  float64 // the standard deviation of a minute's move
	pull   float64 // towards where the regime began, as a share of the distance
}

// regimes make an average true range of about 3 dollars on 15 minutes, 6 where it is volatile.
var regimes = [...]regime{
	{chance: 0.30, drift: 0.03, sigma: 0.5},  // trend up
	{chance: 0.30, drift: -0.03, sigma: 0.5}, // trend down
	{chance: 0.27, sigma: 0.45, pull: 1.0 / 120},
	{chance: 0.13, sigma: 0.9},
}

// generator makes one-minute candles, one after the other, in the hours of the calendar. The same seed
// and begin make the same candles.
type generator struct {
	calendar *calendar.Calendar
	random   *rand.Rand
	next     int64     // the begin of the candle to come, in Unix seconds
	end      int64     // of the session that it is in
	gap      float64   // of the next candle's open, as a standard deviation in dollars
	price    pip.Price // the last close
	regime   regime
	left     int     // minutes of the regime
	began    float64 // price at which it began
}

func newGenerator(c *calendar.Calendar, seed uint64, begin time.Time) *generator {
	g := &generator{calendar: c, random: rand.New(rand.NewPCG(seed, 0x60_1d)), price: home * pip.Units}
	g.session(begin)
	g.gap = 0
	return g
}

// session goes to the first minute of trading at or after a moment.
func (g *generator) session(at time.Time) {
	open, end := g.calendar.Session(at)
	g.gap = 0.6 // after the daily break
	if open.Sub(at) > 2*time.Hour {
		g.gap = 6 // after a weekend or a holiday
	}
	g.next, g.end = max(open.Unix(), at.Truncate(time.Minute).Unix()), end.Unix()
}

// minute makes the next candle.
func (g *generator) minute() candle.Candle {
	if g.left == 0 {
		g.turn()
	}
	g.left--
	open := g.price.Float() + g.random.NormFloat64()*g.gap
	g.gap = 0
	if g.random.Float64() < newsChance {
		open += math.Copysign(2+5*g.random.Float64(), g.random.Float64()-0.5)
	}
	r := g.regime
	closing := open + r.drift + r.pull*(g.began-open) + homeward*(home-open) + r.sigma*g.random.NormFloat64()
	c := candle.Candle{Time: g.next}
	c.Open, c.Close = cents(open), cents(closing)
	c.High = max(c.Open, c.Close) + cents(math.Abs(g.random.NormFloat64())*r.sigma*0.4)
	c.Low = min(c.Open, c.Close) - cents(math.Abs(g.random.NormFloat64())*r.sigma*0.4)
	g.price = c.Close
	if g.next += 60; g.next >= g.end {
		g.session(time.Unix(g.next, 0))
	}
	return c
}

// turn begins a new regime, for four hours to a day of trading.
func (g *generator) turn() {
	g.left = 240 + g.random.IntN(1_200)
	g.began = g.price.Float()
	at := g.random.Float64()
	for _, g.regime = range regimes {
		if at -= g.regime.chance; at < 0 {
			return
		}
	}
}

// cents rounds to what gold is quoted in.
func cents(dollars float64) pip.Price { return pip.Price(math.Round(dollars*100)) * (pip.Units / 100) }

// leg is how long each of the three legs of a minute takes: from the open to the first extreme, to
// the second one, to the close.
const leg = 20 * time.Second

// walk is how a minute's price goes: from the open to the low, the high and the close when it rises or
// stays, to the high and the low first when it falls, evenly in time. It returns the price after a part
// of the minute, and the candle until then.
func walk(whole candle.Prices, after time.Duration) (pip.Price, candle.Prices) {
	points := [...]pip.Price{whole.Open, whole.Low, whole.High, whole.Close}
	if whole.Close < whole.Open {
		points[1], points[2] = whole.High, whole.Low
	}
	price, until := whole.Open, candle.Prices{Open: whole.Open, High: whole.Open, Low: whole.Open, Close: whole.Open}
	for i := 1; i < len(points) && after > 0; i++ {
		from, part := price, min(after, leg)
		price = from + (points[i]-from)*pip.Price(part.Milliseconds())/pip.Price(leg.Milliseconds())
		until.Add(candle.Prices{Open: from, High: max(from, price), Low: min(from, price), Close: price})
		after -= leg
	}
	return price, until
}
