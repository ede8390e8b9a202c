package rawsql

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"gorm.io/gorm"

	"github.com/promostack/promostack/internal/base/tenant"
)

// A report reads one tenant's rows with SQL that repositories can't write: WITH, UNION, window
// functions. Its text is a constant; report binds @tenant and asks for the tenant's condition beside
// each table.

// condition is what stands beside each table that a report reads.
const condition = "tenant_id = @tenant"

var (
	tables = regexp.MustCompile(`(?i)\b(?:FROM|JOIN)\s+(\w+)`)
	named  = regexp.MustCompile(`(?i)\b(\w+)\s+AS\s*\(`) // by WITH
)

// scoped refuses a report that does not read, or that names a table without the tenant's condition.
// It counts, and so does not replace the report's test with another tenant's rows.
func scoped(query string) error {
	if !strings.HasPrefix(query, "SELECT ") && !strings.HasPrefix(query, "WITH ") || strings.Contains(query, ";") {
		return errors.New("a report is one statement that reads")
	}
	own := map[string]bool{}
	for _, m := range named.FindAllStringSubmatch(query, -1) {
		own[strings.ToLower(m[1])] = true
	}
	foreign := 0
	for _, m := range tables.FindAllStringSubmatch(query, -1) {
		if !own[strings.ToLower(m[1])] {
			foreign++
		}
	}
	if have := strings.Count(query, condition); have == 0 || have < foreign {
		return fmt.Errorf("%d of the %d tables that a report reads have %q", have, foreign, condition)
	}
	return nil
}

// report runs a report for the context's tenant; without one it fails.
func report[T any](db *gorm.DB, query string, args map[string]any) ([]T, error) {
	owner, ok := tenant.From(db.Statement.Context)
	if !ok {
		return nil, errors.New("a report needs a tenant")
	}
	if err := scoped(query); err != nil {
		return nil, err
	}
	args["tenant"] = owner
	var rows []T
	return rows, allow(db).Raw(query, args).Scan(&rows).Error
}

// JourneyTotals are a journey's figures in its list.
type JourneyTotals struct {
	JourneyID string
	Sends     int64
	People    int64 // different ones who entered
	Inside    int64 // who are in it now
}

const journeyTotals = `WITH entered AS (
	SELECT journey_id, count(DISTINCT subscriber_id) AS people, count(CASE WHEN status = 'running' THEN 1 END) AS inside
	FROM journey_sessions WHERE tenant_id = @tenant AND journey_id IN @journeys GROUP BY journey_id
), sent AS (
	SELECT journey_id, sum(sends) AS sends
	FROM journey_visits WHERE tenant_id = @tenant AND journey_id IN @journeys GROUP BY journey_id
)
SELECT entered.journey_id, people, inside, COALESCE(sends, 0) AS sends FROM entered LEFT JOIN sent ON sent.journey_id = entered.journey_id`

// ReportJourneyTotals returns the figures of journeys that somebody entered.
func ReportJourneyTotals(db *gorm.DB, journeys []string) ([]JourneyTotals, error) {
	return report[JourneyTotals](db, journeyTotals, map[string]any{"journeys": journeys})
}
