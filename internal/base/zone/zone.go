// Package zone reads time zones as people write them.
package zone

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/promostack/promostack/internal/base/text"
)

const (
	longest    = 64 // characters that are looked at
	mostOffset = 14 * time.Hour
	mostKept   = 4096
)

// found are the zones by what was written; nil for none. It is emptied when it is full: people write what they
// like.
var found = struct {
	sync.Mutex
	by map[string]*time.Location
}{by: map[string]*time.Location{}}

// Load finds the zone that somebody means: a name of the IANA database in whatever case (“europe/berlin”), the
// city alone (“New York”), or a fixed offset (“UTC+3”, “GMT-04:30”, “+5:30”). Its String is the name to keep,
// which Load reads again: an IANA name, or an offset like UTC+03:00. It is not Go's “Local”.
func Load(written string) (*time.Location, bool) {
	if len(written) > 4*longest {
		return nil, false
	}
	written = text.Clean(written)
	found.Lock()
	defer found.Unlock()
	loc, known := found.by[written]
	if !known {
		if loc = offset(written); loc == nil {
			loc = named(written)
		}
		if len(found.by) >= mostKept {
			clear(found.by)
		}
		found.by[written] = loc
	}
	return loc, loc != nil
}

var offsetForm = regexp.MustCompile(`^(?i:utc|gmt)? ?([+\-−–])(\d{1,2})(?::?(\d{2}))?$`)

// offset is a zone that is always as far from UTC, or nil.
func offset(written string) *time.Location {
	m := offsetForm.FindStringSubmatch(written)
	if m == nil {
		return nil
	}
	hours, _ := strconv.Atoi(m[2]) // two digits at most
	minutes, _ := strconv.Atoi("0" + m[3])
	far := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if far > mostOffset || minutes > 59 {
		return nil
	}
	if far == 0 {
		return time.UTC
	}
	sign, seconds := "+", int(far.Seconds())
	if m[1] != "+" {
		sign, seconds = "-", -seconds
	}
	return time.FixedZone(fmt.Sprintf("UTC%s%02d:%02d", sign, hours, minutes), seconds)
}

// areas are where a city may lie.
var areas = []string{"", "Europe/", "America/", "Asia/", "Africa/", "Australia/", "Pacific/", "Atlantic/", "Indian/", "Antarctica/", "Arctic/",
	"America/Argentina/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/"}

// odd are the names that are not written like others: capitals at the beginnings of words.
var odd = func() map[string]string {
	out := map[string]string{}
	for _, name := range strings.Fields("Africa/Dar_es_Salaam America/Argentina/ComodRivadavia America/Knox_IN America/Port-au-Prince America/Port_of_Spain " +
		"Antarctica/DumontDUrville Antarctica/McMurdo Australia/ACT Australia/LHI Australia/NSW Brazil/DeNoronha CET CST6CDT " +
		"Chile/EasterIsland EET EST EST5EDT Etc/UCT Etc/UTC Europe/Isle_of_Man GB GB-Eire GMT GMT+0 GMT-0 GMT0 HST MET MST " +
		"MST7MDT Mexico/BajaNorte Mexico/BajaSur NZ NZ-CHAT PRC PST8PDT ROC ROK UCT UTC W-SU WET") {
		out[strings.ToLower(name)] = name
	}
	return out
}()

func named(written string) *time.Location {
	if written == "" || len([]rune(written)) > longest {
		return nil
	}
	plain := text.Lower(strings.ReplaceAll(written, " ", "_"))
	if plain == "z" {
		return time.UTC
	}
	for _, area := range areas {
		name := area + inCapitals(plain)
		if as, isOdd := odd[text.Lower(area)+plain]; isOdd {
			name = as
		}
		if name == "Local" {
			return nil
		}
		if loc, err := time.LoadLocation(name); err == nil {
			return loc
		}
	}
	return nil
}

// inCapitals writes a name as the IANA database does.
func inCapitals(plain string) string {
	var b strings.Builder
	start := true
	gmt := strings.HasPrefix(plain, "etc/gmt")
	for i, r := range plain {
		if start || gmt && i < len("etc/gmt") && i >= len("etc/") || strings.HasPrefix(plain, "us/") && i < 2 {
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
		start = !unicode.IsLetter(r)
	}
	return b.String()
}
