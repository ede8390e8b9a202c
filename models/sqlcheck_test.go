package models_test

import (
	"testing"

	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
)

func TestInspect(t *testing.T) {
	for _, good := range []string{
		"SELECT * FROM `a` WHERE `a`.`tenant_id` = ? AND (x = 1 OR (y = 2 OR z = 3)) ORDER BY b",
		`INSERT INTO "a" ("or","from") VALUES ($1,'it''s OR -- ; (') ON CONFLICT ("id") DO NOTHING`,
		"SELECT * FROM a WHERE t = ? GROUP BY b HAVING c OR d",
		"SELECT CASE WHEN a OR b THEN 1 END FROM x WHERE t = ?",
		"SELECT 1",
		"",
	} {
		require.NoError(t, models.Inspect(good), good)
	}
	for _, bad := range []string{
		"SELECT * FROM a WHERE t = ? OR 1=1", "SELECT * FROM a WHERE t = ? AND (1=1) oR (1=1)", "SELECT 1)", "SELECT (1", "SELECT ')", `SELECT "`,
		"SELECT 1; SELECT 2", "SELECT 1 -- x", "SELECT 1 /* x */", "SELECT 1 UNION SELECT 2", "WITH x AS (SELECT 1) SELECT 1", "TABLE a",
		`SELECT E'\' OR 1=1'`, "SELECT $$x$$", "SELECT $tag$x$tag$", "SELECT query_to_xml('SELECT * FROM a')", "SELECT 1 \x00",
	} {
		require.Error(t, models.Inspect(bad), bad)
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("SELECT * FROM a WHERE t = ? AND (x OR 'y''')")
	f.Add(`"(--`)
	f.Fuzz(func(_ *testing.T, sql string) { _ = models.Inspect(sql) })
}
