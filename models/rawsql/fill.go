package rawsql

import (
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// Filling is how many rows Fill writes for a journey of the steps s1 to s5, and whose they are.
type Filling struct {
	Tenant, Connection, Journey, Version string
	People                               int
	Conversations                        int // finished ones, one each of the first people
	Visits                               int // of each conversation, up to 5
	Now                                  int64
}

// fillAtOnce is how many people or conversations one statement writes.
const fillAtOnce = 20000

// The statements of Fill, for the numbers of series. id, at and flag are spelled by each database.
const (
	fillPeople = `INSERT INTO subscribers (id, tenant_id, connection_id, user_id, first_name, last_name, username, language, search_text, source, tags,
	state, state_at, state_update, version, created_at, updated_at, last_seen_at)
SELECT {id:7}, @tenant, @connection, 1000000000 + i, first, last, 'user_' || i, 'en', '  ' || lower(first) || '  ' || lower(last) || '  user_' || i,
	CASE WHEN i % 3000 = 0 THEN 'poster' ELSE 'ad' END, CASE WHEN i % 5000 = 0 THEN '["vip"]' ELSE '[]' END,
	CASE WHEN i % 20 = 0 THEN 'blocked' WHEN i % 33 = 0 THEN 'unsubscribed' ELSE 'active' END, 0, 0, 1, {at}, {at}, {at}
FROM (SELECT i, trim(substr('Anna  Boris Carla Dmitri Elena Farid Grace Hamid Ines  Jonas ', CAST((i % 10) * 6 + 1 AS INTEGER), 6)) AS first,
	trim(substr('Adler  Berg   Costa  Duarte Eriksen Fischer Garcia Haddad Ivanov Jensen ', CAST((i / 10 % 10) * 7 + 1 AS INTEGER), 7)) AS last FROM series) AS named`
	fillConversations = `INSERT INTO journey_sessions (id, tenant_id, conversation_id, connection_id, user_id, subscriber_id, journey_id, version_id, token, status, state,
	outgoing, step_id, phase, step_since, paused, holds, wants_person, cause, outcome, problem, is_first, is_first_of_version, started_at, ended_at, version, updated_at)
SELECT {id:8}, @tenant, 'bench.' || i, @connection, 1000000000 + i, {id:7}, @journey, @version, 'bench' || i, 'ended', '{}', '', 's' || (1 + i % 5), 'ended', {at},
	{no}, 0, {no}, 'a bench', CASE WHEN i % 10 = 0 THEN 'dropped' ELSE 'completed' END, '', {yes}, {yes}, {at}, {at}, 1, {at} FROM series`
	fillVisits = `INSERT INTO journey_visits (session_id, visit, tenant_id, journey_id, version_id, step_id, result, replies, sends, failures, entered_at, left_at)
SELECT {id:8}, number, @tenant, @journey, @version, 's' || number, 'passed', i % 2, 1, 0, {at}, {at}
FROM series CROSS JOIN (SELECT 1 AS number UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) AS steps WHERE number <= @visits`
	fillLinks = `INSERT INTO journey_links (id, tenant_id, session_id, journey_id, version_id, step_id, url, clicks, first_clicked_at, recent, created_at, is_first_click, is_first_of_step)
SELECT 'bench' || substr(CAST(10000000 + i AS TEXT), 2), @tenant, {id:8}, @journey, @version, 's1', 'https://example.com/' || (i % 3), i % 2, {at}, '{}', {at},
	CASE WHEN i % 2 = 1 THEN {yes} ELSE {no} END, CASE WHEN i % 2 = 1 THEN {yes} ELSE {no} END FROM series`
	fillLog = `INSERT INTO journey_log (id, tenant_id, subscriber_id, session_id, journey_id, step_id, what, text, reasons, at)
SELECT {id:9}, @tenant, {id:7}, {id:8}, @journey, 's1', 'entered', '', '[]', {at} FROM series`
)

// spellFlags writes {yes} and {no} as the database does.
func spellFlags(db *gorm.DB, text string) string {
	yes, no := "1", "0"
	if db.Name() == "postgres" {
		yes, no = "TRUE", "FALSE"
	}
	return strings.NewReplacer("{yes}", yes, "{no}", no).Replace(text)
}

// Fill writes many rows at once, for the bench. say is told what has been written.
func Fill(db *gorm.DB, f Filling, say func(string, ...any)) error {
	series := "WITH RECURSIVE series (i) AS (SELECT CAST(@first AS BIGINT) UNION ALL SELECT i + 1 FROM series WHERE i < @last) "
	spell := func(text string) string {
		at := "strftime('%Y-%m-%dT%H:%M:%S.000000Z', @now - i * 20, 'unixepoch')"
		if db.Name() == "postgres" {
			at = "to_timestamp(CAST(@now AS BIGINT) - i * 20)"
		}
		words := []string{"{at}", at}
		for kind := '7'; kind <= '9'; kind++ {
			words = append(words, "{id:"+string(kind)+"}", "'0000000"+string(kind)+"-0000-7000-8000-' || substr(CAST(1000000000000 + i AS TEXT), 2)")
		}
		insert, rest, _ := strings.Cut(text, "\nSELECT ")
		return spellFlags(db, strings.NewReplacer(words...).Replace(insert+"\n"+series+"SELECT "+rest))
	}
	args := map[string]any{"tenant": f.Tenant, "connection": f.Connection, "journey": f.Journey, "version": f.Version, "visits": f.Visits, "now": f.Now}
	for _, part := range []struct {
		name, text string
		rows       int
	}{{"people", fillPeople, f.People}, {"conversations", fillConversations, f.Conversations}, {"visits", fillVisits, f.Conversations},
		{"links", fillLinks, f.Conversations}, {"lines of the log", fillLog, f.Conversations}} {
		for first := 1; first <= part.rows; first += fillAtOnce {
			args["first"], args["last"] = first, min(first+fillAtOnce-1, part.rows)
			if err := allow(db).Exec(spell(part.text), args).Error; err != nil {
				return fmt.Errorf("fill in %s: %w", part.name, err)
			}
		}
		say("%s written", part.name)
	}
	// Folding millions of changes takes minutes; counting the rows comes to the same.
	err := allow(db).Transaction(func(tx *gorm.DB) error {
		if db.Name() == "postgres" { // workers fold
			if err := tx.Exec("LOCK TABLE tallies IN EXCLUSIVE MODE").Error; err != nil {
				return err
			}
		}
		for _, step := range []string{"DELETE FROM tallies WHERE tenant_id = @tenant",
			"INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n, folded) " +
				"SELECT tenant_id, subject, version, part, measure, day, n, {yes} FROM tallies_expected WHERE tenant_id = @tenant"} {
			if err := tx.Exec(spellFlags(db, step), args).Error; err != nil {
				return fmt.Errorf("count what was filled in: %w", err)
			}
		}
		return nil
	})
	if err == nil && db.Name() == "postgres" { // as its own housekeeping does within a minute
		err = allow(db).Exec("VACUUM ANALYZE").Error
	}
	return err
}
