package control

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
)

// longestOutage is a week, in seconds.
const longestOutage = 7 * 24 * 3600

// BindOutage reads an order that makes every call of a simulated service fail in one of some ways: {"kind": "html",
// "seconds": 30} of real time. Without seconds, ends is zero: the outage lasts until it is ended.
func BindOutage[K ~string](r *http.Request, kinds []K, now time.Time) (kind K, ends time.Time, err error) {
	in, err := Bind[struct {
		Kind    K       `json:"kind"`
		Seconds float64 `json:"seconds"`
	}](r)
	if err != nil {
		return kind, ends, err
	}
	var problems fault.Fields
	if !slices.Contains(kinds, in.Kind) {
		names := make([]string, len(kinds))
		for i, k := range kinds {
			names[i] = string(k)
		}
		problems.Add("kind", "invalid", "Must be one of %s", strings.Join(names, ", "))
	}
	if in.Seconds < 0 || in.Seconds > longestOutage {
		problems.Add("seconds", "invalid", "Must be from 0 (until it is ended) to a week")
	}
	if err := problems.Err("outage_invalid", "There is no such outage"); err != nil {
		return kind, ends, err
	}
	if in.Seconds > 0 {
		ends = now.Add(time.Duration(in.Seconds * float64(time.Second))).Truncate(time.Microsecond)
	}
	return in.Kind, ends, nil
}
