package mtproto

import (
	"encoding/binary"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
)

// layer is the version of Telegram's schema that a client speaks, which it names with invokeWithLayer.
// It can read the constructors of that layer alone, and the library writes those of one layer alone.
//
// What a layer adds are mostly optional fields, which are not set here: then an object of another layer
// differs in its constructor's id and in nothing else. So this is a table of ids, and the few objects
// whose fields that are always there changed are written by hand.
type layer int

// oldestLayer is the oldest one that is spoken.
const oldestLayer layer = 198

// form is the id of a constructor up to a layer.
type form struct {
	until layer
	id    uint32
}

// The constructors that are sent here and were another one after oldestLayer. They are from the schemas of
// layers 198 (npm telegram), 204 to 223 (@mtcute/tl), 225 and 227 (@mtcute/core); where a layer
// between them changed one is from the older constructors that @mtcute/core reads.
var (
	userForms         = []form{{199, 0x4b46c37e}, {216, 0x020b1422}, {227, 0x31774388}}
	messageForms      = []form{{199, 0x96fdbbe9}, {204, 0xeabcdd4d}, {216, 0x9815cec8}, {220, 0xb92f76cf}, {222, 0x9cb490e9}, {224, 0x3ae56482}, {225, 0x95ef6f2b}}
	dialogForms       = []form{{223, 0xd58a08c6}}
	messagesForms     = []form{{215, 0x8c718e87}}
	sliceForms        = []form{{215, 0x3a54685e}}
	readInboxForms    = []form{{215, 0x9c974fdf}}
	userFullForms     = []form{{199, 0x4d975bbc}, {200, 0xd2234ea0}, {209, 0x99e78045}, {210, 0x29de80be}, {211, 0x7e63ce1f}, {214, 0xc577b5ad}, {223, 0xa02bc13e}}
	peerSettingsForms = []form{{199, 0xacd66c5e}}
)

func (l layer) id(newest uint32, older []form) uint32 {
	for _, f := range older {
		if l <= f.until {
			return f.id
		}
	}
	return newest
}

// layer is the one that a key's client spoke last.
func (k *authKey) layer() layer {
	if k.Layer == 0 {
		return tg.Layer
	}
	return k.Layer
}

type layeredUser struct {
	*tg.User
	id uint32
}

func (u layeredUser) Encode(b *bin.Buffer) error { b.PutID(u.id); return u.EncodeBare(b) }

func (l layer) user(u *tg.User) tg.UserClass {
	return layeredUser{u, l.id(tg.UserTypeID, userForms)}
}

type layeredMessage struct {
	*tg.Message
	id uint32
}

func (m layeredMessage) Encode(b *bin.Buffer) error { b.PutID(m.id); return m.EncodeBare(b) }

func (l layer) message(m *tg.Message) tg.MessageClass {
	return layeredMessage{m, l.id(tg.MessageTypeID, messageForms)}
}

type layeredRead struct {
	*tg.UpdateReadHistoryInbox
	id uint32
}

func (u layeredRead) Encode(b *bin.Buffer) error { b.PutID(u.id); return u.EncodeBare(b) }

func (l layer) readInbox(u *tg.UpdateReadHistoryInbox) tg.UpdateClass {
	return layeredRead{u, l.id(tg.UpdateReadHistoryInboxTypeID, readInboxForms)}
}

type layeredDialog struct {
	*tg.Dialog
	id uint32
}

func (d layeredDialog) Encode(b *bin.Buffer) error {
	b.PutID(d.id)
	if d.id == tg.DialogTypeID {
		return d.EncodeBare(b)
	}
	b.PutInt(0) // flags
	if err := d.Peer.Encode(b); err != nil {
		return err
	}
	for _, n := range []int{d.TopMessage, d.ReadInboxMaxID, d.ReadOutboxMaxID, d.UnreadCount, d.UnreadMentionsCount, d.UnreadReactionsCount} {
		b.PutInt(n) // and no unread_poll_votes_count
	}
	return d.NotifySettings.Encode(b)
}

func (l layer) dialog(d *tg.Dialog) tg.DialogClass {
	return layeredDialog{d, l.id(tg.DialogTypeID, dialogForms)}
}

// encoder is what is written by hand.
type encoder func(b *bin.Buffer) error

func (e encoder) Encode(b *bin.Buffer) error { return e(b) }

// messages are a page of so many: messages.messages when they are all, else messages.messagesSlice.
func (l layer) messages(page []tg.MessageClass, all int, users []tg.UserClass) bin.Encoder {
	return encoder(func(b *bin.Buffer) error {
		if len(page) == all {
			b.PutID(l.id(tg.MessagesMessagesTypeID, messagesForms))
		} else {
			b.PutID(l.id(tg.MessagesMessagesSliceTypeID, sliceForms))
			b.PutInt(0) // flags
			b.PutInt(all)
		}
		if err := putVector(b, page); err != nil {
			return err
		}
		if l > messagesForms[0].until {
			b.PutVectorHeader(0) // topics
		}
		b.PutVectorHeader(0) // chats
		return putVector(b, users)
	})
}

// userFull is somebody of whom nothing more is known.
func (l layer) userFull(id int64, users []tg.UserClass) bin.Encoder {
	return encoder(func(b *bin.Buffer) error {
		b.PutID(tg.UsersUserFullTypeID)
		b.PutID(l.id(tg.UserFullTypeID, userFullForms))
		b.PutInt(0) // flags
		b.PutInt(0) // flags2
		b.PutLong(id)
		b.PutID(l.id(tg.PeerSettingsTypeID, peerSettingsForms))
		b.PutInt(0) // flags
		if err := (&tg.PeerNotifySettings{}).Encode(b); err != nil {
			return err
		}
		b.PutInt(0)          // common_chats_count
		b.PutVectorHeader(0) // chats
		return putVector(b, users)
	})
}

func putVector[T bin.Encoder](b *bin.Buffer, of []T) error {
	b.PutVectorHeader(len(of))
	for _, one := range of {
		if err := one.Encode(b); err != nil {
			return err
		}
	}
	return nil
}

// olderRequests are constructors that clients of older layers send, and what the newest layer calls them. It
// added optional fields to each.
var olderRequests = map[uint32]uint32{
	0x983f9745: tg.MessagesSendMessageRequestTypeID, // 198
	0xfbf2340a: tg.MessagesSendMessageRequestTypeID, // 204
	0xfe05dc9a: tg.MessagesSendMessageRequestTypeID, // 216
	0x545cd15a: tg.MessagesSendMessageRequestTypeID, // 218
	0x7852834e: tg.MessagesSendMediaRequestTypeID,   // 198
	0xa550cd78: tg.MessagesSendMediaRequestTypeID,   // 204
	0xac55d9c1: tg.MessagesSendMediaRequestTypeID,   // 216
	0xdfd14005: tg.MessagesEditMessageRequestTypeID, // 198
	0x51e842e1: tg.MessagesEditMessageRequestTypeID, // 218
	0x22c0f6d5: tg.InputReplyToMessageTypeID,        // 198
	0xb07038b0: tg.InputReplyToMessageTypeID,        // 204
	0x869fbe10: tg.InputReplyToMessageTypeID,        // 216
	0x1e287d04: tg.InputMediaUploadedPhotoTypeID,    // 198
}

// modernize turns a request of an older layer into one of the newest, in its place.
func modernize(b *bin.Buffer) (kind uint32, err error) {
	rename(b)
	if kind, err = b.PeekID(); err != nil {
		return 0, err
	}
	if kind != tg.MessagesSendMessageRequestTypeID && kind != tg.MessagesSendMediaRequestTypeID {
		return kind, nil
	}
	inside := &bin.Buffer{Buf: b.Buf[bin.Word:]}
	var flags bin.Fields
	if err := flags.Decode(inside); err != nil {
		return 0, err
	}
	if _, err := tg.DecodeInputPeer(inside); err != nil {
		return 0, err
	}
	if flags.Has(0) {
		rename(inside)
		if _, err := tg.DecodeInputReplyTo(inside); err != nil {
			return 0, err
		}
	}
	if kind == tg.MessagesSendMediaRequestTypeID {
		rename(inside)
	}
	return kind, nil
}

func rename(b *bin.Buffer) {
	if id, err := b.PeekID(); err == nil && olderRequests[id] != 0 {
		binary.LittleEndian.PutUint32(b.Buf, olderRequests[id])
	}
}
