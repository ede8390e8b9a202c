package models

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/base/tagname"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/models/rawsql"
	"gorm.io/gorm"
)

// personText is what a person is found by. Two spaces stand before each word, so that one or two letters, too
// few for the index of three, find the beginnings of words.
func personText(names ...string) string {
	var out strings.Builder
	for _, name := range names {
		for _, word := range strings.Fields(text.Fold(name)) {
			out.WriteString("  " + word)
		}
	}
	return out.String()
}

// peopleSearch is what is looked for in people's texts and tags; empty is nothing.
type peopleSearch struct {
	text string // as personText has it: any part of it, or for one or two letters the beginning of a word
	tag  string // as the column has it
}

func searchPeople(query, tag string) peopleSearch {
	var p peopleSearch
	if query = strings.TrimPrefix(text.Clean(query), "@"); query != "" {
		p.text = personText(query)
		if word := strings.TrimPrefix(p.text, "  "); utf8.RuneCountInString(word) >= 3 {
			p.text = word
		}
	}
	if tag != "" {
		clean, _ := tagname.Clean(tag)
		stored, _ := json.Marshal(clean) // text always encodes
		p.tag = string(stored)
	}
	return p
}

func (p peopleSearch) empty() bool { return p == peopleSearch{} }

// among narrows a selection of subscribers.
func (p peopleSearch) among(db *gorm.DB) *gorm.DB {
	if p.text != "" {
		db = db.Where("search_text LIKE ? ESCAPE '!'", likePattern(p.text))
	}
	if p.tag != "" {
		db = db.Where("tags LIKE ? ESCAPE '!'", likePattern(p.tag))
	}
	return db
}

const (
	// walked is how many rows of a list are looked through before the index is asked. What many people have
	// fills a page with these, while the index would bring all of them.
	walked = 1000
	// mostNamed is how many people the index may name. What more have is soon found by walking on.
	mostNamed = 5000
)

// peopleList is a list of people, or of something that each has a person.
type peopleList struct {
	name, column string // as newestFirst takes them
	after        string
	limit        int
	filter       func(db *gorm.DB) *gorm.DB // what else narrows the list
	person       string                     // the column with the subscriber's id
	matching     func(db *gorm.DB) *gorm.DB
}

// page is the list in the order of a column, with its other filters and its limit.
func (l peopleList) page(db *gorm.DB, column string) (*gorm.DB, error) {
	db, err := newestFirst(db, l.name, column, l.after, l.limit)
	if err != nil {
		return nil, err
	}
	return l.filter(db).Session(&gorm.Session{}), nil // used more than once
}

// find reads a page of the list: of all, or of those that a search matches.
func find[T any](ctx context.Context, s *Store, p peopleSearch, l peopleList) ([]T, error) {
	var rows []T
	page, err := l.page(s.in(ctx), l.column)
	if err != nil {
		return nil, err
	}
	if p.empty() {
		return rows, page.Find(&rows).Error
	}
	newest, err := newestFirst(s.in(ctx).Model(new(T)), l.name, l.column, l.after, 1)
	if err != nil {
		return nil, err
	}
	var end []Time
	if err := newest.Offset(walked).Limit(1).Pluck(l.column, &end).Error; err != nil {
		return nil, err
	}
	if len(end) == 0 {
		return rows, l.matching(page).Find(&rows).Error
	}
	err = l.matching(page).Where(l.column+" >= ?", end[0]).Find(&rows).Error
	if err != nil || len(rows) > pageSize(l.limit) {
		return rows, err
	}
	ids, err := rawsql.PeopleWith(s.in(ctx), rawsql.People{Text: p.text, Tag: p.tag, TextLike: likePattern(p.text), TagLike: likePattern(p.tag), Limit: mostNamed + 1})
	if err != nil {
		return nil, err
	}
	rows = nil
	if len(ids) > mostNamed {
		return rows, l.matching(page).Find(&rows).Error
	}
	// No index gives the order of an expression: few people are looked up and sorted, where the list would be
	// walked to its end.
	page, err = l.page(s.in(ctx), "COALESCE("+l.column+", "+l.column+")")
	if err != nil {
		return nil, err
	}
	return rows, page.Where(l.person+" IN ?", ids).Find(&rows).Error
}
