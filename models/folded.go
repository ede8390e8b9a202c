package models

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"

	"github.com/promostack/promostack/internal/base/tagname"
	"github.com/promostack/promostack/internal/base/text"
)

// inProgram are the migrations whose values no SQL can make. Each runs after its SQL, in its transaction.
var inProgram = map[string]func(ctx context.Context, tx migrating) error{"202611301730_folded": foldAnew}

// migrating is the transaction of a migration.
type migrating struct {
	*sql.Tx
	postgres bool
}

var placeholder = regexp.MustCompile(`\?`)

// bound is a statement with placeholders as the database writes them.
func (m migrating) bound(query string) string {
	if !m.postgres {
		return query
	}
	n := 0
	return placeholder.ReplaceAllStringFunc(query, func(string) string { n++; return fmt.Sprintf("$%d", n) })
}

func (m migrating) exec(ctx context.Context, query string, args ...any) error {
	_, err := m.ExecContext(ctx, m.bound(query), args...)
	return translate(err)
}

// texts reads rows of columns that are all texts; null is "".
func (m migrating) texts(ctx context.Context, query string, args ...any) ([][]string, error) {
	rows, err := m.QueryContext(ctx, m.bound(query), args...)
	if err != nil {
		return nil, translate(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, translate(err)
	}
	var out [][]string
	for rows.Next() {
		values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, translate(err)
		}
		row := make([]string, len(columns))
		for i, v := range values {
			row[i] = v.String
		}
		out = append(out, row)
	}
	return out, translate(rows.Err())
}

// foldAnew folds all that is stored folded.
func foldAnew(ctx context.Context, tx migrating) error {
	if err := claimAnew(ctx, tx); err != nil {
		return err
	}
	journeys, err := tx.texts(ctx, "SELECT id, search_text, name FROM journeys")
	if err != nil {
		return err
	}
	templates, err := tx.texts(ctx, "SELECT id, search_text, name, slug, description, category FROM templates")
	if err != nil {
		return err
	}
	for table, rows := range map[string][][]string{"journeys": journeys, "templates": templates} {
		for _, row := range rows {
			if folded := searchText(row[2:]...); folded != row[1] {
				if err := tx.exec(ctx, "UPDATE "+table+" SET search_text = ? WHERE id = ?", folded, row[0]); err != nil {
					return err
				}
			}
		}
	}
	return peopleAnew(ctx, tx)
}

// claimAnew folds the claims of active journeys' triggers. Where two journeys then have the same, the one that was
// published first keeps the claim; the other goes on without one, and its page names the first (the service's
// View).
func claimAnew(ctx context.Context, tx migrating) error {
	rows, err := tx.texts(ctx, "SELECT tenant_id, journey_id, CAST(position AS TEXT), claim, spec, name FROM journey_triggers WHERE claim IS NOT NULL ORDER BY activated_at, journey_id, position")
	if err != nil {
		return err
	}
	owners := map[[2]string]string{} // journeys' names by tenant and claim
	var changed [][]any
	for _, row := range rows {
		claim, err := claimAgain(row[3], row[4])
		if err != nil {
			return fmt.Errorf("trigger %s of journey %s: %w", row[2], row[1], err)
		}
		key, at := [2]string{row[0], claim}, []any{nil, row[1], row[2]}
		if first, taken := owners[key]; !taken {
			owners[key] = row[5]
			at[0] = claim
		} else {
			slog.WarnContext(ctx, "two active journeys have the same trigger, as people write it; both go on, and the first goes before the other",
				"tenant", row[0], "first", first, "other", row[5], "trigger", claim)
		}
		if at[0] != row[3] {
			changed = append(changed, at)
		}
	}
	const update = "UPDATE journey_triggers SET claim = ? WHERE journey_id = ? AND CAST(position AS TEXT) = ?"
	for _, row := range changed { // first none of them, so that no new claim meets another's old one
		if err := tx.exec(ctx, update, nil, row[1], row[2]); err != nil {
			return err
		}
	}
	for _, row := range changed {
		if err := tx.exec(ctx, update, row...); err != nil {
			return err
		}
	}
	return nil
}

// claimAgain is a claim with its value as base/text has it now.
func claimAgain(claim, spec string) (string, error) {
	var trigger struct{ Value string }
	if err := json.Unmarshal([]byte(spec), &trigger); err != nil {
		return "", err
	}
	kind, _, _ := strings.Cut(claim, ":")
	if kind == "keyword" {
		return kind + ":" + text.Fold(trigger.Value), nil
	}
	return kind + ":" + text.Clean(trigger.Value), nil
}

// peopleAtOnce is how many people are read at a time, so that memory doesn't grow with them.
const peopleAtOnce = 1000

// peopleAnew folds what people are found by, and their tags.
func peopleAnew(ctx context.Context, tx migrating) error {
	for after := ""; ; {
		rows, err := tx.texts(ctx, "SELECT id, search_text, tags, first_name, last_name, username FROM subscribers WHERE id > ? ORDER BY id LIMIT ?", after, peopleAtOnce)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			after = row[0]
			tags, err := tagsAnew(row[2])
			if err != nil {
				return fmt.Errorf("tags of %s: %w", row[0], err)
			}
			if found := personText(row[3:]...); found != row[1] || tags != row[2] {
				if err := tx.exec(ctx, "UPDATE subscribers SET search_text = ?, tags = ? WHERE id = ?", found, tags, row[0]); err != nil {
					return err
				}
			}
		}
	}
}

// tagsAnew is a list of tags as it is kept now. What can't be a tag any more stays as it is.
func tagsAnew(stored string) (string, error) {
	var tags []string
	if err := json.Unmarshal([]byte(stored), &tags); err != nil {
		return "", err
	}
	fresh := []string{}
	for _, tag := range tags {
		if clean, ok := tagname.Clean(tag); ok {
			tag = clean
		}
		if !slices.Contains(fresh, tag) {
			fresh = append(fresh, tag)
		}
	}
	if slices.Equal(fresh, tags) {
		return stored, nil
	}
	slices.Sort(fresh)
	out, err := json.Marshal(fresh)
	return string(out), err
}

// searchText makes texts that are searched and a text to search for alike.
func searchText(parts ...string) string {
	folded := make([]string, len(parts))
	for i, part := range parts {
		folded[i] = text.Fold(part)
	}
	return strings.Join(folded, "\n")
}
