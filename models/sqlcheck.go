package models

import (
	"fmt"
	"strings"
)

// shape is what the pool must know about a statement to be sure that the guard scoped all of it.
type shape struct {
	verb    string // the first keyword: SELECT, INSERT, UPDATE, DELETE
	selects int    // SELECTs after the first keyword: sub-queries
	froms   int
	joins   int
}

// endsWhere are the keywords that end a WHERE on their own level.
var endsWhere = map[string]bool{"GROUP": true, "ORDER": true, "LIMIT": true, "HAVING": true, "RETURNING": true, "FOR": true, "OFFSET": true}

// forbidden are keywords that the repositories' statements never have outside quotes and that
// could bring in rows that the guard did not see.
var forbidden = map[string]bool{
	"UNION": true, "INTERSECT": true, "EXCEPT": true, "TABLE": true, "WITH": true, "LATERAL": true, "USING": true,
	"ATTACH": true, "PRAGMA": true, "COPY": true, "CALL": true, "EXECUTE": true,
	// functions that run text of their own, or read files
	"QUERY_TO_XML": true, "QUERY_TO_XML_AND_XMLSCHEMA": true, "TABLE_TO_XML": true, "SCHEMA_TO_XML": true, "DATABASE_TO_XML": true,
	"CURSOR_TO_XML": true, "TS_STAT": true, "DBLINK": true, "DBLINK_EXEC": true, "LOAD_EXTENSION": true, "PG_READ_FILE": true,
}

// inspect reads a statement word by word. It is not a parser: it refuses what it can't be sure of,
// which is anything with a comment, a second statement, unbalanced brackets, a set operation, or
// an OR that stands beside the guard's condition instead of under it. That last one matters,
// since gorm puts conditions from strings side by side with the guard's, and brackets in a string
// could close gorm's.
func inspect(sql string) (shape, error) {
	var s shape
	depth := 0
	whereAt := map[int]bool{}
	for i := 0; i < len(sql); {
		c := sql[i]
		switch {
		case c == '\'' || c == '"' || c == '`':
			end, err := quoted(sql, i)
			if err != nil {
				return s, err
			}
			i = end
		case c == '(':
			depth++
			delete(whereAt, depth)
			i++
		case c == ')':
			delete(whereAt, depth)
			depth--
			if depth < 0 {
				return s, fmt.Errorf("a bracket closes more than the statement opened")
			}
			i++
		case c == ';' || c == '\\' || c == 0:
			return s, fmt.Errorf("%q stands outside a string", c)
		case strings.HasPrefix(sql[i:], "--") || strings.HasPrefix(sql[i:], "/*"):
			return s, fmt.Errorf("the statement has a comment")
		case c == '$' && (i+1 >= len(sql) || sql[i+1] < '0' || sql[i+1] > '9'):
			return s, fmt.Errorf("the statement has a dollar-quoted string")
		case wordByte(c):
			start := i
			for i < len(sql) && (wordByte(sql[i]) || sql[i] >= '0' && sql[i] <= '9') {
				i++
			}
			if err := s.word(strings.ToUpper(sql[start:i]), depth, whereAt); err != nil { //nolint:forbidigo // SQL
				return s, err
			}
		default:
			i++
		}
	}
	if depth != 0 {
		return s, fmt.Errorf("a bracket is left open")
	}
	return s, nil
}

func (s *shape) word(word string, depth int, whereAt map[int]bool) error {
	if forbidden[word] {
		return fmt.Errorf("the statement has %s", word)
	}
	first := s.verb == ""
	if first {
		s.verb = word
	}
	switch word {
	case "SELECT":
		if !first {
			s.selects++
		}
	case "FROM":
		s.froms++
	case "JOIN":
		s.joins++
	case "WHERE":
		whereAt[depth] = true
	case "OR":
		if whereAt[depth] {
			return fmt.Errorf("an OR stands beside the tenant's condition")
		}
	default:
		if endsWhere[word] {
			delete(whereAt, depth)
		}
	}
	return nil
}

// quoted returns the index after a quoted string or name that starts at i.
func quoted(sql string, i int) (int, error) {
	quote := sql[i]
	for j := i + 1; j < len(sql); j++ {
		switch {
		case sql[j] == '\\':
			return 0, fmt.Errorf("a quoted string has a backslash")
		case sql[j] == quote && j+1 < len(sql) && sql[j+1] == quote:
			j++
		case sql[j] == quote:
			return j + 1, nil
		}
	}
	return 0, fmt.Errorf("a quote is left open")
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
