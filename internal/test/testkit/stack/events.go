package stack

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/promostack/promostack/models"
)

// Event is an item of the event stream: what changed and its version, or Reset, which tells to read
// all again.
type Event struct {
	Topic   models.Topic
	ID      string
	Version int64
	Reset   bool `json:"-"`
}

// Follow reads the event stream until ctx ends and tells each item as it comes. Whenever the stream
// breaks it comes back with Last-Event-ID, as a browser does. opened is told each time that the
// stream stands; both functions are called by the goroutine that follows.
func (c *Client) Follow(ctx context.Context, opened func(), told func(Event)) {
	last := ""
	for ctx.Err() == nil {
		last = c.follow(ctx, last, opened, told)
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond): // browsers wait longer
		}
	}
}

// follow reads one stream to its end and returns the id of the last event.
func (c *Client) follow(ctx context.Context, last string, opened func(), told func(Event)) string {
	header := map[string]string{}
	if last != "" {
		header["Last-Event-ID"] = last
	}
	req, err := c.Request(http.MethodGet, "/api/v1/events", nil, header)
	if err != nil {
		c.t.Error(err)
		return last
	}
	res, err := http.DefaultClient.Do(req.WithContext(ctx))
	if err != nil {
		return last
	}
	defer func() { _ = res.Body.Close() }()
	if Later(res) {
		return last
	}
	if res.StatusCode != http.StatusOK {
		c.t.Error(fmt.Errorf("the event stream answered %s", res.Status))
		return last
	}
	opened()
	var e Event
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			last = value
		case "event":
			e.Reset = value == "reset"
		case "data":
			if err := json.Unmarshal([]byte(value), &e); err != nil {
				c.t.Errorf("%q: %v", lines.Text(), err)
			}
		case "":
			if e != (Event{}) {
				told(e)
			}
			e = Event{}
		}
	}
	return last
}
