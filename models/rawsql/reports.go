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
		own[strings.ToLower(m[1])] = true //nolint:forbidigo // SQL
	}
	foreign := 0
	for _, m := range tables.FindAllStringSubmatch(query, -1) {
		if !own[strings.ToLower(m[1])] { //nolint:forbidigo // SQL
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

// TallyError is a count that is not what it counts.
type TallyError struct {
	Subject, Version, Part, Measure, Day string
	Missing                              int64 // what must be added to it
}

const tallyErrors = `SELECT subject, version, part, measure, day, CAST(sum(n) AS BIGINT) AS missing FROM (
	SELECT subject, version, part, measure, day, n FROM tallies_expected WHERE tenant_id = @tenant
	UNION ALL SELECT subject, version, part, measure, day, -n FROM tallies WHERE tenant_id = @tenant
) AS compared GROUP BY subject, version, part, measure, day HAVING sum(n) <> 0`

// ReportTallyErrors compares the tenant's counts with the rows that they count, as of one moment.
func ReportTallyErrors(db *gorm.DB) ([]TallyError, error) {
	return report[TallyError](db, tallyErrors, map[string]any{})
}
