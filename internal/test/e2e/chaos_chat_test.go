//go:build integration

package e2e

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
)

const (
	chatBot     = "aurum_promo_bot"
	chatChannel = int64(-1009000000001) // the sandbox's own
	chatPeople  = 3
	// chatPatience is how long a person waits for the bot: a killed poller is missed after six seconds.
	chatPatience = 90 * time.Second
)

var chatFaults = []chaos.Fault{chaos.Kill(chaos.Worker), chaos.Kill(chaos.Worker), chaos.Kill(chaos.API), chaos.Kill(chaos.Temporal),
	chaos.Cut(chaos.Sandbox, time.Second), chaos.Cut(chaos.Temporal, time.Second), chaos.Stop(chaos.Worker, time.Second), chaos.Outage(chaos.DB, time.Second)}

// Q1, P5: whatever is killed while people talk to the promo bot, each of them gets each answer, the
// image and the post; nothing goes out twice but a call that was in flight, and that is marked.
func TestChaosChat(t *testing.T) {
	t.Parallel()
	chaos.Run(t, chaos.Options{Workers: 2, Faults: chatFaults}, talkToTheBot)
}

// connectPromoBot makes a simulated bot and connects it on the running program.
func connectPromoBot(t testing.TB, sim *bots.World, name string, connect func(in any) *http.Response) string {
	t.Helper()
	var made struct{ Token string }
	sim.Control(http.MethodPost, "/bots", map[string]string{"username": name, "first_name": "Aurum"}, &made)
	sim.Control(http.MethodPost, fmt.Sprintf("/channels/%d/members", chatChannel), map[string]any{"bot": name, "status": "administrator", "can_post": true}, nil)
	res := connect(map[string]any{"kind": "promo_bot", "token": made.Token, "channels": []map[string]string{{"role": "post", "chat": bots.Channel}}})
	require.Equal(t, http.StatusCreated, res.StatusCode)
	return made.Token
}

func talkToTheBot(t testing.TB, w *chaos.World) (actual, expected chaos.Outcome) {
	sim := bots.At(t, w.Program.Sandbox)
	connectPromoBot(t, sim, chatBot, func(in any) *http.Response {
		res, body := w.Program.Client.Patient(chatPatience, http.MethodPost, "/api/v1/connections", in, map[string]string{"Idempotency-Key": "bot"})
		require.Less(t, res.StatusCode, 300, string(body))
		return res
	})
	var mu sync.Mutex
	done := 0
	step := func() {
		mu.Lock()
		defer mu.Unlock()
		done++
		w.Progress(float64(done) / float64(chatPeople*chatSteps))
	}
	people := make([]*person, chatPeople)
	var all sync.WaitGroup
	for i := range people {
		people[i] = &person{t: t, sim: sim, name: fmt.Sprintf("Person %d", i), step: step, bot: chatBot}
		people[i].id = sim.Person(people[i].name)
		mayPost(t, w.Program.Client, people[i])
	}
	for _, p := range people {
		all.Go(p.talk)
	}
	all.Wait()
	w.Settle()
	// Somebody who talks in peace tells what everybody should have got.
	calm := &person{t: t, sim: sim, name: "Somebody in peace", step: func() {}, bot: chatBot}
	calm.id = sim.Person(calm.name)
	mayPost(t, w.Program.Client, calm)
	calm.talk()
	actual, expected = chaos.Outcome{}, chaos.Outcome{}
	for _, p := range people {
		for text, photo := range p.got() {
			actual.Once(p.name+": "+text, photo)
		}
		for text, photo := range calm.got() {
			expected.Once(p.name+": "+strings.ReplaceAll(text, calm.name, p.name), photo)
		}
	}
	checkDeliveries(t, w, sim, append(people, calm))
	return actual, expected
}

// person talks to the promo bot as people do: they read before they answer.
type person struct {
	t    testing.TB
	sim  *bots.World
	bot  string
	name string
	id   int64
	step func()
}

// mayPost invites a person to post and opens the link for them.
func mayPost(t testing.TB, c *stack.Client, p *person) {
	t.Helper()
	var list struct{ Items []struct{ ID, Kind string } }
	c.JSON(http.MethodGet, "/api/v1/connections", nil, nil, http.StatusOK, &list)
	i := slices.IndexFunc(list.Items, func(one struct{ ID, Kind string }) bool { return one.Kind == string(models.PromoBot) })
	require.GreaterOrEqual(t, i, 0)
	var made struct{ Link string }
	c.JSON(http.MethodPost, "/api/v1/connections/"+list.Items[i].ID+"/posters", nil, nil, http.StatusCreated, &made)
	_, payload, _ := strings.Cut(made.Link, "?start=")
	p.sim.Say(p.bot, p.id, "/start "+payload)
	p.waits("You may now post", "Choose a template")
}

// chatSteps is how often talk tells its progress.
const chatSteps = 11

// talk goes the whole way from /start to the post.
func (p *person) talk() {
	p.says("/start")
	p.waits("Welcome", "Choose a template")
	p.presses("Choose a template")
	p.waits("Choose a template", "Gold coupon")
	p.presses("Gold coupon")
	p.waits("Which size", "Square")
	p.presses("Square")
	p.waits("Headline", "Cancel")
	p.says("Hello " + p.name)
	p.waits("Coupon code", "Cancel")
	p.says("EXPIRED10")
	p.waits("has expired", "Cancel")
	p.says("GOLD35")
	p.waits("Valid until", "Leave it out")
	p.presses("Leave it out")
	p.waits("Gold coupon", "Post to")
	for range 10 { // the answer of a post may be lost, or the CRM away: the person presses again
		p.presses("Post to")
		if p.waits("ost", "") == "Posted to" {
			break
		}
	}
	p.says("/help")
	p.waits("one by one", "")
	p.says("/cancel")
	p.waits("nothing to cancel", "")
}

func (p *person) says(text string) {
	p.sim.Say(p.bot, p.id, text)
	p.step()
}

// messages is what the bot wrote.
func (p *person) messages() []bots.Message {
	list, err := p.sim.ReadMessages(p.id)
	require.NoError(p.t, err)
	var out []bots.Message
	for _, m := range list {
		if m.From != nil && m.From.IsBot {
			out = append(out, m)
		}
	}
	return out
}

// waits reads until the bot's last message has a text and a button, and returns how it begins.
func (p *person) waits(text, button string) string {
	p.t.Helper()
	begins, tried := "", int64(0)
	testkit.Eventually(p.t, chatPatience, p.name+" reads "+text, func() bool {
		list := p.messages()
		if len(list) == 0 {
			return false
		}
		last := list[len(list)-1]
		if again, ok := last.Button("Try again"); ok && button != "Try again" {
			if last.ID != tried { // the CRM was away for a moment: the person presses again
				tried = last.ID
				p.sim.Press(p.bot, p.id, last.ID, again)
			}
			return false
		}
		if button != "" {
			if _, ok := last.Button(button); !ok {
				return false
			}
		} else if len(last.Markup.Rows) > 0 {
			return false
		}
		begins = (last.Text + last.Caption)[:min(9, len(last.Text+last.Caption))]
		return strings.Contains(last.Text+last.Caption, text)
	})
	return begins
}

// presses presses the newest button of that text.
func (p *person) presses(text string) {
	p.t.Helper()
	list := p.messages()
	for i := len(list) - 1; i >= 0; i-- {
		if data, ok := list[i].Button(text); ok {
			p.sim.Press(p.bot, p.id, list[i].ID, data)
			p.step()
			return
		}
	}
	p.t.Errorf("%s finds no button %q", p.name, text)
}

// untilWhen is the end of a coupon: the sandbox's are so many days from now.
var untilWhen = regexp.MustCompile(`until [^\n]* UTC`)

// got is what the bot wrote to the person, each message once, and whether with a photo: what came twice
// is checked against the deliveries' marks.
func (p *person) got() chaos.Outcome {
	all := chaos.Outcome{}
	for _, m := range p.messages() {
		text := untilWhen.ReplaceAllString(m.Text+m.Caption, "until …")
		if strings.Contains(text, "I lost the connection while posting") || strings.Contains(text, "Nothing was made") || strings.Contains(text, "Nothing was posted") {
			continue // honest, and the person pressed again
		}
		all[text] = fmt.Sprintf("photo %t", len(m.Photo) > 0)
	}
	return all
}

// checkDeliveries compares what the Bot API took with what the database says: every delivery arrived,
// and what arrived besides is marked.
func checkDeliveries(t testing.TB, w *chaos.World, sim *bots.World, people []*person) {
	store := w.Program.Store(t)
	defer func() { require.NoError(t, store.Close()) }()
	ctx := tenant.With(t.Context(), w.Program.Tenant)
	taken := map[int64]int{}
	for _, method := range []string{"sendMessage", "sendPhoto"} {
		for _, c := range sim.Taken(chatBot, method) {
			taken[c.ChatID]++
		}
	}
	chats := []int64{chatChannel}
	for _, p := range people {
		chats = append(chats, p.id)
	}
	for _, chat := range chats {
		list, err := store.Deliveries.OfChat(ctx, chat)
		require.NoError(t, err)
		sent, marked := 0, 0
		for _, d := range list {
			require.True(t, d.Done(), "%s is %s", d.Key, d.State)
			if d.State == "sent" {
				sent++
			}
			if d.Resent || d.State == "unknown" {
				marked++
			}
		}
		require.GreaterOrEqual(t, taken[chat], sent, "what is said to be sent arrived (chat %d)", chat)
		require.LessOrEqual(t, taken[chat], sent+marked, "what arrived twice is marked (chat %d)", chat)
	}
	require.GreaterOrEqual(t, taken[chatChannel], len(people))
}
