package mtproto

import (
	"bytes"
	"context"
	"crypto/rand"
	"net"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/exchange"
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

// overheard is a client's side of a key exchange, with what it takes to read it.
type overheard struct {
	transport.Conn
	random [][]byte // what the client drew
	answer mt.ServerDHParamsOk
}

func (o *overheard) Read(p []byte) (int, error) {
	n, err := rand.Read(p)
	o.random = append(o.random, bytes.Clone(p))
	return n, err
}

func (o *overheard) Recv(ctx context.Context, b *bin.Buffer) error {
	err := o.Conn.Recv(ctx, b)
	var m proto.UnencryptedMessage
	if err == nil && m.Decode(&bin.Buffer{Buf: b.Copy()}) == nil {
		_ = o.answer.Decode(&bin.Buffer{Buf: m.MessageData}) // the other answers are others
	}
	return err
}

// The key exchange tells the time by which a new client sets its clock.
func TestTheKeyExchangeTellsTheTime(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	sim, err := New(Options{Folder: t.TempDir(), Clock: func() time.Time { return now }})
	require.NoError(t, err)
	mine, theirs := net.Pipe()
	defer func() { _ = mine.Close() }()
	go func() {
		if c, err := accept(theirs); err == nil {
			_ = sim.talk(context.Background(), &conn{Conn: c, dc: DC})
		}
	}()
	c, err := transport.Intermediate.Handshake(mine)
	require.NoError(t, err)
	o := &overheard{Conn: c}
	_, err = exchange.NewExchanger(o, DC).WithRand(o).Client([]exchange.PublicKey{sim.key.Public()}).Run(t.Context())
	require.NoError(t, err)
	var inner mt.ServerDHInnerData
	for _, drawn := range o.random {
		var nonce bin.Int256
		if len(drawn) != len(nonce) || inner.ServerTime != 0 {
			continue
		}
		copy(nonce[:], drawn)
		key, iv := crypto.TempAESKeys(nonce.BigInt(), o.answer.ServerNonce.BigInt())
		if plain, err := crypto.DecryptExchangeAnswer(o.answer.EncryptedAnswer, key, iv); err == nil {
			_ = inner.Decode(&bin.Buffer{Buf: plain})
		}
	}
	require.EqualValues(t, now.Unix(), inner.ServerTime)
}
