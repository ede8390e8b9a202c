package mtproto

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
	"github.com/stretchr/testify/require"
)

func encoded(t *testing.T, e bin.Encoder) []byte {
	t.Helper()
	var b bin.Buffer
	require.NoError(t, e.Encode(&b))
	return b.Buf
}

func constructor(id uint32) []byte { return binary.LittleEndian.AppendUint32(nil, id) }

// What is sent to a client has the constructors of its layer.
func TestAnswersAreOfTheClientsLayer(t *testing.T) {
	user := &tg.User{ID: 7, FirstName: "Ann"}
	message := &tg.Message{ID: 1, Message: "hello", PeerID: &tg.PeerUser{UserID: 7}}
	for l, want := range map[layer][2]uint32{
		198: {0x4b46c37e, 0x96fdbbe9}, 216: {0x020b1422, 0x9815cec8}, 217: {0x31774388, 0xb92f76cf},
		227: {0x31774388, tg.MessageTypeID}, 228: {tg.UserTypeID, tg.MessageTypeID}, 300: {tg.UserTypeID, tg.MessageTypeID},
	} {
		// Inside of another object too.
		got := encoded(t, &tg.Updates{Updates: []tg.UpdateClass{&tg.UpdateNewMessage{Message: l.message(message)}}, Users: []tg.UserClass{l.user(user)}})
		require.Equal(t, 1, bytes.Count(got, constructor(want[0])), "user in layer %d", l)
		require.Equal(t, 1, bytes.Count(got, constructor(want[1])), "message in layer %d", l)
	}
	newest, oldest := layer(tg.Layer), oldestLayer
	require.Equal(t, encoded(t, user), encoded(t, newest.user(user)))
	require.Equal(t, encoded(t, user)[4:], encoded(t, oldest.user(user))[4:])

	dialog := &tg.Dialog{Peer: &tg.PeerUser{UserID: 7}, TopMessage: 3, ReadInboxMaxID: 2, UnreadCount: 1}
	require.Equal(t, encoded(t, dialog), encoded(t, newest.dialog(dialog)))
	require.Len(t, encoded(t, oldest.dialog(dialog)), len(encoded(t, dialog))-4)
	page, users := []tg.MessageClass{message}, []tg.UserClass{user}
	require.Equal(t, encoded(t, &tg.MessagesMessages{Messages: page, Users: users}), encoded(t, newest.messages(page, 1, users)))
	require.Equal(t, encoded(t, &tg.MessagesMessagesSlice{Count: 2, Messages: page, Users: users}), encoded(t, newest.messages(page, 2, users)))
	require.Len(t, encoded(t, oldest.messages(page, 2, users)), len(encoded(t, newest.messages(page, 2, users)))-8, "a vector of topics less")
	full := &tg.UsersUserFull{FullUser: tg.UserFull{ID: 7}, Users: users}
	require.Equal(t, encoded(t, full), encoded(t, newest.userFull(7, users)))
	require.Len(t, encoded(t, oldest.userFull(7, users)), len(encoded(t, full)))
}

// What a client of an older layer asks is understood, with what is inside of it.
func TestRequestsOfOlderLayersAreUnderstood(t *testing.T) {
	send := &tg.MessagesSendMediaRequest{Peer: &tg.InputPeerSelf{}, ReplyTo: &tg.InputReplyToMessage{ReplyToMsgID: 5},
		Media: &tg.InputMediaUploadedPhoto{File: &tg.InputFile{ID: 3, Parts: 1, Name: "a.jpg"}}, Message: "look", RandomID: 9}
	send.SetFlags()
	b := &bin.Buffer{Buf: encoded(t, send)}
	for newer, older := range map[uint32]uint32{tg.MessagesSendMediaRequestTypeID: 0x7852834e, tg.InputReplyToMessageTypeID: 0x22c0f6d5, tg.InputMediaUploadedPhotoTypeID: 0x1e287d04} {
		b.Buf = bytes.Replace(b.Buf, constructor(newer), constructor(older), 1)
	}
	kind, err := modernize(b)
	require.NoError(t, err)
	require.Equal(t, uint32(tg.MessagesSendMediaRequestTypeID), kind)
	var got tg.MessagesSendMediaRequest
	require.NoError(t, got.Decode(b))
	require.Equal(t, send.String(), got.String())
}

// A client of a layer that is not spoken is told so; the layer of another is kept with its key.
func TestTheLayerIsTheKeys(t *testing.T) {
	sim, c, _ := connected(t)
	ask := func(l int) error {
		b := &bin.Buffer{Buf: encoded(t, &tg.InvokeWithLayerRequest{Layer: l, Query: &tg.HelpGetNearestDCRequest{}})}
		_, err := sim.handle(c, b)
		return err
	}
	require.ErrorContains(t, ask(int(oldestLayer)-1), "CONNECTION_LAYER_INVALID")
	require.Equal(t, layer(tg.Layer), sim.state.Keys[keyName(c.key.ID)].layer())
	require.NoError(t, ask(int(oldestLayer)))
	again, err := New(Options{Folder: sim.o.Folder})
	require.NoError(t, err)
	require.Equal(t, oldestLayer, again.state.Keys[keyName(c.key.ID)].layer())
}
