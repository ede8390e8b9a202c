package mtproto

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"net"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/proto"
	"github.com/gotd/td/proto/codec"
	"github.com/gotd/td/transport"
)

// accept finds out how a client packs its messages (core.telegram.org/mtproto/mtproto-transports):
// abridged, intermediate, padded intermediate or full, each also obfuscated.
func accept(raw net.Conn) (transport.Conn, error) {
	var start [8]byte
	read, err := io.ReadFull(raw, start[:4])
	if err != nil {
		return nil, err
	}
	tag := [4]byte(start[:4])
	tagged := tag[0] == codec.AbridgedClientStart[0] || tag == codec.IntermediateClientStart || tag == codec.PaddedIntermediateClientStart
	if !tagged {
		more, err := io.ReadFull(raw, start[4:])
		if err != nil {
			return nil, err
		}
		read += more
	}
	var listener net.Listener = &single{conn: &peeked{raw, io.MultiReader(bytes.NewReader(start[:read]), raw)}}
	// A full packet has its length and then its number, which is 0 for the first. The random bytes that
	// obfuscation begins with have anything else there.
	if !tagged && binary.LittleEndian.Uint32(start[4:]) != 0 {
		listener = transport.ObfuscatedListener(listener)
	}
	return transport.Listen(listener).Accept()
}

// peeked is a connection of which the first bytes were read before.
type peeked struct {
	net.Conn
	reader io.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.reader.Read(b) }

// single is a listener of one connection, so that finding out its codec holds up no other.
type single struct{ conn net.Conn }

func (l *single) Accept() (net.Conn, error) { return l.conn, nil }
func (l *single) Close() error              { return nil }
func (l *single) Addr() net.Addr            { return l.conn.LocalAddr() }

// maxUnzipped is how long a packed message may be.
const maxUnzipped = 10 << 20

// unzip unpacks gzip_packed. Telegram takes zlib's format for gzip's, and there are clients that send it.
func unzip(b *bin.Buffer) (*bin.Buffer, error) {
	if err := b.ConsumeID(proto.GZIPTypeID); err != nil {
		return nil, err
	}
	packed, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	var r io.ReadCloser
	if bytes.HasPrefix(packed, []byte{0x1f, 0x8b}) {
		r, err = gzip.NewReader(bytes.NewReader(packed))
	} else {
		r, err = zlib.NewReader(bytes.NewReader(packed))
	}
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, maxUnzipped))
	return &bin.Buffer{Buf: out}, errors.Join(err, r.Close())
}
