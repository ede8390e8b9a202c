package connections

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// MaxPostChannels is how many channels the promo bot posts to.
const MaxPostChannels = 20

// Settings are what a person sets on a bot. A nil Channels or an empty Token leaves what it has.
type Settings struct {
	Token    secrets.Text
	Channels []models.Channel
	// Simulated says that the person knows that Telegram is simulated; it is asked for with a token that looks like a real bot's.
	Simulated bool
}

// Connect makes a tenant's connection of a kind and tests it.
func (s *Service) Connect(ctx context.Context, kind models.ConnectionKind, set Settings) (*models.Connection, error) {
	return s.connect(ctx, kind, set, nil)
}

// token is a bot's token as @BotFather wrote it, whatever was copied with it.
func token(given secrets.Text) secrets.Text { return secrets.Text(text.Clean(given.Reveal())) }

// errSeeded undoes the creation of what was created before.
var errSeeded = errors.New("it was made at an earlier start")

// Seed makes a connection from the environment at the first start, and never again: the database is
// the truth afterwards. An existing one stays as it is.
func (s *Service) Seed(ctx context.Context, kind models.ConnectionKind, token secrets.Text, channels ...models.Channel) error {
	if token.IsZero() {
		return nil
	}
	if s.simulated && realToken.MatchString(token.Reveal()) {
		slog.WarnContext(ctx, "a token that looks like a real bot's is connected to the simulated Telegram; TELEGRAM_API_URL=https://api.telegram.org reaches the real one", "kind", kind)
	}
	_, err := s.connect(ctx, kind, Settings{Token: token, Channels: channels, Simulated: true}, func(tx *models.Store) error {
		fresh, err := tx.Connections.Seed(ctx, SeedOf(kind))
		if err == nil && !fresh {
			err = errSeeded
		}
		return err
	})
	if errors.Is(err, errSeeded) || err != nil && fault.From(err).Code == "connection_exists" {
		return nil
	}
	return err
}

// SeedOf names the mark that a kind of connection was seeded.
func SeedOf(kind models.ConnectionKind) string { return "connection " + string(kind) }

// Unseeded leaves a kind of connection to be made by a person, also at the first start.
func (s *Service) Unseeded(ctx context.Context, kind models.ConnectionKind) error {
	_, err := s.store.Connections.Seed(ctx, SeedOf(kind))
	return err
}

// connect is Connect; also, which may be nil, runs first in the transaction that makes the row.
func (s *Service) connect(ctx context.Context, kind models.ConnectionKind, set Settings, also func(tx *models.Store) error) (*models.Connection, error) {
	switch kind {
	case models.PromoBot, models.SignalBot:
	case models.UserAccount:
		return s.connectAccount(ctx, set)
	default:
		return nil, fault.InvalidField("kind", "unknown", "must be promo_bot, signal_bot or user_account")
	}
	set.Token = token(set.Token)
	channels, err := checkChannels(kind, set.Channels)
	if err != nil {
		return nil, err
	}
	me, err := s.knows(ctx, set)
	if err != nil {
		return nil, err
	}
	c := &models.Connection{Kind: kind, Hook: rand.Text(), AccountID: me.ID, Username: me.Username, DisplayName: me.FirstName,
		Channels: channels, State: models.ConnectionUntested}
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		if also != nil {
			if err := also(tx); err != nil {
				return err
			}
		}
		if err := tx.Connections.Create(ctx, c); err != nil {
			return err
		}
		// The row's id is bound into what is sealed, so it is sealed once the id is there.
		sealed, err := s.seal(c.ID, credentials{Token: set.Token.Reveal(), WebhookSecret: rand.Text()})
		if err != nil {
			return err
		}
		if c, err = tx.Connections.Change(ctx, c.ID, c.Version, func(c *models.Connection) error { c.Sealed = sealed; return nil }); err != nil {
			return err
		}
		return signalUpdates(ctx, tx, c.ID)
	})
	if err != nil {
		return nil, err
	}
	return s.Test(ctx, c.ID)
}

// connectAccount makes the place of a user account, which is signed in afterwards.
func (s *Service) connectAccount(ctx context.Context, set Settings) (*models.Connection, error) {
	if !set.Token.IsZero() || len(set.Channels) > 0 {
		return nil, fault.InvalidField("token", "not_here", "A user account has no token and no channels").WithRemedy("Leave them out; sign in afterwards")
	}
	c := &models.Connection{Kind: models.UserAccount, Hook: rand.Text(), State: models.ConnectionSignedOut}
	return c, s.store.Connections.Create(ctx, c)
}

// Replace stores a person's changes to a bot and tests it. expect is the version that they saw.
func (s *Service) Replace(ctx context.Context, id string, expect int64, set Settings) (*models.Connection, error) {
	old, err := s.store.Connections.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if expect != models.AnyVersion && old.Version != expect {
		_, err := s.store.Connections.Change(ctx, id, expect, func(*models.Connection) error { return nil })
		return nil, err // it says so
	}
	if old.Kind == models.UserAccount {
		return nil, fault.InvalidField("token", "not_here", "A user account has no token and no channels").WithRemedy("Sign in on Connections")
	}
	set.Token = token(set.Token)
	channels := old.Channels
	if set.Channels != nil {
		if channels, err = checkChannels(old.Kind, set.Channels); err != nil {
			return nil, err
		}
	}
	if set.Token.IsZero() && sameChats(channels, old.Channels) {
		return old, nil // nothing changes
	}
	me, sealed := botapi.Me{}, ""
	if !set.Token.IsZero() {
		if me, err = s.knows(ctx, set); err != nil {
			return nil, err
		}
		if sealed, err = s.seal(id, credentials{Token: set.Token.Reveal(), WebhookSecret: rand.Text()}); err != nil {
			return nil, err
		}
	}
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		_, err := tx.Connections.Change(ctx, id, expect, func(c *models.Connection) error {
			c.Channels = channels
			if sealed != "" {
				if c.AccountID != 0 && c.AccountID != me.ID {
					return fault.InvalidField("token", "other_bot", "This token belongs to another bot, @%s", me.Username).
						WithRemedy("Remove this connection first: its subscribers know the bot that it has now")
				}
				c.Sealed, c.AccountID, c.Username, c.DisplayName = sealed, me.ID, me.Username, me.FirstName
				c.State, c.Problem = models.ConnectionUntested, nil
			}
			return nil
		})
		if err != nil {
			return err
		}
		if sealed != "" { // a new token comes with a new secret of the webhook
			if err := tx.Connections.SetRegistered(ctx, id, ""); err != nil {
				return err
			}
		}
		return signalUpdates(ctx, tx, id)
	})
	if err != nil {
		return nil, err
	}
	s.Forget(id)
	return s.Test(ctx, id)
}

// Remove deletes a connection with everything that belongs to it.
func (s *Service) Remove(ctx context.Context, id string, expect int64) error {
	var bot *Bot
	openErr := errors.New("not read")
	err := s.store.Tx(ctx, func(tx *models.Store) error {
		c, err := tx.Connections.Get(ctx, id)
		if err != nil {
			return err
		}
		if c.Kind != models.UserAccount {
			bot, openErr = s.keep(c)
		}
		if err := tx.Connections.Delete(ctx, id, expect); err != nil {
			return err
		}
		return signalUpdates(ctx, tx, id)
	})
	if err != nil {
		return err
	}
	s.Forget(id)
	if openErr == nil && bot.Connection.Registered != "" {
		if err := s.api.DeleteWebhook(ctx, bot.token()); err != nil {
			slog.WarnContext(ctx, "the webhook of a removed connection stays registered", "connection", id, "error", err)
		}
	}
	return nil
}

// signalUpdates makes the flow of a connection's updates check it.
func signalUpdates(ctx context.Context, tx *models.Store, id string) error {
	owner, err := tenantOf(ctx)
	if err != nil {
		return err
	}
	return tx.Outbox.Add(ctx, contract.OutboxConnection, contract.UpdatesID(owner, id), contract.Connection{TenantID: owner, ConnectionID: id})
}

// knows asks Telegram whose token it is. Without an answer the bot's number is known all the same:
// it is the token's first part.
func (s *Service) knows(ctx context.Context, set Settings) (botapi.Me, error) {
	token := set.Token
	if err := botapi.CheckToken(token.Reveal()); err != nil {
		return botapi.Me{}, err
	}
	if s.simulated && !set.Simulated && realToken.MatchString(token.Reveal()) {
		return botapi.Me{}, fault.InvalidField("token", "token_real", "This looks like a real bot's token, and Telegram is simulated here: the real bot would hear of nothing").
			WithRemedy("Use a simulated bot, or say that you want this one simulated")
	}
	me, err := s.api.Me(ctx, token)
	switch botapi.CodeOf(err) {
	case "":
		return me, err
	case botapi.Unauthorized:
		return me, fault.InvalidField("token", "token_refused", "Telegram doesn't know this token").
			WithRemedy("Ask @BotFather for the bot's current token: /mybots, then API Token")
	}
	number, _, _ := strings.Cut(token.Reveal(), ":")
	me.ID, _ = strconv.ParseInt(number, 10, 64)
	return me, nil
}

// realToken is what tokens of @BotFather look like: its second part begins with AA and has small letters, which the sandbox's never have.
var realToken = regexp.MustCompile(`^\d{8,10}:AA[\w-]*[a-z][\w-]*$`)

var (
	channelName   = regexp.MustCompile(`^@[A-Za-z]\w{3,31}$`)
	channelNumber = regexp.MustCompile(`^-\d{5,16}$`)
	channelLink   = regexp.MustCompile(`^(?i:https?://)?(?i:t\.me)/([A-Za-z]\w{3,31})/?$`)
)

// checkChannels normalises channels. What Telegram said about them before stays unknown
// until the next test.
func checkChannels(kind models.ConnectionKind, in []models.Channel) ([]models.Channel, error) {
	var wrong fault.Fields
	out := []models.Channel{}
	count := map[models.ChannelRole]int{}
	for i, c := range in {
		at := fmt.Sprintf("channels[%d]", i)
		chat := text.Clean(c.Chat)
		if m := channelLink.FindStringSubmatch(chat); m != nil {
			chat = "@" + m[1]
		}
		if !channelName.MatchString(chat) && !channelNumber.MatchString(chat) {
			wrong.Add(at+".chat", "channel_malformed", "must be @name, or the number of a private channel such as -1001234567890")
			continue
		}
		roles, names, most := []models.ChannelRole{models.RolePost}, "post", MaxPostChannels
		if kind == models.SignalBot {
			roles, names, most = []models.ChannelRole{models.RoleVIP, models.RoleFree}, "vip or free", 1
		}
		if !slices.Contains(roles, c.Role) {
			wrong.Add(at+".role", "unknown", "must be %s", names)
			continue
		}
		if count[c.Role]++; count[c.Role] > most {
			wrong.Add(at+".role", "too_many", "%s has at most %d of these", Title(kind), most)
		}
		if slices.ContainsFunc(out, func(o models.Channel) bool { return text.Equal(o.Chat, chat) }) {
			wrong.Add(at+".chat", "twice", "%s is there twice", chat)
		}
		out = append(out, models.Channel{Role: c.Role, Chat: chat})
	}
	return out, wrong.Err("channels_invalid", "The channels have mistakes")
}

// EnsureUpdates makes sure that the flow of every bot runs, of all tenants: Temporal may have lost
// what the database has not. It does not disturb those that do. The context must be the platform's.
func (s *Service) EnsureUpdates(ctx context.Context) error {
	list, err := s.store.Connections.Every(ctx)
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.Kind == models.UserAccount {
			continue
		}
		in := contract.Connection{TenantID: c.TenantID, ConnectionID: c.ID}
		ctx := tenant.With(ctx, c.TenantID)
		if err := s.store.Outbox.Add(ctx, contract.OutboxUpdates, contract.UpdatesID(c.TenantID, c.ID), in); err != nil {
			return err
		}
	}
	return nil
}
