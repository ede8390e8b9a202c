package mtproto_test

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"testing"
	"time"

	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/auth"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
	"github.com/gotd/td/transport"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/sandbox/mtproto"
)

// telegrams are clients of a simulation, with one session after another.
type telegrams struct {
	t       *testing.T
	sim     *mtproto.Simulator
	options telegram.Options
}

func newTelegrams(t *testing.T) *telegrams {
	t.Helper()
	sim, key, address := served(t)
	return &telegrams{t, sim, telegram.Options{
		DC: mtproto.DC, PublicKeys: []telegram.PublicKey{{RSA: key}}, SessionStorage: &session.StorageMemory{},
		DCList: dcs.List{Options: []tg.DCOption{{ID: mtproto.DC, IPAddress: address.IP.String(), Port: address.Port}}},
	}}
}

// served is a simulation on the network, its public key and its address.
func served(t *testing.T) (*mtproto.Simulator, *rsa.PublicKey, *net.TCPAddr) {
	t.Helper()
	folder := t.TempDir()
	sim, err := mtproto.New(mtproto.Options{Folder: folder})
	require.NoError(t, err)
	text, err := os.ReadFile(mtproto.PublicKeyPath(folder))
	require.NoError(t, err)
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS1PublicKey(block.Bytes)
	require.NoError(t, err)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- sim.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return sim, key, listener.Addr().(*net.TCPAddr)
}

// run connects, does something and leaves.
func (w *telegrams) run(fn func(ctx context.Context, client *telegram.Client) error) {
	w.t.Helper()
	client := telegram.NewClient(1, "hash", w.options)
	require.NoError(w.t, client.Run(w.t.Context(), func(ctx context.Context) error { return fn(ctx, client) }))
}

const phone = "+15550000001"

// signIn signs the account of phone in.
func (w *telegrams) signIn(ctx context.Context, client *telegram.Client) {
	w.t.Helper()
	sent, err := client.Auth().SendCode(ctx, phone, auth.SendCodeOptions{})
	require.NoError(w.t, err)
	_, err = client.Auth().SignIn(ctx, phone, mtproto.Code, sent.(*tg.AuthSentCode).PhoneCodeHash)
	require.NoError(w.t, err)
}

// Clients may pack their messages in each of the transports.
func TestTransports(t *testing.T) {
	w := newTelegrams(t)
	for name, protocol := range map[string]transport.Protocol{
		"abridged": transport.Abridged, "intermediate": transport.Intermediate, "padded": transport.PaddedIntermediate, "full": transport.Full,
	} {
		for _, obfuscated := range []bool{false, true} {
			if name == "full" && obfuscated {
				continue // there is no such transport
			}
			w.options.Resolver = dcs.Plain(dcs.PlainOptions{Protocol: protocol, Obfuscated: obfuscated})
			w.run(func(ctx context.Context, client *telegram.Client) error {
				config, err := client.API().HelpGetConfig(ctx)
				require.NoError(t, err, "%s, obfuscated %t", name, obfuscated)
				require.Len(t, config.DCOptions, 2)
				return nil
			})
		}
	}
}

// An authorization is carried over to the other data centre; what belongs to the account's own is sent back there.
func TestAnAuthorizationIsExported(t *testing.T) {
	w := newTelegrams(t)
	w.run(func(ctx context.Context, client *telegram.Client) error {
		w.signIn(ctx, client)
		_, err := client.API().AuthExportAuthorization(ctx, 7)
		require.True(t, tgerr.Is(err, "DC_ID_INVALID"), "%v", err)
		exported, err := client.API().AuthExportAuthorization(ctx, mtproto.SecondDC)
		require.NoError(t, err)
		_, err = client.API().AuthImportAuthorization(ctx, &tg.AuthImportAuthorizationRequest{ID: exported.ID, Bytes: exported.Bytes})
		require.True(t, tgerr.Is(err, "AUTH_BYTES_INVALID"), "it is for the other one: %v", err)

		second, err := client.DC(ctx, mtproto.SecondDC, 1)
		require.NoError(t, err)
		defer func() { _ = second.Close() }()
		near, err := tg.NewClient(second).HelpGetNearestDC(ctx)
		require.NoError(t, err)
		require.Equal(t, mtproto.SecondDC, near.ThisDC)
		_, err = tg.NewClient(second).UpdatesGetState(ctx)
		require.True(t, tgerr.Is(err, "USER_MIGRATE"), "%v", err)
		return nil
	})
	require.Equal(t, 1, w.sim.Calls("auth.importAuthorization"))
}

// What an account did with its messages is in its history, in its conversations and in what its other sessions learn:
// at once, or from the difference.
func TestWhatAnAccountDidWithItsMessages(t *testing.T) {
	w := newTelegrams(t)
	ann := mtproto.Person{ID: 501, FirstName: "Ann"}
	kinds := make(chan string, 10)
	hears := func(kind string) {
		t.Helper()
		select {
		case got := <-kinds:
			require.Equal(t, kind, got)
		case <-time.After(20 * time.Second):
			t.Fatalf("%s did not come", kind)
		}
	}
	other := *w
	other.options.SessionStorage = &session.StorageMemory{}
	other.options.UpdateHandler = telegram.UpdateHandlerFunc(func(_ context.Context, u tg.UpdatesClass) error {
		for _, one := range u.(*tg.Updates).Updates {
			kinds <- one.TypeName()
		}
		return nil
	})
	w.run(func(ctx context.Context, client *telegram.Client) error {
		w.signIn(ctx, client)
		api := client.API()
		me, err := client.Self(ctx)
		require.NoError(t, err)
		start, err := api.UpdatesGetState(ctx)
		require.NoError(t, err)
		other.run(func(ctx context.Context, client *telegram.Client) error {
			other.signIn(ctx, client)
			for _, text := range []string{"one", "two", "three"} {
				_, _, err := w.sim.Write(ctx, me.ID, ann, text)
				require.NoError(t, err)
				hears("updateNewMessage")
			}
			dialogs, err := api.MessagesGetDialogs(ctx, &tg.MessagesGetDialogsRequest{OffsetPeer: &tg.InputPeerEmpty{}, Limit: 10})
			require.NoError(t, err)
			known := dialogs.(*tg.MessagesDialogs)
			require.Equal(t, 3, known.Dialogs[0].(*tg.Dialog).UnreadCount)
			peer := known.Users[0].(*tg.User).AsInputPeer()

			bold := []tg.MessageEntityClass{&tg.MessageEntityBold{Length: 4}}
			sent, err := api.MessagesSendMessage(ctx, &tg.MessagesSendMessageRequest{Peer: peer, Message: "fuor", Entities: bold, RandomID: 1})
			require.NoError(t, err)
			require.Equal(t, bold, sent.(*tg.UpdateShortSentMessage).Entities)
			hears("updateNewMessage")
			id := sent.(*tg.UpdateShortSentMessage).ID
			edit := &tg.MessagesEditMessageRequest{Peer: peer, ID: id, Message: "four"}
			_, err = api.MessagesEditMessage(ctx, edit)
			require.NoError(t, err)
			hears("updateEditMessage")
			_, err = api.MessagesEditMessage(ctx, edit)
			require.True(t, tgerr.Is(err, "MESSAGE_NOT_MODIFIED"), "%v", err)
			_, err = api.MessagesEditMessage(ctx, &tg.MessagesEditMessageRequest{Peer: peer, ID: 1, Message: "mine"})
			require.True(t, tgerr.Is(err, "MESSAGE_AUTHOR_REQUIRED"), "%v", err)
			read, err := api.MessagesReadHistory(ctx, &tg.MessagesReadHistoryRequest{Peer: peer, MaxID: 2})
			require.NoError(t, err)
			require.Equal(t, 1, read.PtsCount)
			hears("updateReadHistoryInbox")
			read, err = api.MessagesReadHistory(ctx, &tg.MessagesReadHistoryRequest{Peer: peer, MaxID: 1})
			require.NoError(t, err)
			require.Zero(t, read.PtsCount, "it was read before")

			page := func(in tg.MessagesGetHistoryRequest) (texts []string) {
				in.Peer = peer
				answer, err := api.MessagesGetHistory(ctx, &in)
				require.NoError(t, err)
				list, ok := answer.AsModified()
				require.True(t, ok)
				for _, m := range list.GetMessages() {
					texts = append(texts, m.(*tg.Message).Message)
				}
				return texts
			}
			require.Equal(t, []string{"four", "three", "two", "one"}, page(tg.MessagesGetHistoryRequest{}))
			require.Equal(t, []string{"four", "three"}, page(tg.MessagesGetHistoryRequest{Limit: 2}))
			require.Equal(t, []string{"two", "one"}, page(tg.MessagesGetHistoryRequest{OffsetID: 3}))
			require.Equal(t, []string{"three", "two"}, page(tg.MessagesGetHistoryRequest{OffsetID: 3, AddOffset: -1, Limit: 2}))
			require.Equal(t, []string{"two"}, page(tg.MessagesGetHistoryRequest{MinID: 1, MaxID: 3}))

			some, err := api.MessagesGetMessages(ctx, []tg.InputMessageClass{&tg.InputMessageID{ID: 1}, &tg.InputMessageID{ID: 99}})
			require.NoError(t, err)
			require.Equal(t, "one", some.(*tg.MessagesMessages).Messages[0].(*tg.Message).Message)
			require.IsType(t, &tg.MessageEmpty{}, some.(*tg.MessagesMessages).Messages[1])

			full, err := api.UsersGetFullUser(ctx, known.Users[0].(*tg.User).AsInput())
			require.NoError(t, err)
			require.Equal(t, ann.ID, full.FullUser.ID)
			answer, err := api.UpdatesGetDifference(ctx, &tg.UpdatesGetDifferenceRequest{Pts: start.Pts + 2, Date: start.Date})
			require.NoError(t, err)
			difference := answer.(*tg.UpdatesDifference)
			require.Len(t, difference.NewMessages, 2)
			require.Len(t, difference.OtherUpdates, 1, "an edit of a new message is no update of its own")
			require.Equal(t, 1, difference.OtherUpdates[0].(*tg.UpdateReadHistoryInbox).StillUnreadCount)
			require.Equal(t, start.Pts+6, difference.State.Pts)
			note, err := api.MessagesSendMessage(ctx, &tg.MessagesSendMessageRequest{Peer: &tg.InputPeerSelf{}, Message: "note", RandomID: 2})
			require.NoError(t, err)
			require.IsType(t, &tg.Updates{}, note, "what is saved is answered at length")
			return nil
		})
		return nil
	})
}
