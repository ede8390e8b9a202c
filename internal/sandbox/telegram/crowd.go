package telegram

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
)

// Crowd is a number of synthetic people: they start a bot, and each message that they get makes
// them press a random button or block the bot, by chance. Of the buttons with an address they press
// those that lead to this machine.
type Crowd struct {
	ID        int64   `json:"id"`
	Bot       string  `json:"bot"`
	Users     int     `json:"users"`
	Start     string  `json:"start,omitempty"` // the payload of their /start
	Click     float64 `json:"click"`           // the chance that a message with buttons gets a press
	Block     float64 `json:"block"`           // the chance that a message leads to a block
	PerSecond float64 `json:"per_second"`      // how many start the bot in a second
	Joined    int     `json:"joined"`
	Received  int     `json:"received"`
	Clicked   int     `json:"clicked"`
	Blocked   int     `json:"blocked"`
	Running   bool    `json:"running"`

	bot    int64
	lastAt int64
}

const (
	maxCrowd      = 20_000
	crowdBeat     = 100 * time.Millisecond
	crowdBatch    = 200 // people or intentions in one transaction
	usualJoins    = 50.0
	quickest      = 400 * time.Millisecond
	slowest       = 4 * time.Second
	crowdColumns  = "c.id, c.bot, b.username, c.users, c.start, c.click, c.block, c.per_second, c.joined, c.received, c.clicked, c.blocked, c.running, c.last_at"
	crowdFromBots = " FROM crowds c JOIN bots b ON b.id = c.bot "
)

func (t *tx) crowds(where string, args ...any) ([]Crowd, error) {
	list := []Crowd{}
	err := t.each("SELECT "+crowdColumns+crowdFromBots+where+" ORDER BY c.id", args, func(scan func(...any) error) error {
		var c Crowd
		err := scan(&c.ID, &c.bot, &c.Bot, &c.Users, &c.Start, &c.Click, &c.Block, &c.PerSecond, &c.Joined, &c.Received, &c.Clicked, &c.Blocked, &c.Running, &c.lastAt)
		list = append(list, c)
		return err
	})
	return list, err
}

func checkCrowd(c *Crowd) error {
	var wrong fault.Fields
	if c.Users < 1 || c.Users > maxCrowd {
		wrong.Add("users", "out_of_range", "A crowd has 1 to %d people", maxCrowd)
	}
	for name, chance := range map[string]float64{"click": c.Click, "block": c.Block} {
		if !(chance >= 0 && chance <= 1) {
			wrong.Add(name, "out_of_range", "A chance is from 0 to 1")
		}
	}
	if len(c.Start) > 64 {
		wrong.Add("start", "too_long", "A start parameter has at most 64 characters")
	}
	if c.PerSecond == 0 {
		c.PerSecond = usualJoins
	}
	if !(c.PerSecond >= 1 && c.PerSecond <= 1000) {
		wrong.Add("per_second", "out_of_range", "From 1 to 1000 people a second")
	}
	return wrong.Err("crowd", "The crowd is not possible")
}

// react lets a person of a crowd decide what to do about a message.
func (c *call) react(userID int64, m *message) error {
	var crowd int64
	var click, block float64
	found, err := c.get(`SELECT k.id, k.click, k.block FROM users u JOIN crowds k ON k.id = u.crowd WHERE u.id = ? AND k.running`, []any{userID}, &crowd, &click, &block)
	if err != nil || !found {
		return err
	}
	if err := c.exec("UPDATE crowds SET received = received + 1 WHERE id = ?", crowd); err != nil {
		return err
	}
	kind, data := "", ""
	if choices := m.Markup.choices(); len(choices) > 0 && rand.Float64() < click {
		chosen := choices[rand.IntN(len(choices))]
		kind, data = "click", chosen.Data
		if chosen.URL != "" {
			kind, data = "visit", chosen.URL
		}
	}
	if rand.Float64() < block {
		kind = "block"
	}
	if kind == "" {
		return nil
	}
	c.s.rouse()
	return intend(c.tx, c.s.clock(), &intention{crowd: crowd, bot: c.bot.ID, user: userID, message: m.ID, data: data, kind: kind})
}

// intention is what a person will do after a moment: click, visit, say or block.
type intention struct {
	id, crowd, bot, user, message int64
	data, kind                    string
}

func intend(t *tx, now time.Time, i *intention) error {
	due := now.Add(quickest + rand.N(slowest-quickest))
	return t.exec("INSERT INTO intentions (due, crowd, bot, user, message, data, kind) VALUES (?,?,?,?,?,?,?)", due.UnixMicro(), i.crowd, i.bot, i.user, i.message, i.data, i.kind)
}

// rouse tells the crowds that there is something to do.
func (s *Service) rouse() {
	select {
	case s.crowds <- struct{}{}:
	default:
	}
}

// play moves the crowds until ctx ends, and sleeps while there is none.
func (s *Service) play(ctx context.Context) {
	for {
		var busy bool
		var visits []string
		err := s.do(ctx, func(t *tx) (err error) {
			visits = nil
			busy, err = s.move(t, &visits)
			return err
		})
		if err != nil && ctx.Err() == nil {
			s.log.Warn("crowds stand still", "error", err)
			busy = true
		}
		if err == nil && len(visits) > 0 {
			s.done.Go(func() { s.visit(ctx, visits) })
		}
		var beat <-chan time.Time
		if busy {
			beat = time.After(crowdBeat)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.crowds:
			select {
			case <-time.After(crowdBeat):
			case <-ctx.Done():
				return
			}
		case <-beat:
		}
	}
}

// move lets newcomers start their bots and people do what they intended. It reports whether there is
// more to come, and adds the pages that are looked at.
func (s *Service) move(t *tx, visits *[]string) (bool, error) {
	list, err := t.crowds("WHERE c.running AND c.joined < c.users")
	if err != nil {
		return false, err
	}
	now := s.clock()
	for i := range list {
		if err := s.join(t, &list[i], now); err != nil {
			return false, err
		}
	}
	acted, err := s.act(t, now, visits)
	if err != nil {
		return false, err
	}
	if len(list) > 0 || acted > 0 {
		t.announce("crowd", map[string]any{})
	}
	var waiting bool
	_, err = t.get("SELECT EXISTS (SELECT 1 FROM intentions) OR EXISTS (SELECT 1 FROM crowds WHERE running AND joined < users)", nil, &waiting)
	return waiting, err
}

// join lets as many people start the bot as the time since the last look allows.
func (s *Service) join(t *tx, c *Crowd, now time.Time) error {
	since := min(max(now.Sub(time.UnixMicro(c.lastAt)), 0), time.Second)
	count := min(int(c.PerSecond*since.Seconds()), c.Users-c.Joined, crowdBatch)
	if count < 1 {
		return nil
	}
	b, err := findBot(t, c.bot)
	if err != nil || b == nil {
		return err
	}
	text := "/start"
	if c.Start != "" {
		text += " " + c.Start
	}
	for range count {
		u, err := newcomer(t, c)
		if err != nil {
			return err
		}
		if _, err := s.says(t, b, u, message{Text: text}); err != nil {
			return err
		}
	}
	return t.exec("UPDATE crowds SET joined = ?, last_at = ? WHERE id = ?", c.Joined, now.UnixMicro(), c.ID)
}

// newcomer makes the crowd's next person.
func newcomer(t *tx, c *Crowd) (*user, error) {
	var last int64
	if _, err := t.get("SELECT coalesce(max(id), 0) FROM users WHERE id >= ?", []any{firstCrowd}, &last); err != nil {
		return nil, err
	}
	c.Joined++
	u := &user{ID: max(last+1, firstCrowd), FirstName: fmt.Sprintf("Person %d", c.Joined), LanguageCode: "en"}
	return u, addUser(t, *u, c.ID)
}

// act does what people intended and what is due.
func (s *Service) act(t *tx, now time.Time, visits *[]string) (int, error) {
	var due []intention
	err := t.each("SELECT id, crowd, bot, user, message, data, kind FROM intentions WHERE due <= ? ORDER BY due LIMIT ?", []any{now.UnixMicro(), crowdBatch}, func(scan func(...any) error) error {
		var i intention
		err := scan(&i.id, &i.crowd, &i.bot, &i.user, &i.message, &i.data, &i.kind)
		due = append(due, i)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, i := range due {
		if err := t.exec("DELETE FROM intentions WHERE id = ?", i.id); err != nil {
			return 0, err
		}
		b, err := findBot(t, i.bot)
		if err != nil {
			return 0, err
		}
		u, err := findUser(t, i.user)
		if err != nil {
			return 0, err
		}
		if b == nil || u == nil {
			continue
		}
		column := "clicked"
		switch i.kind {
		case "block":
			column = "blocked"
			err = s.blocks(t, b, u, true)
		case "visit":
			*visits = append(*visits, i.data)
		case "say":
			_, err = s.says(t, b, u, message{Text: i.data})
		default:
			_, err = s.presses(t, b, u, i.message, i.data)
		}
		if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
			continue // the message changed in the meantime, or the bot is blocked
		}
		if err != nil {
			return 0, err
		}
		if err := t.exec("UPDATE crowds SET "+column+" = "+column+" + 1 WHERE id = ?", i.crowd); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// visitPatience is how long a page may take to answer a visitor.
const visitPatience = 5 * time.Second

// visit opens pages of this machine as a browser would that somebody sent there. Where they lead
// to is not looked at.
func (s *Service) visit(ctx context.Context, addresses []string) {
	for _, address := range addresses {
		ctx, cancel := context.WithTimeout(ctx, visitPatience)
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err == nil {
			request.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 14) Visitor of the sandbox")
			var response *http.Response
			if response, err = s.client.Do(request); err == nil {
				_ = response.Body.Close()
			}
		}
		if err != nil && ctx.Err() == nil {
			s.log.Debug("a visitor found nothing", "error", err)
		}
		cancel()
	}
}
