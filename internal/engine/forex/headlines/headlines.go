// Package headlines chooses from a provider's news those about gold, and makes of strangers' texts what can stand in a
// message: one line each, short, with a link that a browser opens.
package headlines

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Item is a piece of news.
type Item struct {
	Title       string    `json:"title"`
	URL         string    `json:"url"`
	Source      string    `json:"source"` // who published it
	Summary     string    `json:"summary"`
	PublishedAt time.Time `json:"published_at"`
}

// Most is how many headlines are chosen at most, Window how far back.
const (
	Most   = 8
	Window = 24 * time.Hour
)

// early is how far ahead a provider's clock may be.
const early = 10 * time.Minute

// Gold chooses the news about gold of the last 24 hours: what names gold itself comes first, then what moves it, the
// newest first among the same; at most Most of them. One that has the address of another, or nearly its title, is left
// out, and so is one without a title or a link that can be opened.
func Gold(items []Item, now time.Time) []Item {
	type ranked struct {
		Item
		weight int
	}
	var found []ranked
	for _, item := range items {
		if item.PublishedAt.After(now.Add(early)) || item.PublishedAt.Before(now.Add(-Window)) {
			continue
		}
		if item, ok := clean(item); ok {
			if w := weigh(item); w > 0 {
				found = append(found, ranked{item, w})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), b.PublishedAt.Compare(a.PublishedAt))
	})
	out := []Item{}
	places, titles := map[string]bool{}, []map[string]bool{}
	for _, f := range found {
		place, title := placeOf(f.URL), wordsOf(f.Title)
		if places[place] || slices.ContainsFunc(titles, func(other map[string]bool) bool { return near(title, other) }) {
			continue
		}
		places[place], titles = true, append(titles, title)
		if out = append(out, f.Item); len(out) == Most {
			break
		}
	}
	return out
}

// clean is an item as it can stand in a message. It reports whether it can.
func clean(item Item) (Item, bool) {
	link, ok := Link(item.URL)
	item.Title, item.URL = line(item.Title, MaxTitle), link
	item.Source, item.Summary = line(item.Source, MaxSource), line(item.Summary, MaxSummary)
	if ok && item.Source == "" {
		u, _ := url.Parse(link) // which Link did
		item.Source = line(strings.TrimPrefix(u.Hostname(), "www."), MaxSource)
	}
	return item, ok && item.Title != ""
}

// MaxURL is how long an address is at most, in bytes.
const MaxURL = 2000

// Link is an address as a browser opens it. It reports whether it is one of the web: http or https, with a host of plain
// characters, and without a person's name.
func Link(text string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	if strings.ContainsFunc(u.Host, func(r rune) bool { return !strings.ContainsRune(hostCharacters, r) }) {
		return "", false
	}
	link := u.String()
	return link, len(link) <= MaxURL
}

const hostCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]"

// placeOf is what two addresses of one page have in common: where it is, without what only counts visitors.
func placeOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	query := u.Query()
	for name := range query {
		if strings.HasPrefix(name, "utm_") {
			query.Del(name)
		}
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.") + strings.TrimRight(u.EscapedPath(), "/") + "?" + query.Encode()
}

// near says whether two titles say nearly the same: four of five words of both are in both.
func near(a, b map[string]bool) bool {
	shared := 0
	for word := range a {
		if b[word] {
			shared++
		}
	}
	return shared*5 >= (len(a)+len(b)-shared)*4
}
