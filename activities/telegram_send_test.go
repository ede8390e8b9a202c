package activities_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/activities"
	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/messaging"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/models"
)

// C3: every way of sending goes through the one sender: texts, photos, documents, albums, forwards,
// copies; what was sent is edited, deleted, answered.
func TestSending(t *testing.T) {
	world := bots.Start(t)
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	ctx, _ := testkit.Tenant(t, store, "a")
	ring, err := secrets.NewRing("one-0123456789-abcdefghijklmnop-QRSTUVWXYZ")
	require.NoError(t, err)
	api, err := botapi.New(world.APIURL())
	require.NoError(t, err)
	service := messaging.New(messaging.Options{Store: store, Ring: ring, API: api, PublicURL: &url.URL{Scheme: "http", Host: "127.0.0.1:8080"},
		Updates: messaging.UpdatesPolling, Now: time.Now})
	objects, err := objectstore.New(testkit.S3(t))
	require.NoError(t, err)
	require.NoError(t, objects.EnsureBucket(ctx))
	var picture bytes.Buffer
	require.NoError(t, jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 50, 50)), nil))
	require.NoError(t, objects.Put(ctx, "a.jpg", "image/jpeg", picture.Bytes(), ""))
	bot, err := service.Connect(ctx, models.PromoBot, messaging.Bot{Token: bots.PromoToken})
	require.NoError(t, err)
	act := &activities.Telegram{Service: service, Objects: objects}
	people := 0
	outgoing := func(class string) contract.Message { // to somebody new: a chat takes one a second
		people++
		return contract.Message{ConnectionID: bot.ID, Key: fmt.Sprint("m", people), Chat: world.Started(bots.Promo, fmt.Sprint("P", people)), Class: class}
	}
	until := func(do func(context.Context, contract.Message) (contract.MessageSent, error), in contract.Message) contract.MessageSent {
		var out contract.MessageSent
		testkit.Eventually(t, 30*time.Second, "it is sent", func() bool {
			var err error
			out, err = do(ctx, in)
			require.True(t, err == nil || fault.From(err).Retryable(), "%v", err)
			return err == nil
		})
		require.Equal(t, "sent", out.State, out.Problem)
		return out
	}
	photo := contract.MessageFile{Kind: message.Photo, Object: "a.jpg", SHA256: "x"}

	in := outgoing(contract.ClassReply)
	in.Text, in.Buttons = "<b>Hello</b>", message.Keyboard{{{Text: "Go", Data: "go"}}}
	text := until(act.SendMessage, in)
	require.NoError(t, act.EditMessage(ctx, contract.MessageEdit{ConnectionID: bot.ID, Chat: in.Chat, MessageID: text.MessageID, Text: "Bye"}))
	require.NoError(t, act.EditMessage(ctx, contract.MessageEdit{ConnectionID: bot.ID, Chat: in.Chat, MessageID: text.MessageID, Text: "Bye"}), "it is so already")
	list := world.Messages(in.Chat)
	require.Equal(t, "Bye", list[len(list)-1].Text)
	require.Empty(t, list[len(list)-1].Markup.Rows)

	forward := outgoing(contract.ClassPost)
	forward.FromChat, forward.FromMessage = in.Chat, text.MessageID
	until(act.ForwardMessage, forward)
	again := outgoing(contract.ClassBulk)
	again.FromChat, again.FromMessage = in.Chat, text.MessageID
	until(act.CopyMessage, again)
	require.NoError(t, act.DeleteMessage(ctx, contract.MessageEdit{ConnectionID: bot.ID, Chat: in.Chat, MessageID: text.MessageID}))
	require.NoError(t, act.DeleteMessage(ctx, contract.MessageEdit{ConnectionID: bot.ID, Chat: in.Chat, MessageID: text.MessageID}), "it is gone already")

	with := outgoing(contract.ClassReply)
	with.Files, with.Text = []contract.MessageFile{photo}, "A picture"
	until(act.SendMessage, with)
	list = world.Messages(with.Chat)
	require.Equal(t, "A picture", list[len(list)-1].Caption)
	require.NotEmpty(t, list[len(list)-1].Photo)
	captioned := contract.MessageEdit{ConnectionID: bot.ID, Chat: with.Chat, MessageID: list[len(list)-1].ID, Text: "Another", Caption: true}
	require.NoError(t, act.EditMessage(ctx, captioned))
	document := outgoing(contract.ClassReply)
	document.Files = []contract.MessageFile{{Kind: message.Document, Object: "a.jpg", SHA256: "x", Name: "a.jpg"}}
	until(act.SendMessage, document)
	album := outgoing(contract.ClassReply)
	album.Files = []contract.MessageFile{photo, photo, photo}
	require.Len(t, until(act.SendMessage, album).Album, 3)

	missing := outgoing(contract.ClassReply)
	missing.Files = []contract.MessageFile{{Kind: message.Photo, Object: "none.jpg"}}
	_, err = act.SendMessage(ctx, missing)
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	_, err = act.SendMessage(ctx, contract.Message{ConnectionID: bot.ID, Key: "x", Chat: 1, Class: "urgent"})
	require.True(t, fault.Is(err, fault.Invalid), "%v", err)
	require.NoError(t, act.AnswerCallback(ctx, contract.CallbackAnswer{ConnectionID: bot.ID, CallbackID: "123"}), "an old press is no failure")
}
