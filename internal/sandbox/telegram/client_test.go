package telegram_test

import (
	"bytes"
	"context"
	"strconv"
	"testing"
	"time"

	client "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/sandbox/telegram"
)

// A client library that others wrote polls, answers with a photo and a keyboard, and gets the press
// of its button.
func TestALibraryOfOthersWorksAgainstIt(t *testing.T) {
	w := start(t, "")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	pressed := make(chan string, 1)
	sent := make(chan *models.Message, 1)
	photo := picture(t, 640, 400)
	b, err := client.New(token, client.WithServerURL(w.server.URL+telegram.Path), client.WithErrorsHandler(func(err error) {
		if ctx.Err() == nil {
			t.Errorf("the library complains: %v", err)
		}
	}), client.WithDefaultHandler(func(ctx context.Context, b *client.Bot, u *models.Update) {
		switch {
		case u.Message != nil:
			m, err := b.SendPhoto(ctx, &client.SendPhotoParams{
				ChatID: u.Message.Chat.ID, Photo: &models.InputFileUpload{Filename: "promo.jpg", Data: bytes.NewReader(photo)},
				Caption: "<b>" + u.Message.Text + "</b>", ParseMode: models.ParseModeHTML,
				ReplyMarkup: models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: "More", CallbackData: "more:1"}}}},
			})
			if err != nil {
				t.Errorf("sendPhoto: %v", err)
			}
			sent <- m
		case u.CallbackQuery != nil:
			if _, err := b.AnswerCallbackQuery(ctx, &client.AnswerCallbackQueryParams{CallbackQueryID: u.CallbackQuery.ID, Text: "Here it is"}); err != nil {
				t.Errorf("answerCallbackQuery: %v", err)
			}
			pressed <- u.CallbackQuery.Data
		}
	}))
	require.NoError(t, err)
	running := make(chan struct{})
	go func() { defer close(running); b.Start(ctx) }()

	w.order("POST", "/messages", asJSON(map[string]any{"bot": bot, "user": ada, "text": "/start abc"}), nil)
	m := receive(ctx, t, sent)
	require.Equal(t, ada, m.Chat.ID)
	require.Equal(t, "/start abc", m.Caption)
	require.Equal(t, models.MessageEntityTypeBold, m.CaptionEntities[0].Type)
	require.Len(t, m.Photo, 3, "90, 320 and the whole")
	require.Equal(t, 640, m.Photo[2].Width)

	var press struct {
		ID string `json:"callback_query_id"`
	}
	w.order("POST", "/callbacks", asJSON(map[string]any{"bot": bot, "user": ada, "message_id": m.ID, "data": "more:1"}), &press)
	require.Equal(t, "more:1", receive(ctx, t, pressed))
	var answered struct {
		Answered bool
		Answer   struct{ Text string }
	}
	w.order("GET", "/callbacks/"+press.ID, "", &answered)
	require.True(t, answered.Answered)
	require.Equal(t, "Here it is", answered.Answer.Text)

	var messages struct {
		Items []struct {
			ByBot   bool        `json:"by_bot"`
			Message sentMessage `json:"message"`
		}
	}
	w.order("GET", "/chats/"+strconv.FormatInt(ada, 10)+"/messages?bot="+bot, "", &messages)
	require.Len(t, messages.Items, 2)
	require.False(t, messages.Items[0].ByBot)
	require.True(t, messages.Items[1].ByBot)
	cancel()
	<-running
}

func receive[T any](ctx context.Context, t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-ctx.Done():
		t.Fatal("nothing came in time")
		panic("unreachable")
	}
}
