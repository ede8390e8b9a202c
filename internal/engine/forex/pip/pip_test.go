package pip

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func price(t *testing.T, s string) Price {
	t.Helper()
	p, err := ParsePrice(s)
	require.NoError(t, err)
	return p
}

func TestPrices(t *testing.T) {
	for _, c := range []struct {
		in, strict, round string // empty for refused
	}{
		{"2650", "2650.00", "2650.00"},
		{"2650.1", "2650.10", "2650.10"},
		{"1647.10999", "1647.10999", "1647.10999"},
		{"0.00001", "0.00001", "0.00001"},
		{"1647.109990", "1647.10999", "1647.10999"},
		{"1647.109994", "", "1647.10999"},
		{"1647.109995", "", "1647.11"},
		{"1647.1099949999", "", "1647.10999"},
		{"0.000001", "", ""},
		{"0", "", ""},
		{"-1", "", ""},
		{"", "", ""},
		{".", "", ""},
		{".5", "", ""},
		{"5.", "", ""},
		{"1.2.3", "", ""},
		{"1e3", "", ""},
		{"+5", "", ""},
		{" 5", "", ""},
		{"1,5", "", ""},
		{"NaN", "", ""},
		{"９", "", ""},
		{"10000000", "", ""},
		{"99999999999999999999999999", "", ""},
		{"9999999.99999", "9999999.99999", "9999999.99999"},
	} {
		check := func(name, want string, p Price, err error) {
			if want == "" {
				require.Error(t, err, "%s %q", name, c.in)
				return
			}
			require.NoError(t, err, "%s %q", name, c.in)
			require.Equal(t, want, p.String(), "%s %q", name, c.in)
		}
		p, err := ParsePrice(c.in)
		check("strict", c.strict, p, err)
		p, err = RoundPrice(c.in)
		check("round", c.round, p, err)
	}
}

// The table of the facts: BUY 2650.00, stop 2645, targets 2655/2660/2665 closed 50/30/20 %, 0.10 lot.
func TestTheTableOfPips(t *testing.T) {
	entry, stop := price(t, "2650"), price(t, "2645")
	risk := Default.Pips(stop, entry)
	require.Equal(t, "50", risk.String())
	for _, c := range []struct {
		name  string
		parts map[string]int // exit and its share in percent
		pips  string
		r     string
		cents int64
	}{
		{"all targets", map[string]int{"2655": 50, "2660": 30, "2665": 20}, "85", "1.70", 8500},
		{"TP1, then breakeven", map[string]int{"2655": 50, "2650": 50}, "25", "0.50", 2500},
		{"TP2, then the stop at TP1", map[string]int{"2655": 70, "2660": 30}, "65", "1.30", 6500},
		{"stop", map[string]int{"2645": 100}, "-50", "-1.00", -5000},
	} {
		var b Blend
		for exit, share := range c.parts {
			b.Add(Default.Pips(entry, price(t, exit)), share*Whole/100)
		}
		require.Equal(t, c.pips, b.Pips().String(), c.name)
		require.Equal(t, c.r, Ratio(b.Pips(), risk).String(), c.name)
		require.Equal(t, c.cents, Default.Money(b.Pips(), 10), c.name)
	}
	require.Equal(t, int64(1000), Default.Money(1*one, 100), "10 USD for each pip and lot")
	point, err := NewSize(price(t, "0.01"))
	require.NoError(t, err)
	require.Equal(t, "500", point.Pips(stop, entry).String())
	require.Equal(t, int64(100), point.Money(1*one, 100), "1 USD for each point and lot")
}

func TestSizes(t *testing.T) {
	for _, good := range []string{"0.00001", "0.0001", "0.01", "0.05", "0.1", "0.10", "0.25", "1"} {
		var s Size
		require.NoError(t, s.UnmarshalText([]byte(good)), good)
	}
	for _, bad := range []string{"0", "0.03", "2", "-0.1", "a", "0.000001"} {
		var s Size
		require.Error(t, s.UnmarshalText([]byte(bad)), bad)
	}
}

// What is exact in rational numbers is exact here, and text comes back as it went.
func TestExactness(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for range 20_000 {
		a, b := Price(1+random.Int64N(int64(MaxPrice)-1)), Price(1+random.Int64N(int64(MaxPrice)-1))
		back, err := ParsePrice(a.String())
		require.NoError(t, err)
		require.Equal(t, a, back)
		require.Equal(t, Default.Pips(a, b), -Default.Pips(b, a), "buy and sell mirror")
		require.Equal(t, b-a, Default.Distance(Default.Pips(a, b)))
		want := new(big.Rat).Quo(new(big.Rat).SetFrac64(int64(b-a), one), big.NewRat(1, 10))
		require.Zero(t, want.Cmp(new(big.Rat).SetFrac64(int64(Default.Pips(a, b)), one)))
		var whole Blend
		rest, p := Whole, Default.Pips(a, b)
		for rest > 0 {
			share := 1 + random.IntN(rest)
			whole.Add(p, share)
			rest -= share
		}
		require.Equal(t, p, whole.Pips(), "the parts of a trade are the whole")
	}
}

func FuzzPrice(f *testing.F) {
	for _, s := range []string{"2650.10", "0.00001", "-1", "1647.1099949", "1.", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePrice(s)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		require.True(t, ok, s)
		require.Zero(t, want.Cmp(new(big.Rat).SetFrac64(int64(p), one)), s)
	})
}
