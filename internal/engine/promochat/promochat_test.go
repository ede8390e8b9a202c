package promochat_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/engine/promochat"
)

var start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

const token = "abcdefghijkl"

// catalog has one template of each sort.
func catalog() promochat.Catalog {
	c := promochat.Catalog{Bot: "promo_bot", Token: token, MayPost: true, Channels: []promochat.Channel{{ID: -1001, Title: "News", Username: "news"}}}
	add := func(slug, name string, sizes int, fields ...promochat.Field) {
		t := promochat.Template{ID: "0199-" + strings.Repeat("0", 12) + "-" + slug + strings.Repeat("x", 16), Slug: slug, Name: name, Fields: fields}
		for i := range sizes {
			t.Sizes = append(t.Sizes, promochat.Size{Name: fmt.Sprintf("s%d", i), Label: fmt.Sprintf("Size %d", i)})
		}
		t.ID = fmt.Sprintf("01992f3e-0000-7000-8000-%012d", len(c.Templates))
		c.Templates = append(c.Templates, t)
	}
	add("coupon", "Coupon & <more>", 2,
		promochat.Field{Name: "headline", Label: "Headline", Required: true, MaxLength: 20, Sample: "Save"},
		promochat.Field{Name: "code", Label: "Code", Coupon: true, Required: true},
		promochat.Field{Name: "until", Label: "Until"})
	add("photo", "Photo", 1, promochat.Field{Name: "picture", Label: "Picture", Image: true})
	add("plain", "Plain", 1)
	for i := range 8 {
		add(fmt.Sprintf("more%d", i), fmt.Sprintf("More %d", i), 1, promochat.Field{Name: "a", Label: "A"})
	}
	return c
}

// talk is a conversation under test. Every step goes through JSON, as the flow's state does.
type talk struct {
	t       *testing.T
	catalog promochat.Catalog
	state   promochat.State
	now     time.Time
	effects []promochat.Effect
	count   int
}

func begin(t *testing.T) *talk { return &talk{t: t, catalog: catalog(), now: start} }

func (k *talk) step(e promochat.Event) *talk {
	k.t.Helper()
	e.At = k.now
	before, err := json.Marshal(k.state)
	require.NoError(k.t, err)
	var state promochat.State
	require.NoError(k.t, json.Unmarshal(before, &state))
	after, effects := promochat.Advance(k.catalog, state, e)
	unchanged, err := json.Marshal(state)
	require.NoError(k.t, err)
	require.Equal(k.t, string(before), string(unchanged), "the given state stays as it is")
	k.state, k.effects = after, effects
	check(k.t, e, after, effects)
	return k
}

// check holds what is true of every step.
func check(t *testing.T, e promochat.Event, s promochat.State, effects []promochat.Effect) {
	t.Helper()
	answers := 0
	for i, effect := range effects {
		if effect.Waits() {
			require.Equal(t, len(effects)-1, i, "what is waited for comes last")
		}
		switch effect.Kind {
		case promochat.Answer:
			answers++
			require.Zero(t, i, "an answer comes first")
			require.Equal(t, e.Update.CallbackID, effect.CallbackID)
		case promochat.Say:
			require.NoError(t, message.Message{Text: effect.Text, Buttons: effect.Buttons}.Check())
		case promochat.List, promochat.Draw:
			require.NoError(t, message.Message{Text: effect.Text, Media: []message.Media{{Kind: message.Photo}}, Buttons: effect.Buttons}.Check())
		}
	}
	pressed := e.Kind == promochat.Arrived && e.Update.Kind == message.KindCallback
	require.Equal(t, pressed, answers == 1, "a press is answered, and nothing else")
	if s.Step == promochat.Asking || s.Step == promochat.Checking {
		require.NotNil(t, s.Template)
		require.GreaterOrEqual(t, s.At, 0)
		require.Less(t, s.At, len(s.Template.Fields))
	}
}

func (k *talk) says(text string) *talk {
	k.t.Helper()
	return k.receives(message.Update{Kind: message.KindText, Text: text})
}

func (k *talk) receives(u message.Update) *talk {
	k.t.Helper()
	k.now = k.now.Add(10 * time.Second)
	return k.step(promochat.Event{Kind: promochat.Arrived, Update: u})
}

// presses presses the button of that text, of the last message.
func (k *talk) presses(text string) *talk {
	k.t.Helper()
	for _, e := range k.effects {
		for _, row := range e.Buttons {
			for _, b := range row {
				if b.Text == text {
					return k.press(b.Data)
				}
			}
		}
	}
	k.t.Fatalf("there is no button %q in %+v", text, k.effects)
	return nil
}

func (k *talk) press(data string) *talk {
	k.t.Helper()
	k.count++
	return k.receives(message.Update{Kind: message.KindCallback, CallbackID: fmt.Sprint("q", k.count), CallbackData: data, MessageID: 7})
}

func (k *talk) ends(kind promochat.EventKind, o promochat.Outcome) *talk {
	k.t.Helper()
	return k.step(promochat.Event{Kind: kind, Outcome: o})
}

// answered is the text of the last step's message.
func (k *talk) answered(parts ...string) *talk {
	k.t.Helper()
	text := ""
	for _, e := range k.effects {
		text += e.Text + "\n"
	}
	for _, part := range parts {
		require.Contains(k.t, text, part)
	}
	return k
}

func (k *talk) last() promochat.Effect {
	k.t.Helper()
	require.NotEmpty(k.t, k.effects)
	return k.effects[len(k.effects)-1]
}

// P5: from /start to the image in the channel.
func TestTheWholeWay(t *testing.T) {
	k := begin(t).says("/start").answered("Welcome").presses("Choose a template")
	require.Equal(t, promochat.List, k.last().Kind)
	require.Len(t, k.last().Pages, promochat.PageSize)
	k.presses("1 · Coupon & <more>").answered("Coupon &amp; &lt;more&gt;", "Which size?").presses("Size 1").answered("1 of 3", "Headline", "For example")
	k.says("Much too long a headline for it").answered("31 characters", "20")
	k.says("Save").answered("2 of 3", "Code")
	k.says("OLD")
	require.Equal(t, "OLD", k.last().Code)
	k.ends(promochat.Coupon, promochat.Outcome{Result: promochat.Refused, Message: "Coupon OLD has expired"}).answered("has expired")
	k.says("GOLD35").ends(promochat.Coupon, promochat.Outcome{Result: promochat.OK, Message: "GOLD35 is valid: 35 % off"}).answered("✓ GOLD35", "3 of 3").presses("Leave it out")
	job := k.last().Job
	require.Equal(t, promochat.Draw, k.last().Kind)
	require.Equal(t, map[string]string{"headline": "Save", "code": "GOLD35"}, job.Values)
	require.Equal(t, "s1", job.Size)
	drawn := k.effects
	k.ends(promochat.Drawn, promochat.Outcome{Result: promochat.OK, MessageID: 9})
	require.True(t, k.state.Open())
	k.effects = drawn
	k.presses("Post to News").answered("Posting")
	require.Equal(t, int64(-1001), k.last().Channel)
	k.ends(promochat.Posted, promochat.Outcome{Result: promochat.OK, Image: 1, Channel: -1001, MessageID: 3}).answered("t.me/news/3")
	k.effects = drawn
	k.presses("Post to News").answered("already")
	require.Len(t, k.effects, 1, "what is there is not posted again")
}

// Whoever the tenant did not name is offered no button to post, and an earlier one does nothing.
func TestOnlyPeopleWhoMayPostDo(t *testing.T) {
	k := begin(t)
	posting := k.catalog
	k.catalog.MayPost, k.catalog.Channels = false, nil
	k.says("/start link_abc").answered("used before")
	k.catalog = posting
	k.says("/start link_abc").answered("You may now post")
	k.says("/start t-coupon").presses("Size 0").says("Save").says("GOLD35").ends(promochat.Coupon, promochat.Outcome{Result: promochat.OK}).says("soon")
	drawn := k.effects
	k.ends(promochat.Drawn, promochat.Outcome{Result: promochat.OK, MessageID: 9})
	k.catalog.MayPost, k.catalog.Channels = false, nil
	k.effects = drawn
	k.presses("Post to News").answered("may not post")
	require.Len(t, k.effects, 1, "nothing is posted")
	k.effects = drawn
	k.presses("Again").presses("Size 0").says("Save").says("GOLD35").ends(promochat.Coupon, promochat.Outcome{Result: promochat.OK}).says("soon")
	for _, row := range k.last().Buttons {
		for _, b := range row {
			require.NotContains(t, b.Text, "Post")
		}
	}
}

// P6: a CRM that is away makes nothing, and the button asks again.
func TestTheCRMIsAway(t *testing.T) {
	k := begin(t).says("/start t-coupon").presses("Size 0").says("Save").says("GOLD35")
	k.ends(promochat.Coupon, promochat.Outcome{Result: promochat.Unavailable}).answered("can't verify", "Nothing was made").presses("Try again")
	require.Equal(t, promochat.Check, k.last().Kind)
	k.ends(promochat.Coupon, promochat.Outcome{Result: promochat.OK}).says("tomorrow")
	require.Equal(t, promochat.Draw, k.last().Kind)
	k.ends(promochat.Drawn, promochat.Outcome{Result: promochat.Unavailable, Message: "We can't verify this coupon now."}).answered("Nothing was made").presses("Try again")
	require.Equal(t, promochat.Draw, k.last().Kind)
}

// A value that the drawing refuses is asked for again, the others stay.
func TestARefusedValueIsAskedAgain(t *testing.T) {
	k := begin(t).says("/start t-coupon").presses("Size 0").says("Save").says("GOLD35").ends(promochat.Coupon, promochat.Outcome{Result: promochat.OK}).says("soon")
	k.ends(promochat.Drawn, promochat.Outcome{Result: promochat.Refused, Field: "headline", Message: "It doesn't fit"}).answered("Headline", "doesn't fit")
	k.says("Short")
	require.Equal(t, map[string]string{"headline": "Short", "code": "GOLD35", "until": "soon"}, k.last().Job.Values)
	k.ends(promochat.Drawn, promochat.Outcome{Result: promochat.Refused, Message: "The template is gone"}).answered("gone", "/templates")
	require.False(t, k.state.Open())
}

func TestChangeAndAgain(t *testing.T) {
	k := begin(t).says("/start t-coupon").presses("Size 0").says("Save").says("GOLD35").ends(promochat.Coupon, promochat.Outcome{Result: promochat.OK}).says("soon")
	drawn := k.effects
	k.ends(promochat.Drawn, promochat.Outcome{Result: promochat.OK, MessageID: 9})
	k.effects = drawn
	k.presses("Change a value").answered("Which value").presses("Until").answered("Until", "soon").says("later")
	require.Equal(t, map[string]string{"headline": "Save", "code": "GOLD35", "until": "later"}, k.last().Job.Values)
	require.Equal(t, 2, k.last().Image)
	k.ends(promochat.Drawn, promochat.Outcome{Result: promochat.OK, MessageID: 10})
	k.effects = drawn
	k.presses("Again").answered("Which size?")
}

func TestPhotosAreFetched(t *testing.T) {
	k := begin(t).says("/start t-photo").answered("picture").says("no picture").answered("send a picture")
	k.receives(message.Update{Kind: message.KindPhoto, FileID: "f1"})
	require.Equal(t, promochat.Take, k.last().Kind)
	k.ends(promochat.Took, promochat.Outcome{Result: promochat.Refused, Message: "Too large"}).answered("Too large", "another picture")
	k.receives(message.Update{Kind: message.KindPhoto, FileID: "f2"}).ends(promochat.Took, promochat.Outcome{Result: promochat.OK, Upload: "u1"})
	require.Equal(t, "u1", k.last().Job.Values["picture"])
}

func TestPages(t *testing.T) {
	k := begin(t).says("/templates").answered("Page 1 of 2").presses("More ›").answered("Page 2 of 2")
	require.Equal(t, int64(7), k.last().MessageID, "the page is turned in its place")
	require.Equal(t, 7, k.last().From)
	k.presses("‹ Back").answered("Page 1 of 2")
	k.catalog.Templates = nil
	k.says("/templates").answered("no templates yet")
}

// What is not expected is answered with what to do.
func TestWhatIsNotExpected(t *testing.T) {
	begin(t).says("hello").answered("/templates")
	begin(t).says("/dance").answered("/dance", "/help")
	begin(t).says("/help@other_bot").answered("/templates")
	begin(t).says("/HELP@Promo_Bot").answered("one by one")
	begin(t).says("/start t-none").answered("Welcome")
	begin(t).says("/templates").says("the first").answered("press one of the buttons")
	begin(t).receives(message.Update{Kind: message.KindOther}).answered("can't use that")
	begin(t).says("/cancel").answered("nothing to cancel")
	k := begin(t).says("/start t-coupon").presses("Size 0").says("/help").answered("waiting for", "Headline")
	k.says("/cancel").answered("Cancelled")
	require.False(t, k.state.Open())
	for _, data := range []string{"", "x", "other:p:0", token, token + ":", token + ":p", token + ":t:none", token + ":s:9", token + ":o:1:2", token + ":f:1:2", token + ":zz:1"} {
		begin(t).says("/start t-coupon").press(data)
	}
	k = begin(t).press("other-token--:o:1:-1001").answered("earlier conversation")
	require.Equal(t, promochat.Clear, k.last().Kind)
}

// A conversation that nobody goes on with is put aside politely; one that has ended ends quietly.
func TestTimeout(t *testing.T) {
	k := begin(t).says("/start t-coupon").presses("Size 0").ends(promochat.Timeout, promochat.Outcome{}).answered("put", "aside", "/templates")
	require.False(t, k.state.Open())
	k = begin(t).says("/start t-plain").ends(promochat.Drawn, promochat.Outcome{Result: promochat.OK, MessageID: 4}).ends(promochat.Timeout, promochat.Outcome{})
	require.False(t, k.state.Open())
	require.Len(t, k.effects, 1)
	require.Equal(t, promochat.Effect{Kind: promochat.Clear, MessageID: 4}, k.effects[0])
}

// Who writes too much is told so once a minute.
func TestTooMuch(t *testing.T) {
	k := begin(t)
	k.now = start
	told := 0
	for range 3 * promochat.Messages {
		k.step(promochat.Event{Kind: promochat.Arrived, Update: message.Update{Kind: message.KindText, Text: "/help"}})
		if len(k.effects) > 0 && strings.Contains(k.last().Text, "a lot at once") {
			told++
		}
	}
	require.Equal(t, 1, told)
	require.Empty(t, k.effects)
	k.now = k.now.Add(promochat.Window)
	k.says("/help").answered("one by one")
}

// FuzzAdvance throws updates and outcomes at a conversation. Besides what check holds: nothing is
// drawn with a code that the CRM has not confirmed, or without a value that is needed.
func FuzzAdvance(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 40, 5, 60, 7, 8, 90, 10, 11}, "Save")
	f.Add([]byte{9, 9, 9, 1, 1, 200, 201, 202, 50, 51, 52, 53, 54}, "<b>&")
	f.Fuzz(func(t *testing.T, moves []byte, text string) {
		k := begin(t)
		text = strings.ToValidUTF8(text, "?") // Telegram sends JSON
		confirmed, asked := map[string]bool{}, ""
		var seen []message.Button
		var waits promochat.Effect
		texts := []string{"/start", "/templates", "/start t-coupon", "/start t-photo", "/cancel", "/help", text, "GOLD35", "x"}
		for _, move := range moves[:min(len(moves), 200)] {
			k.now = k.now.Add(time.Duration(move%7) * time.Second)
			switch {
			case waits.Waits():
				o := promochat.Outcome{Result: []promochat.Result{promochat.OK, promochat.Refused, promochat.Unavailable, promochat.Unknown}[move%4], Message: text,
					Field: "headline", Upload: "u", MessageID: int64(move), Image: waits.Image, Channel: waits.Channel}
				kind := map[promochat.EffectKind]promochat.EventKind{promochat.Check: promochat.Coupon, promochat.Take: promochat.Took, promochat.Draw: promochat.Drawn, promochat.Post: promochat.Posted}[waits.Kind]
				if waits.Kind == promochat.Check && o.Result == promochat.OK {
					confirmed[asked] = true
				}
				k.step(promochat.Event{Kind: kind, Outcome: o})
			case move < 60 && len(seen) > 0:
				k.press(seen[int(move)%len(seen)].Data)
			case move < 70:
				k.press(text)
			case move < 80:
				k.receives(message.Update{Kind: message.KindPhoto, FileID: "f"})
			case move < 84:
				k.step(promochat.Event{Kind: promochat.Timeout})
			default:
				k.says(texts[int(move)%len(texts)])
			}
			waits = promochat.Effect{}
			for _, e := range k.effects {
				for _, row := range e.Buttons {
					seen = append(seen, row...)
				}
				if e.Waits() {
					waits = e
				}
			}
			switch waits.Kind {
			case promochat.Check:
				asked = waits.Code
			case promochat.Draw, promochat.Post:
				if strings.HasPrefix(waits.Job.Template, "Coupon") {
					require.True(t, confirmed[waits.Job.Values["code"]], "drawn with an unconfirmed code")
					require.NotEmpty(t, waits.Job.Values["headline"])
				}
			}
		}
	})
}
