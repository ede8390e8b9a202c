package mtproto

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/gotd/td/transport"
	"github.com/stretchr/testify/require"
)

// heard keeps what is sent to a client, which it decrypts.
type heard struct {
	transport.Conn
	t   *testing.T
	key crypto.AuthKey
	got []*crypto.EncryptedMessageData
}

func (h *heard) Send(_ context.Context, b *bin.Buffer) error {
	data, err := crypto.NewClientCipher(rand.Reader).DecryptFromBuffer(h.key, b)
	require.NoError(h.t, err)
	h.got = append(h.got, data)
	return nil
}

// kinds are the constructors of what was heard.
func (h *heard) kinds() []uint32 {
	var out []uint32
	for _, data := range h.got {
		id, err := (&bin.Buffer{Buf: data.Data()}).PeekID()
		require.NoError(h.t, err)
		out = append(out, id)
	}
	return out
}

// A client whose clock is wrong is told the time, by the id of the refusal; what Telegram does goes by one clock.
func TestAClientsClockIsCorrected(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	sim, err := New(Options{Folder: t.TempDir(), Clock: func() time.Time { return now }})
	require.NoError(t, err)
	key := crypto.Key(random(256)).WithID()
	require.NoError(t, sim.addKey(DC, key))
	out := &heard{t: t, key: key}
	c := &conn{Conn: out, dc: DC}
	say := func(id int64, message bin.Encoder) {
		var body, b bin.Buffer
		require.NoError(t, message.Encode(&body))
		require.NoError(t, crypto.NewClientCipher(rand.Reader).Encrypt(key, crypto.EncryptedMessageData{SessionID: 5, MessageID: id, SeqNo: 1,
			MessageDataLen: int32(body.Len()), MessageDataWithPadding: body.Raw()}, &b))
		require.NoError(t, sim.message(t.Context(), c, key, &b))
	}
	at := func(shift time.Duration) int64 {
		return int64(proto.NewMessageID(now.Add(shift), proto.MessageFromClient))
	}
	for id, code := range map[int64]int{at(-301 * time.Second): 16, at(31 * time.Second): 17, at(0) + 1: 18} {
		out.got = nil
		say(id, &mt.PingRequest{PingID: 3})
		require.Len(t, out.got, 1)
		require.Equal(t, now, proto.MessageID(out.got[0].MessageID).Time().Truncate(time.Second))
		var bad mt.BadMsgNotification
		require.NoError(t, bad.Decode(&bin.Buffer{Buf: out.got[0].Data()}))
		require.Equal(t, mt.BadMsgNotification{BadMsgID: id, BadMsgSeqno: 1, ErrorCode: code}, bad)
	}
	out.got = nil
	say(at(-299*time.Second), &mt.GetFutureSaltsRequest{Num: 2})
	require.Equal(t, []uint32{mt.NewSessionCreatedTypeID, mt.FutureSaltsTypeID}, out.kinds())
	var created mt.NewSessionCreated
	require.NoError(t, created.Decode(&bin.Buffer{Buf: out.got[0].Data()}))
	require.NotZero(t, created.UniqueID)
	require.Equal(t, int32(1), out.got[0].SeqNo, "it is to be acknowledged")
	var salts mt.FutureSalts
	require.NoError(t, salts.Decode(&bin.Buffer{Buf: out.got[1].Data()}))
	require.EqualValues(t, now.Unix(), salts.Now)
	require.Len(t, salts.Salts, 2)
	require.Less(t, salts.Salts[0].ValidSince, salts.Now)
	require.Greater(t, salts.Salts[0].ValidUntil, salts.Salts[1].ValidSince)
	require.Equal(t, int32(2), out.got[1].SeqNo)

	out.got = nil
	say(at(time.Second), &mt.MsgsStateReq{MsgIDs: []int64{at(-299 * time.Second), at(20 * time.Second)}})
	require.Equal(t, []uint32{mt.MsgsStateInfoTypeID}, out.kinds(), "the session is known")
	var state mt.MsgsStateInfo
	require.NoError(t, state.Decode(&bin.Buffer{Buf: out.got[0].Data()}))
	require.Equal(t, []byte{stateReceived | stateProcessed, stateNotYet}, state.Info)
}
