package rawsql

import (
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"github.com/promostack/promostack/internal/base/tenant"
)

// People is what PeopleWith looks for: text in people's search_text and tags, plain and as patterns of LIKE.
// An empty text or tag is not looked for. Each has at least three characters.
type People struct {
	Text, Tag         string
	TextLike, TagLike string
	Limit             int
}

// PeopleWith returns the ids of the tenant's subscribers that have the text and the tag, at most Limit of them,
// from the index of three letters each: FTS5 on SQLite, pg_trgm on PostgreSQL.
func PeopleWith(db *gorm.DB, p People) ([]string, error) {
	owner, ok := tenant.From(db.Statement.Context)
	if !ok {
		return nil, errors.New("a search needs a tenant")
	}
	args := map[string]any{"tenant": owner, "limit": p.Limit}
	var query string
	if db.Name() == "postgres" {
		query = "SELECT id FROM subscribers WHERE tenant_id = @tenant"
		if p.Text != "" {
			query, args["text"] = query+" AND search_text LIKE @text ESCAPE '!'", p.TextLike
		}
		if p.Tag != "" {
			query, args["tag"] = query+" AND tags LIKE @tag ESCAPE '!'", p.TagLike
		}
		query += " LIMIT @limit"
	} else {
		var match []string
		for column, text := range map[string]string{"search_text": p.Text, "tags": p.Tag} {
			if text != "" {
				match = append(match, column+` : "`+strings.ReplaceAll(text, `"`, `""`)+`"`)
			}
		}
		args["match"] = strings.Join(match, " AND ")
		query = "SELECT subscribers.id FROM subscriber_search JOIN subscriber_numbers ON subscriber_numbers.number = subscriber_search.rowid " +
			"JOIN subscribers ON subscribers.id = subscriber_numbers.subscriber_id " +
			"WHERE subscriber_search MATCH @match AND subscribers.tenant_id = @tenant LIMIT @limit"
	}
	var ids []string
	if err := allow(db).Raw(query, args).Scan(&ids).Error; err != nil {
		return nil, fmt.Errorf("search people: %w", err)
	}
	return ids, nil
}
