// Package wording is what is said about signals (F5, F7, F8): the written templates, and the check that a text which a
// model wrote says nothing that is not so.
package wording

import (
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Unit is what a figure counts.
type Unit string

// Units of figures.
const (
	Price   Unit = "price"
	Pips    Unit = "pips"
	R       Unit = "R"
	Money   Unit = "money" // in the quote currency
	Percent Unit = "percent"
	Count   Unit = "count"   // of signals, wins, messages
	Hours   Unit = "hours"   // the whole hours of a duration
	Minutes Unit = "minutes" // its rest, or all of it in minutes
	Days    Unit = "days"
	Clock   Unit = "clock" // a time of day: minutes since midnight
	Year    Unit = "year"
)

// Figure is a number that a text may say. Value is in 10⁻⁵ of its unit.
type Figure struct {
	Name  string `json:"name"`
	Unit  Unit   `json:"unit"`
	Value int64  `json:"value"`
}

// Facts are all that a text may say.
type Facts struct {
	Figures []Figure `json:"figures"`
	// Labels are words with digits in them that may stand as they are: "TP1", "XAU/USD", "M15".
	Labels []string `json:"labels"`
}

const one = 100_000

// Of makes a figure of a whole number.
func Of(name string, unit Unit, n int64) Figure { return Figure{name, unit, n * one} }

// OfPrice makes a figure of a price.
func OfPrice(name string, p pip.Price) Figure { return Figure{name, Price, int64(p)} }

// OfPips makes a figure of pips.
func OfPips(name string, p pip.Pips) Figure { return Figure{name, Pips, int64(p)} }

// OfR makes a figure of a result in R.
func OfR(name string, r pip.R) Figure { return Figure{name, R, int64(r)} }

// OfCents makes a figure of an amount of money.
func OfCents(name string, cents int64) Figure { return Figure{name, Money, cents * (one / 100)} }

// OfMinutes makes the figures of a duration: "2 h 10 min" and "130 min" may both be said.
func OfMinutes(name string, minutes int64) []Figure {
	all := []Figure{Of(name, Minutes, minutes)}
	if minutes >= 60 {
		all = append(all, Of(name, Hours, minutes/60), Of(name, Minutes, minutes%60))
	}
	if minutes >= 24*60 {
		all = append(all, Of(name, Days, minutes/(24*60)), Of(name, Hours, minutes/60%24))
	}
	return all
}
