package connections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

// recentTrouble is how old a webhook's last error may be to count.
const recentTrouble = 10 * time.Minute

// The checks of a test, besides those of channels.
const (
	checkToken   = "token"   // Telegram knows it
	checkUpdates = "updates" // they come here
)

// findings are the results of a test.
type findings struct {
	me       botapi.Me
	channels []models.Channel
	checks   []models.ConnectionCheck
	problem  *models.Note // of the first check that failed
	astray   bool         // the updates go elsewhere
}

func (f *findings) good(name, format string, args ...any) {
	f.checks = append(f.checks, models.ConnectionCheck{Name: name, OK: true, Message: fmt.Sprintf(format, args...)})
}

func (f *findings) bad(name string, err error) {
	e := fault.From(err)
	f.checks = append(f.checks, models.ConnectionCheck{Name: name, Message: e.Message, Remedy: e.Remedy})
	if f.problem == nil {
		f.problem = &models.Note{Code: e.Code, Message: e.Message, Remedy: e.Remedy}
	}
}

// Test asks Telegram whether a bot works: its token, its place in its channels, the way of its
// updates. The outcome is noted on the connection, each failure with its remedy.
func (s *Service) Test(ctx context.Context, id string) (*models.Connection, error) {
	c, err := s.store.Connections.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.Kind == models.UserAccount && Limited(c) {
		// What waits is the test: if the limit holds, the first message marks the account again.
		return s.store.Connections.Change(ctx, id, c.Version, func(c *models.Connection) error {
			c.State, c.Problem = models.ConnectionWorking, nil
			return nil
		})
	}
	if c.Kind == models.UserAccount {
		return nil, fault.New(fault.Conflict, "test_not_here", "A user account is tested by its sign-in").WithRemedy("Look at its state on Connections")
	}
	f := &findings{}
	bot, err := s.keep(c)
	if err != nil {
		f.bad(checkToken, err)
	} else {
		s.inspect(ctx, bot, f)
	}
	if f.astray && f.problem != nil {
		s.takeBack(ctx, bot, f)
	}
	defer s.Forget(id)
	tested := *c
	changed, err := s.store.Connections.Change(ctx, id, models.AnyVersion, func(c *models.Connection) error {
		if c.Sealed != tested.Sealed || !sameChats(c.Channels, tested.Channels) && !sameChats(c.Channels, f.channels) {
			return errChanged // another connection than the requested one
		}
		c.Checks, c.CheckedAt, c.Problem, c.State = f.checks, models.NewTime(s.now()), f.problem, models.ConnectionWorking
		if f.problem != nil {
			c.State = models.ConnectionBroken
		}
		if f.me.ID != 0 {
			c.AccountID, c.Username, c.DisplayName = f.me.ID, f.me.Username, f.me.FirstName
		}
		if f.channels != nil {
			c.Channels = f.channels
		}
		return nil
	})
	if errors.Is(err, errChanged) {
		return s.store.Connections.Get(ctx, id)
	}
	if err == nil && f.problem == nil {
		s.signal(ctx, id) // which also begins it anew, if somebody ended it by hand
	}
	return changed, err
}

// Limited reports whether Telegram lets a user account write to nobody for a while. It still receives.
func Limited(c *models.Connection) bool {
	return c.State == models.ConnectionBroken && c.Problem != nil && c.Problem.Code == contract.AccountLimited
}

var errChanged = errors.New("the connection was changed in the meantime")

func sameChats(a, b []models.Channel) bool {
	return slices.EqualFunc(a, b, func(a, b models.Channel) bool { return a.Role == b.Role && a.Chat == b.Chat })
}

// signal makes the flow of the updates check the connection now.
func (s *Service) signal(ctx context.Context, id string) {
	if err := signalUpdates(ctx, s.store, id); err != nil {
		slog.WarnContext(ctx, "a repaired connection waits for the next check", "connection", id, "error", err)
	}
}

// takeBack tells Telegram again how to deliver the updates, and checks again.
func (s *Service) takeBack(ctx context.Context, bot *Bot, f *findings) {
	if _, err := s.PrepareUpdates(ctx, bot.Connection.ID); err != nil {
		return // what was found holds
	}
	s.signal(ctx, bot.Connection.ID)
	again, err := s.Bot(ctx, bot.Connection.ID)
	if err != nil {
		return
	}
	f.checks = slices.DeleteFunc(f.checks, func(c models.ConnectionCheck) bool { return c.Name == checkUpdates })
	f.problem = nil
	for _, c := range f.checks {
		if !c.OK {
			f.problem = &models.Note{Code: "connection_check", Message: c.Message, Remedy: c.Remedy}
			break
		}
	}
	s.inspectUpdates(ctx, again, f)
}

func (s *Service) inspect(ctx context.Context, bot *Bot, f *findings) {
	me, err := s.api.Me(ctx, bot.token())
	if err != nil {
		f.bad(checkToken, err)
		return // nothing else can be asked
	}
	f.me = me
	f.good(checkToken, "Telegram knows the bot as @%s", me.Username)
	f.channels = []models.Channel{}
	for _, c := range bot.Connection.Channels {
		name := "channel:" + string(c.Role) + ":" + c.Chat
		err := s.inspectChannel(ctx, bot, me.ID, &c)
		if moved, ok := errors.AsType[*botapi.Failure](err); ok && moved.MigrateTo != 0 {
			err = s.follow(ctx, bot, me.ID, &c, moved.MigrateTo)
		}
		if err != nil {
			f.bad(name, err)
		} else {
			f.good(name, "It may post to %s", c.Title)
		}
		f.channels = append(f.channels, c)
	}
	s.inspectUpdates(ctx, bot, f)
	if bot.Connection.Kind == models.PromoBot {
		if err := s.api.SetCommands(ctx, bot.token(), promoCommands); err != nil {
			slog.WarnContext(ctx, "the bot's menu was not set", "connection", bot.Connection.ID, "error", err)
		}
	}
}

// promoCommands is the menu of the promo bot.
var promoCommands = []botapi.Command{
	{Command: "templates", Description: "Make an image"},
	{Command: "cancel", Description: "Begin anew"},
	{Command: "help", Description: "What I can do"},
}

func (s *Service) inspectChannel(ctx context.Context, bot *Bot, me int64, c *models.Channel) error {
	chat, err := s.api.Chat(ctx, bot.token(), c.Chat)
	if botapi.CodeOf(err) == botapi.ChatNotFound {
		return fault.New(fault.NotFound, botapi.ChatNotFound, "Telegram doesn't know the channel %s", c.Chat).
			WithRemedy("Check its name; of a private channel, add the bot as an administrator first and give the number")
	}
	if err != nil {
		return err
	}
	if chat.Type == "private" {
		return fault.New(fault.Invalid, "not_a_channel", "%s is a person, not a channel", c.Chat).WithRemedy("Give a channel or a group")
	}
	c.ID, c.Title, c.Username = chat.ID, chat.Title, chat.Username
	member, err := s.api.Member(ctx, bot.token(), chat.ID, me)
	if err != nil {
		return err
	}
	switch {
	case member.Status == "creator", member.Status == "administrator" && (member.CanPost || chat.Type != "channel"):
		return nil
	case member.Status == "administrator":
		return fault.New(fault.Forbidden, botapi.NoAccess, "The bot is not allowed to post to %s", chat.Title).
			WithRemedy("In the channel's settings, give the administrator @%s the right to post messages", bot.Connection.Username)
	case member.Status == "member" && chat.Type != "channel":
		return nil
	}
	return fault.New(fault.Forbidden, botapi.NoAccess, "The bot is not an administrator of %s", chat.Title).
		WithRemedy("In the channel's settings, add @%s as an administrator who may post messages", bot.Connection.Username)
}

// follow goes on with a group that became a supergroup, which has another number.
func (s *Service) follow(ctx context.Context, bot *Bot, me int64, c *models.Channel, to int64) error {
	from := c.ID
	if number, err := strconv.ParseInt(c.Chat, 10, 64); err == nil {
		from, c.Chat = number, strconv.FormatInt(to, 10)
	}
	if err := s.store.Deliveries.Migrate(ctx, bot.Connection.ID, from, to); err != nil {
		return err
	}
	c.ID = to
	return s.inspectChannel(ctx, bot, me, c)
}

func (s *Service) inspectUpdates(ctx context.Context, bot *Bot, f *findings) {
	hook, err := s.api.Webhook(ctx, bot.token())
	switch {
	case err != nil:
		f.bad(checkUpdates, err)
	case s.mode() == contract.UpdatesPolling && hook.URL != "" && hook.URL != bot.Connection.Registered:
		f.astray = true
		f.bad(checkUpdates, fault.New(fault.Conflict, "webhook_foreign", "Another program has registered a webhook for this bot").
			WithRemedy("Stop the other program, or use another bot"))
	case s.mode() == contract.UpdatesPolling:
		f.good(checkUpdates, "Messages are fetched from Telegram; waiting there: %d", hook.Pending)
	case hook.URL != s.hookURL(&bot.Connection), bot.Connection.Registered != hook.URL: // or it knows an old secret
		f.astray = true
		f.bad(checkUpdates, fault.New(fault.Conflict, "webhook_missing", "Telegram doesn't deliver the bot's messages here yet").
			WithRemedy("Check that PUBLIC_URL can be reached from outside, then test again"))
	case hook.LastError != "" && s.now().Sub(time.Unix(hook.LastErrorDate, 0)) < recentTrouble:
		f.bad(checkUpdates, fault.New(fault.Unavailable, "webhook_failing", "Telegram could not deliver a message: %s", hook.LastError).
			WithRemedy("Check that PUBLIC_URL can be reached from outside, with a valid certificate"))
	default:
		f.good(checkUpdates, "Telegram delivers messages here; waiting there: %d", hook.Pending)
	}
}
