// Package pip is the one place that turns prices into pips, R and money (F6). Everything is exact:
// fixed-point integers of five decimals, decimal strings where they come in and go out.
package pip

import (
	"errors"
	"strconv"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
)

// one is 1 in fixed point.
const one = 100_000

// Price is a price in 10⁻⁵ of the quote currency: 2650.10 USD is 265,010,000.
type Price int64

// Pips is a signed number of pips in 10⁻⁵ pips.
type Pips int64

// R is a signed result in 10⁻⁵ of what was risked at first: 1 R is what the original stop loses.
type R int64

// Size is how much of a price is one pip: 0.10 for gold signals, 0.01 on MetaTrader.
type Size Price

// Default is the pip size of gold signal channels, 0.10 USD.
const Default Size = one / 10

// MaxPrice is far beyond every price that is traded, and small enough that no sum overflows.
const MaxPrice Price = 10_000_000 * one

// Units is the number of fixed-point units in the price 1.
const Units Price = one

var (
	errNumber = errors.New("must be a decimal number such as 2650.10")
	errFine   = errors.New("must have at most five decimals")
	errRange  = errors.New("must be above 0 and below 10000000")
)

// ParsePrice reads a price as people write it: above zero, at most five decimals.
func ParsePrice(s string) (Price, error) {
	n, exact, err := parse(s)
	switch {
	case err != nil:
		return 0, err
	case !exact:
		return 0, errFine
	case n <= 0 || n >= int64(MaxPrice):
		return 0, errRange
	}
	return Price(n), nil
}

// RoundPrice reads a price as feeds and files write it: what is finer than five decimals is rounded to
// the nearest, halves away from zero.
func RoundPrice(s string) (Price, error) {
	n, _, err := parse(s)
	switch {
	case err != nil:
		return 0, err
	case n <= 0 || n >= int64(MaxPrice):
		return 0, errRange
	}
	return Price(n), nil
}

// parse reads a decimal number into 10⁻⁵; exact is false when digits were rounded away.
func parse(s string) (n int64, exact bool, err error) {
	rest := s
	negative := strings.HasPrefix(rest, "-")
	if negative {
		rest = rest[1:]
	}
	exact = true
	decimals := -1 // before the point
	digits, up := 0, false
	for i := range len(rest) {
		c := rest[i]
		switch {
		case c == '.' && decimals < 0 && digits > 0:
			decimals = 0
			continue
		case c < '0' || c > '9':
			return 0, false, errNumber
		}
		digits++
		switch {
		case decimals < 0:
		case decimals < 5:
			decimals++
		default:
			if decimals == 5 { // the first digit that doesn't fit decides
				up = c >= '5'
				decimals++
			}
			exact = exact && c == '0'
			continue
		}
		if n > (1<<62)/10 {
			return 0, false, errRange
		}
		n = n*10 + int64(c-'0')
	}
	if digits == 0 || strings.HasSuffix(rest, ".") {
		return 0, false, errNumber
	}
	for d := max(decimals, 0); d < 5; d++ {
		if n > (1<<62)/10 {
			return 0, false, errRange
		}
		n *= 10
	}
	if up {
		n++
	}
	if negative {
		n = -n
	}
	return n, exact, nil
}

// format writes 10⁻⁵ units with as few decimals as it takes, but at least so many.
func format(n int64, least int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	fraction := strconv.FormatInt(n%one+one, 10)[1:]
	kept := strings.TrimRight(fraction, "0")
	for len(kept) < least {
		kept += "0"
	}
	if kept != "" {
		kept = "." + kept
	}
	return sign + strconv.FormatInt(n/one, 10) + kept
}

// String writes the price with two decimals, or more where it has more: "2650.10".
func (p Price) String() string { return format(int64(p), 2) }

// Float is the price for indicators, which are floating point.
func (p Price) Float() float64 { return float64(p) / one }

// MarshalText writes a decimal string.
func (p Price) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a decimal string; zero stands for none, and a distance may be below zero.
func (p *Price) UnmarshalText(text []byte) error {
	n, exact, err := parse(string(text))
	if err == nil && !exact {
		err = errFine
	}
	if err == nil && (n <= -int64(MaxPrice) || n >= int64(MaxPrice)) {
		err = errRange
	}
	*p = Price(n)
	return err
}

// String writes the pips with as few decimals as it takes: "-50", "62.5".
func (p Pips) String() string { return format(int64(p), 0) }

// Float is the number of pips, for charts and statistics.
func (p Pips) Float() float64 { return float64(p) / one }

// MarshalText writes a decimal string.
func (p Pips) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a decimal string.
func (p *Pips) UnmarshalText(text []byte) error {
	n, _, err := parse(string(text))
	*p = Pips(n)
	return err
}

// String writes the result with two decimals, or more where it has more: "1.70".
func (r R) String() string { return format(int64(r), 2) }

// Float is the number of R, for charts and statistics.
func (r R) Float() float64 { return float64(r) / one }

// MarshalText writes a decimal string.
func (r R) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a decimal string.
func (r *R) UnmarshalText(text []byte) error {
	n, _, err := parse(string(text))
	*r = R(n)
	return err
}

// NewSize checks a pip size: 1 must be a whole number of pips, so that every price is an exact number
// of 10⁻⁵ pips.
func NewSize(p Price) (Size, error) {
	if p <= 0 || one%p != 0 {
		return 0, fault.InvalidField("pip_size", "pip_size", "Must be a size that goes into 1 without a rest, such as 0.10 or 0.01")
	}
	return Size(p), nil
}

// Pips is how far it is from one price to another, exactly.
func (s Size) Pips(from, to Price) Pips { return Pips(to-from) * Pips(one/s) }

// Distance is how much of a price so many pips are, rounded to 10⁻⁵ towards zero.
func (s Size) Distance(p Pips) Price { return Price(p) / Price(one/s) }

// String writes the size with two decimals, or more where it has more: "0.10".
func (s Size) String() string { return Price(s).String() }

// MarshalText writes a decimal string.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a decimal string and checks it as NewSize does.
func (s *Size) UnmarshalText(text []byte) error {
	p, err := ParsePrice(string(text))
	if err != nil {
		return err
	}
	*s, err = NewSize(p)
	return err
}

// Ratio is the result of so many pips when risk pips were risked, rounded to 10⁻⁵ R. Without a risk
// there is no R: 0.
func Ratio(result, risk Pips) R {
	if risk == 0 {
		return 0
	}
	return R(divide(int64(result)*one, int64(risk)))
}

// OuncesPerLot is the contract of gold: a lot of XAU/USD is 100 troy ounces.
const OuncesPerLot = 100

// Lots is the size of a trade in hundredths of a lot, the smallest step that brokers take: one is an
// ounce of gold.
type Lots int64

// String writes lots with two decimals: "0.10".
func (l Lots) String() string { return format(int64(l)*(one/100), 2) }

// Money is what so many pips are worth on a trade of gold, in cents of the quote currency, rounded to
// the nearest: with a pip of 0.10, 10 USD for each pip and lot.
func (s Size) Money(p Pips, lots Lots) int64 {
	const lot = 100 // Lots
	// p·10⁻⁵ pips × s·10⁻⁵ a pip × ounces, in cents
	ounces := int64(lots) * OuncesPerLot / lot
	return divide(int64(p)*ounces, int64(one/s)*(one/100))
}

// Blend is the whole result of partial closes in pips, each with its share in 1/10000 of the trade,
// rounded once to 10⁻⁵ pips.
type Blend struct{ sum int64 }

// Whole is the share of a trade that is all of it.
const Whole = 10_000

// Add counts the pips of a part.
func (b *Blend) Add(p Pips, share int) { b.sum += int64(p) * int64(share) }

// Pips is the sum over all parts.
func (b *Blend) Pips() Pips { return Pips(divide(b.sum, Whole)) }

// divide rounds to the nearest, halves away from zero.
func divide(a, b int64) int64 {
	if b < 0 {
		a, b = -a, -b
	}
	if a < 0 {
		return -((-a + b/2) / b)
	}
	return (a + b/2) / b
}
