package mtproto

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/message/entity"
	"github.com/gotd/td/telegram/message/html"
	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/promostack/promostack/internal/base/fault"
)

// Outgoing is a private message to send. RandomID is chosen and stored before the first attempt: with
// the same one, Telegram takes a message once.
type Outgoing struct {
	User     int64
	Text     string
	HTML     bool   // Text has Telegram's tags
	Photo    []byte // JPEG or PNG; Text is its caption then
	RandomID int64
}

// Sent is what became of it. ID is 0 when an earlier attempt had sent it already.
type Sent struct {
	ID    int
	Again bool
}

// dialogLimit is how many conversations are looked through for a person without an access hash.
const dialogLimit = 100

// Send sends a message. It may be called again with the same RandomID after any failure.
func (c *Client) Send(ctx context.Context, m Outgoing) (Sent, error) {
	ctx, cancel := c.limited(ctx, callLimit)
	defer cancel()
	peer, err := c.peer(ctx, m.User)
	if err != nil {
		return Sent{}, err
	}
	text, entities := m.Text, []tg.MessageEntityClass(nil)
	if m.HTML {
		b := &entity.Builder{}
		if err := html.HTML(strings.NewReader(m.Text), b, html.Options{}); err != nil {
			return Sent{}, fault.New(fault.Invalid, "message_malformed", "The message's tags can't be read").WithCause(err)
		}
		text, entities = b.Complete()
	}
	answer, err := c.write(ctx, peer, m, text, entities)
	if tgerr.Is(err, "RANDOM_ID_DUPLICATE") {
		return Sent{Again: true}, nil
	}
	if err != nil {
		return Sent{}, c.failed(ctx, err)
	}
	switch answer := answer.(type) {
	case *tg.UpdateShortSentMessage:
		// The library must know that the account's updates moved on by this.
		return Sent{ID: answer.ID}, c.manager.HandleAffected(c.ctx, 0, answer.Pts, answer.PtsCount)
	case *tg.Updates:
		sent := Sent{}
		for _, u := range answer.Updates {
			if id, ok := u.(*tg.UpdateMessageID); ok && id.RandomID == m.RandomID {
				sent.ID = id.ID
			}
		}
		return sent, c.manager.Handle(c.ctx, answer)
	}
	return Sent{}, nil
}

// write makes the call: a text, or a photo with the text below it.
func (c *Client) write(ctx context.Context, peer tg.InputPeerClass, m Outgoing, text string, entities []tg.MessageEntityClass) (tg.UpdatesClass, error) {
	if len(m.Photo) == 0 {
		request := &tg.MessagesSendMessageRequest{Peer: peer, Message: text, RandomID: m.RandomID}
		if len(entities) > 0 {
			request.SetEntities(entities)
		}
		return c.client.API().MessagesSendMessage(ctx, request)
	}
	file, err := uploader.NewUploader(c.client.API()).FromBytes(ctx, "photo.jpg", m.Photo)
	if err != nil {
		return nil, err
	}
	request := &tg.MessagesSendMediaRequest{Peer: peer, Media: &tg.InputMediaUploadedPhoto{File: file}, Message: text, RandomID: m.RandomID}
	if len(entities) > 0 {
		request.SetEntities(entities)
	}
	return c.client.API().MessagesSendMedia(ctx, request)
}

// peer finds the access hash of a person, with a search through the account's conversations when it was
// not met since the sign-in.
func (c *Client) peer(ctx context.Context, user int64) (tg.InputPeerClass, error) {
	hash, ok, err := c.o.Keeper.Peer(ctx, PeerUser, user)
	if err != nil {
		return nil, err
	}
	if ok {
		return &tg.InputPeerUser{UserID: user, AccessHash: hash}, nil
	}
	answer, err := c.client.API().MessagesGetDialogs(ctx, &tg.MessagesGetDialogsRequest{OffsetPeer: &tg.InputPeerEmpty{}, Limit: dialogLimit})
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	if dialogs, ok := answer.AsModified(); ok {
		for _, one := range dialogs.GetUsers() {
			u, ok := one.(*tg.User)
			if !ok || u.Min || u.AccessHash == 0 {
				continue
			}
			if err := c.keep.SetUserAccessHash(ctx, 0, u.ID, u.AccessHash); err != nil {
				return nil, err
			}
			if u.ID == user {
				hash = u.AccessHash
			}
		}
	}
	if hash == 0 {
		return nil, failure(tgerr.New(400, "PEER_ID_INVALID"))
	}
	return &tg.InputPeerUser{UserID: user, AccessHash: hash}, nil
}

// watched ends the client when a message could not be received: the library would go on behind it.
func (c *Client) watched(next telegram.UpdateHandler) telegram.UpdateHandler {
	return telegram.UpdateHandlerFunc(func(ctx context.Context, u tg.UpdatesClass) error {
		if c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		if c.o.Seen != nil {
			c.o.Seen()
		}
		err := next.Handle(ctx, u)
		if err != nil && !errors.Is(err, context.Canceled) {
			c.fail(failure(err))
		}
		return err
	})
}

// onMessage hands a private message over. Groups, channels and what the account wrote itself are not
// this program's concern.
func (c *Client) onMessage(ctx context.Context, e tg.Entities, update *tg.UpdateNewMessage) error {
	m, ok := update.Message.(*tg.Message)
	if !ok || m.Out || c.o.Handle == nil || !c.isSignedIn() {
		return nil
	}
	from, ok := m.PeerID.(*tg.PeerUser)
	if !ok {
		return nil
	}
	who, err := c.who(ctx, e, from.UserID)
	if err != nil {
		return err
	}
	out := Message{ID: m.ID, From: who, Text: m.Message, Date: time.Unix(int64(m.Date), 0).UTC()}
	if contact, ok := m.Media.(*tg.MessageMediaContact); ok {
		if out.Phone = contact.PhoneNumber; contact.UserID == who.ID && out.Phone != "" && !strings.HasPrefix(out.Phone, "+") {
			out.Phone = "+" + out.Phone // Telegram writes a person's own in full, but without it
		}
	}
	if group, ok := m.GetGroupedID(); ok {
		out.Album = strconv.FormatInt(group, 10)
	}
	return c.o.Handle(ctx, out)
}

// who is the person with an id: what came with the message, or else what Telegram says about them.
func (c *Client) who(ctx context.Context, e tg.Entities, id int64) (Person, error) {
	if u := e.Users[id]; u != nil && u.FirstName+u.LastName+u.Username != "" {
		return person(u), nil
	}
	hash, ok, err := c.o.Keeper.Peer(ctx, PeerUser, id)
	if err != nil || !ok {
		return Person{ID: id}, err
	}
	ctx, cancel := c.limited(ctx, callLimit)
	defer cancel()
	list, err := c.client.API().UsersGetUsers(ctx, []tg.InputUserClass{&tg.InputUser{UserID: id, AccessHash: hash}})
	if err != nil {
		return Person{}, err
	}
	if u, ok := tg.UserClassArray(list).FirstAsNotEmpty(); ok {
		return person(u), nil
	}
	return Person{ID: id}, nil
}

func person(u *tg.User) Person {
	return Person{ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Username: u.Username, Language: u.LangCode, Bot: u.Bot}
}
