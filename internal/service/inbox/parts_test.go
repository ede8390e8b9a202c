package inbox_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// told is an update with a private message of one person's.
func told(t *testing.T, update int, content string) message.Update {
	t.Helper()
	u, err := botapi.ParseUpdate(fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%d,"date":1764500000,"from":{"id":5,"first_name":"Ann"},"chat":{"id":5,"type":"private"},%s}}`, update, update, content))
	require.NoError(t, err)
	return u
}

// J4: what a person says is a message, with its caption; what Telegram notes in a chat is none.
func TestWhatIsAMessage(t *testing.T) {
	for content, want := range map[string]message.Update{
		`"text":"hi"`: {Kind: message.KindText, Text: "hi"},
		`"photo":[{"file_id":"f"}],"caption":"gold"`:                               {Kind: message.KindPhoto, Text: "gold", FileID: "f"},
		`"video":{"file_id":"f"},"caption":"gold"`:                                 {Kind: message.KindOther, Text: "gold"},
		`"document":{"file_id":"f"},"caption":"gold"`:                              {Kind: message.KindOther, Text: "gold"},
		`"animation":{"file_id":"f"},"document":{"file_id":"f"},"caption":"gold"`:  {Kind: message.KindOther, Text: "gold"},
		`"voice":{"file_id":"f"}`:                                                  {Kind: message.KindOther},
		`"sticker":{"file_id":"f"}`:                                                {Kind: message.KindOther},
		`"location":{"latitude":1,"longitude":2}`:                                  {Kind: message.KindOther},
		`"story":{"id":1}`:                                                         {Kind: message.KindOther},
		`"contact":{"phone_number":"442079460000","first_name":"Ann","user_id":5}`: {Kind: message.KindContact, Phone: "+442079460000"},
		`"contact":{"phone_number":"+1 555 0100","first_name":"Bob"}`:              {Kind: message.KindContact, Phone: "+1 555 0100"},
		`"contact":{"phone_number":"5550100","first_name":"Bob","user_id":6}`:      {Kind: message.KindContact, Phone: "5550100"},
		`"photo":[{"file_id":"f"}],"media_group_id":"7"`:                           {Kind: message.KindPhoto, FileID: "f", Album: "7"},
		`"pinned_message":{"message_id":1,"date":1,"text":"old","chat":{"id":5}}`:  {Kind: message.KindIgnored},
		`"message_auto_delete_timer_changed":{"message_auto_delete_time":86400}`:   {Kind: message.KindIgnored},
		`"new_chat_members":[{"id":6,"first_name":"Bob"}]`:                         {Kind: message.KindIgnored},
		`"left_chat_member":{"id":6,"first_name":"Bob"}`:                           {Kind: message.KindIgnored},
		`"write_access_allowed":{}`:                                                {Kind: message.KindIgnored},
		`"chat_background_set":{"type":{"type":"fill"}}`:                           {Kind: message.KindIgnored},
		`"video_chat_started":{}`:                                                  {Kind: message.KindIgnored},
	} {
		got := told(t, 1, content)
		require.Equal(t, want, message.Update{Kind: got.Kind, Text: got.Text, Phone: got.Phone, Album: got.Album, FileID: got.FileID}, content)
	}
}

// J4: an album is one message, whichever order its parts come in and however often.
func TestAnAlbumIsOneMessage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		b := newBench(t, store)
		receive := func(u message.Update) { require.NoError(t, b.Inbox.Receive(b.ctx, b.bot, u, nil)) }
		waiting := func() int {
			list, err := store.Conversations.Next(b.ctx, b.bot.ID, 5, contract.FlowPromoChat, 0, 20)
			require.NoError(t, err)
			return len(list)
		}
		part := func(update int, album string) message.Update {
			return told(t, update, fmt.Sprintf(`"photo":[{"file_id":"f%d"}],"media_group_id":%q`, update, album))
		}
		for update := 1; update <= 4; update++ {
			receive(part(update, "a"))
		}
		require.Equal(t, 1, waiting())
		receive(part(1, "a")) // delivered again
		receive(part(3, "a"))
		require.Equal(t, 1, waiting())
		receive(part(5, "b"))
		receive(part(6, "b"))
		require.Equal(t, 2, waiting(), "another album is another message")
		receive(told(t, 7, `"photo":[{"file_id":"f"}]`))
		receive(told(t, 8, `"photo":[{"file_id":"f"}]`))
		require.Equal(t, 4, waiting(), "photos that were sent one by one are not one")
		receive(told(t, 9, `"pinned_message":{"message_id":1,"date":1,"chat":{"id":5}}`))
		receive(told(t, 10, `"contact":{"phone_number":"1","first_name":"A"}`))
		require.Equal(t, 5, waiting())
	})
}
