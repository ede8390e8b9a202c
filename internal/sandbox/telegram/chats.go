package telegram

import (
	"strconv"
	"strings"
)

// Where the numbers of people, channels and bots made here start. Real ones are far away.
const (
	firstUser    int64 = 9_000_000_001
	firstCrowd   int64 = 9_500_000_001
	firstChannel int64 = -1_009_000_000_001
	firstGroup   int64 = -9_000_000_001
	firstBot     int64 = 8_000_000_001
)

// channel is a row of the table channels: a channel or a group.
type channel struct {
	ID         int64
	Type       string // channel, supergroup or group
	Title      string
	Username   string
	Members    int
	MigratedTo int64 // the supergroup that a group became, or 0
}

func (c channel) chat() chat {
	return chat{ID: c.ID, Type: c.Type, Title: c.Title, Username: c.Username}
}

// target is a chat that a call is about. Messages in a person's chat belong to bot and person;
// those of a channel to the channel, whose owner is 0.
type target struct {
	chat    chat
	owner   int64
	user    *user
	channel *channel
	status  string // the bot's in the channel, or empty
	canPost bool
}

func (u user) chat() chat {
	return chat{ID: u.ID, Type: "private", FirstName: u.FirstName, LastName: u.LastName, Username: u.Username}
}

func findUser(t *tx, id int64) (*user, error) {
	u := user{ID: id}
	found, err := t.get("SELECT first_name, last_name, coalesce(username, ''), language FROM users WHERE id = ?", []any{id},
		&u.FirstName, &u.LastName, &u.Username, &u.LanguageCode)
	if !found {
		return nil, err
	}
	return &u, nil
}

func addUser(t *tx, u user, crowd int64) error {
	return t.exec("INSERT INTO users (id, first_name, last_name, username, language, crowd) VALUES (?,?,?,nullif(?, ''),?,?)",
		u.ID, u.FirstName, u.LastName, u.Username, u.LanguageCode, crowd)
}

// findChannel finds a channel by its number, or by its name when that is given.
func findChannel(t *tx, id int64, username string) (*channel, error) {
	var c channel
	found, err := t.get(`SELECT id, type, title, coalesce(username, ''), members, coalesce((SELECT new FROM migrations WHERE old = id), 0)
		FROM channels WHERE id = ? OR username = nullif(?, '')`, []any{id, username}, &c.ID, &c.Type, &c.Title, &c.Username, &c.Members, &c.MigratedTo)
	if !found {
		return nil, err
	}
	return &c, nil
}

func addChannel(t *tx, c channel) error {
	return t.exec("INSERT INTO channels (id, type, title, username, members) VALUES (?,?,?,nullif(?, ''),?)", c.ID, c.Type, c.Title, c.Username, c.Members)
}

func setMember(t *tx, channel, bot int64, status string, canPost bool) error {
	return t.exec(`INSERT INTO memberships (channel, bot, status, can_post) VALUES (?,?,?,?)
		ON CONFLICT (channel, bot) DO UPDATE SET status = excluded.status, can_post = excluded.can_post`, channel, bot, status, canPost)
}

// resolve finds the chat that a parameter names, whether or not the bot may write there.
func (c *call) resolve(parameter string) (*target, error) {
	raw := strings.TrimSpace(c.text(parameter))
	if raw == "" {
		return nil, bad("%s is empty", parameter)
	}
	username, isName := strings.CutPrefix(raw, "@")
	id, err := strconv.ParseInt(raw, 10, 64)
	if err != nil && !isName {
		return nil, bad("chat not found")
	}
	if c.chat == 0 {
		c.chat = id
	}
	if id > 0 {
		return c.person(id)
	}
	var next int64
	if moved, err := c.get("SELECT new FROM migrations WHERE old = ?", []any{id}, &next); err != nil {
		return nil, err
	} else if moved {
		return nil, migrated(next)
	}
	found, err := findChannel(c.tx, id, username)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, bad("chat not found")
	}
	c.chat = found.ID
	t := &target{chat: found.chat(), channel: found}
	_, err = c.get("SELECT status, can_post FROM memberships WHERE channel = ? AND bot = ?", []any{found.ID, c.bot.ID}, &t.status, &t.canPost)
	return t, err
}

func migrated(to int64) *refusal {
	r := bad("group chat was upgraded to a supergroup chat")
	r.MigrateTo = to
	return r
}

func (c *call) person(id int64) (*target, error) {
	u, err := findUser(c.tx, id)
	if err != nil {
		return nil, err
	}
	if u == nil {
		if other, err := findBot(c.tx, id); err != nil || other == nil {
			return nil, orRefuse(err, bad("chat not found"))
		}
		return nil, forbidden("bots can't send messages to bots")
	}
	return &target{chat: u.chat(), owner: c.bot.ID, user: u}, nil
}

// orRefuse is the error, or the refusal when there is none.
func orRefuse(err error, r *refusal) error {
	if err != nil {
		return err
	}
	return r
}

// noun is what Telegram calls such a chat in its errors.
func (t *target) noun() string {
	if t.channel.Type == "channel" {
		return "channel chat"
	}
	return t.channel.Type + " chat"
}

// reachable finds the chat of the parameter and refuses one that the bot may not write to.
func (c *call) reachable(parameter string) (*target, error) {
	t, err := c.resolve(parameter)
	if err != nil {
		return nil, err
	}
	if t.user != nil {
		var blocked bool
		started, err := c.get("SELECT blocked FROM dialogs WHERE bot = ? AND user = ?", []any{c.bot.ID, t.user.ID}, &blocked)
		switch {
		case err != nil:
			return nil, err
		case !started:
			return nil, forbidden("bot can't initiate conversation with a user")
		case blocked:
			return nil, forbidden("bot was blocked by the user")
		}
		return t, nil
	}
	switch {
	case t.status == "kicked":
		return nil, forbidden("bot was kicked from the " + t.noun())
	case t.status == "" || t.status == "left":
		return nil, forbidden("bot is not a member of the " + t.noun())
	case t.channel.Type == "channel" && (t.status != "administrator" || !t.canPost):
		return nil, bad("need administrator rights in the channel chat")
	}
	return t, nil
}

// visible finds the chat of the parameter and refuses one that the bot can't look into.
func (c *call) visible(parameter string) (*target, error) {
	t, err := c.resolve(parameter)
	if err != nil {
		return nil, err
	}
	if t.user != nil {
		var one int
		if started, err := c.get("SELECT 1 FROM dialogs WHERE bot = ? AND user = ?", []any{c.bot.ID, t.user.ID}, &one); err != nil || !started {
			return nil, orRefuse(err, bad("chat not found"))
		}
		return t, nil
	}
	if t.status == "kicked" {
		return nil, forbidden("bot was kicked from the " + t.noun())
	}
	if t.status == "" || t.status == "left" {
		return nil, forbidden("bot is not a member of the " + t.noun())
	}
	return t, nil
}

func getChat(c *call) (any, error) {
	t, err := c.resolve("chat_id")
	if err != nil {
		return nil, err
	}
	if t.user != nil || t.channel.Username == "" {
		if t, err = c.visible("chat_id"); err != nil {
			return nil, err
		}
	}
	return struct {
		chat
		AccentColor  int             `json:"accent_color_id"`
		MaxReactions int             `json:"max_reaction_count"`
		Gifts        map[string]bool `json:"accepted_gift_types"`
	}{t.chat, 0, 11, map[string]bool{"unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false}}, nil
}

func getChatMemberCount(c *call) (any, error) {
	t, err := c.visible("chat_id")
	if err != nil {
		return nil, err
	}
	if t.user != nil {
		return 2, nil
	}
	return t.channel.Members, nil
}

// memberOf describes a bot's place in a channel.
func memberOf(b *bot, status string, canPost bool) chatMember {
	m := chatMember{Status: status, User: b.user()}
	switch status {
	case "administrator":
		m.Anonymous = new(bool)
		m.adminRights = &adminRights{CanManageChat: true, CanPostMessages: canPost, CanEditMessages: canPost, CanDelete: canPost, CanInviteUsers: true}
	case "kicked":
		m.UntilDate = new(int64)
	case "":
		m.Status = "left"
	}
	return m
}

// creator describes the owner of a channel.
func creator(u user) chatMember { return chatMember{Status: "creator", User: u, Anonymous: new(bool)} }

func getChatMember(c *call) (any, error) {
	t, err := c.visible("chat_id")
	if err != nil {
		return nil, err
	}
	id, ok := c.integer("user_id")
	if !ok {
		return nil, bad("invalid user_id specified")
	}
	if t.user != nil {
		switch id {
		case t.user.ID:
			return chatMember{Status: "member", User: *t.user}, nil
		case c.bot.ID:
			return chatMember{Status: "member", User: c.bot.user()}, nil
		}
		return nil, bad("user not found")
	}
	if id == c.bot.ID {
		return memberOf(c.bot, t.status, t.canPost), nil
	}
	if t.channel.Type == "channel" && t.status != "administrator" {
		return nil, bad("member list is inaccessible")
	}
	u, err := findUser(c.tx, id)
	if err != nil {
		return nil, err
	}
	if u == nil {
		other, err := findBot(c.tx, id)
		if err != nil || other == nil {
			return nil, orRefuse(err, bad("user not found"))
		}
		var status string
		var canPost bool
		_, err = c.get("SELECT status, can_post FROM memberships WHERE channel = ? AND bot = ?", []any{t.chat.ID, id}, &status, &canPost)
		return memberOf(other, status, canPost), err
	}
	if id == firstUser {
		return creator(*u), nil
	}
	return chatMember{Status: "member", User: *u}, nil
}

func getChatAdministrators(c *call) (any, error) {
	t, err := c.visible("chat_id")
	if err != nil {
		return nil, err
	}
	if t.user != nil {
		return nil, bad("there are no administrators in the private chat")
	}
	if t.channel.Type == "channel" && t.status != "administrator" {
		return nil, bad("member list is inaccessible")
	}
	var out []chatMember
	if owner, err := findUser(c.tx, firstUser); err != nil {
		return nil, err
	} else if owner != nil {
		out = append(out, creator(*owner))
	}
	type row struct {
		bot     int64
		canPost bool
	}
	var rows []row
	err = c.each("SELECT bot, can_post FROM memberships WHERE channel = ? AND status = 'administrator' ORDER BY bot", []any{t.chat.ID}, func(scan func(...any) error) error {
		var r row
		err := scan(&r.bot, &r.canPost)
		rows = append(rows, r)
		return err
	})
	for _, r := range rows {
		b, err := findBot(c.tx, r.bot)
		if err != nil {
			return nil, err
		}
		if b != nil {
			out = append(out, memberOf(b, "administrator", r.canPost))
		}
	}
	return out, err
}
