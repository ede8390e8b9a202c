package bench

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
)

// sandboxPeople plays people of the simulated Bot API.
type sandboxPeople struct {
	base string
	http *http.Client
	seen int64 // of the log of calls
}

func (p *sandboxPeople) call(ctx context.Context, method, path string, in, out any) error {
	return callJSON(ctx, p.http, method, p.base+"/sandbox/api/telegram"+path, in, out)
}

// bot makes a bot and returns its token.
func (p *sandboxPeople) bot(ctx context.Context, name string) (string, error) {
	var made struct{ Token string }
	err := p.call(ctx, http.MethodPost, "/bots", map[string]string{"username": name, "first_name": "Bench"}, &made)
	return made.Token, err
}

func (p *sandboxPeople) person(ctx context.Context, name string) (int64, error) {
	var made struct{ ID int64 }
	err := p.call(ctx, http.MethodPost, "/users", map[string]string{"first_name": name}, &made)
	return made.ID, err
}

// crowd lets people come by a deep link, so many in a second.
func (p *sandboxPeople) crowd(ctx context.Context, start string, people, perSecond int) error {
	return p.call(ctx, http.MethodPost, "/crowd", map[string]any{"bot": signalBot, "users": people, "start": start, "per_second": perSecond}, nil)
}

// answered writes a message and tells how long it took until the bot's next call to that chat.
func (p *sandboxPeople) answered(ctx context.Context, person int64, text string) (time.Duration, error) {
	begun := time.Now()
	if err := p.call(ctx, http.MethodPost, "/messages", map[string]any{"bot": signalBot, "user": person, "text": text}, nil); err != nil {
		return 0, err
	}
	for time.Since(begun) < patience {
		if err := wait.For(ctx, 60*time.Millisecond); err != nil { // looking costs the machine something
			return 0, err
		}
		var page struct {
			Items []struct {
				ID     int64     `json:"id"`
				At     time.Time `json:"at"`
				ChatID int64     `json:"chat_id"`
			}
		}
		query := url.Values{"bot": {signalBot}, "method": {"sendMessage"}, "limit": {"1000"}, "after": {strconv.FormatInt(p.seen, 10)}}
		if err := p.call(ctx, http.MethodGet, "/calls?"+query.Encode(), nil, &page); err != nil {
			return 0, err
		}
		for _, c := range page.Items {
			if p.seen = c.ID; c.ChatID == person {
				return c.At.Sub(begun), nil
			}
		}
	}
	return 0, fault.New(fault.Internal, "bench_incomplete", "Nobody answered %q", text)
}
