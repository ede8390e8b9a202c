// Package archive makes ZIP files whose parts are made apart from each other, by several processes
// and in any order: a Part holds whole entries and is stored as it is; the Tail adds what comes
// after all parts, the directory above all, knowing only the names, sums and sizes of what is in
// them. Entries are stored, not compressed: JPEG and PNG are compressed already. The format itself
// is archive/zip's (ZIP64 included).
package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"time"
)

// Entry is one file of the archive.
type Entry struct {
	Name  string // as Names gives them
	CRC32 uint32 // IEEE
	Size  int64  // bytes
}

// header is the same wherever it is written, so that the bytes before an entry are known.
func (e Entry) header(modified time.Time) *zip.FileHeader {
	h := &zip.FileHeader{Name: e.Name, CreatorVersion: zipVersion, ReaderVersion: zipVersion, Method: zip.Store, CRC32: e.CRC32,
		CompressedSize64: uint64(e.Size), UncompressedSize64: uint64(e.Size), Flags: flagUTF8} //nolint:gosec // sizes are not negative
	h.SetModTime(modified) //nolint:staticcheck // CreateRaw writes these fields as they are
	h.Modified = time.Time{}
	return h
}

const (
	flagUTF8        = 0x800
	localHeaderSize = 30 // bytes before the name (APPNOTE.TXT 4.3.7)

	localHeaderSignature = 0x04034b50
	zipVersion           = 20 // what a reader must understand: 2.0
)

// Part collects entries in memory.
type Part struct {
	modified time.Time
	buffer   bytes.Buffer
}

// NewPart returns an empty part, which grows in the given memory as far as that reaches. modified
// is the time of all entries; the parts and the tail of one archive have the same.
func NewPart(modified time.Time, memory []byte) *Part {
	return &Part{modified: modified, buffer: *bytes.NewBuffer(memory[:0])}
}

// Add appends a file, whose bytes write appends to what it is given. After an error the part is as
// it was before.
func (p *Part) Add(name string, write func(*bytes.Buffer) error) (Entry, error) {
	start := p.buffer.Len()
	if len(name) > math.MaxUint16 {
		return Entry{}, fmt.Errorf("entry with a name of %d bytes", len(name))
	}
	var header [localHeaderSize]byte
	p.buffer.Write(header[:])
	p.buffer.WriteString(name)
	begin := p.buffer.Len()
	if err := write(&p.buffer); err != nil {
		p.buffer.Truncate(start)
		return Entry{}, err
	}
	data := p.buffer.Bytes()[begin:]
	if int64(len(data)) > math.MaxUint32 {
		p.buffer.Truncate(start)
		return Entry{}, fmt.Errorf("entry %s of %d bytes", name, len(data))
	}
	e := Entry{Name: name, CRC32: crc32.ChecksumIEEE(data), Size: int64(len(data))}
	p.header(p.buffer.Bytes()[start:], e)
	return e, nil
}

// header fills in what stands before an entry, as archive/zip writes it (APPNOTE.TXT 4.3.7): the
// size and the sum are known only when the entry is written.
func (p *Part) header(b []byte, e Entry) {
	h := e.header(p.modified)
	little := binary.LittleEndian
	little.PutUint32(b[0:], localHeaderSignature)
	little.PutUint16(b[4:], h.ReaderVersion)
	little.PutUint16(b[6:], h.Flags)
	little.PutUint16(b[8:], h.Method)
	little.PutUint16(b[10:], h.ModifiedTime) //nolint:staticcheck // the header has no other form of it
	little.PutUint16(b[12:], h.ModifiedDate) //nolint:staticcheck // the header has no other form of it
	little.PutUint32(b[14:], e.CRC32)
	little.PutUint32(b[18:], uint32(e.Size))      //nolint:gosec // Add has looked
	little.PutUint32(b[22:], uint32(e.Size))      //nolint:gosec // Add has looked
	little.PutUint16(b[26:], uint16(len(e.Name))) //nolint:gosec // Add has looked
}

// Bytes returns the part; it has no directory of its own.
func (p *Part) Bytes() []byte { return p.buffer.Bytes() }

// Tail writes what follows the parts that are stored already.
type Tail struct {
	modified time.Time
	out      *gate
	zip      *zip.Writer
}

// NewTail returns a tail that writes to w.
func NewTail(w io.Writer, modified time.Time) *Tail {
	out := &gate{w: w}
	return &Tail{modified: modified, out: out, zip: zip.NewWriter(out)}
}

// Skip notes a part that is stored already, with its entries and its size in bytes.
func (t *Tail) Skip(entries []Entry, size int64) error {
	t.out.shut = true
	before := t.out.skipped
	for _, e := range entries {
		w, err := t.zip.CreateRaw(e.header(t.modified))
		if err == nil {
			err = writeZeros(w, e.Size)
		}
		if err != nil {
			return fmt.Errorf("entry %s: %w", e.Name, err)
		}
	}
	err := t.zip.Flush()
	t.out.shut = false
	if got := t.out.skipped - before; err == nil && got != size {
		return fmt.Errorf("the part has %d bytes where its entries make %d", size, got)
	}
	return err
}

// Copy writes a part whose bytes r gives.
func (t *Tail) Copy(entries []Entry, r io.Reader) error {
	for _, e := range entries {
		w, err := t.zip.CreateRaw(e.header(t.modified))
		if err == nil {
			_, err = io.CopyN(io.Discard, r, int64(localHeaderSize+len(e.Name)))
		}
		if err == nil {
			_, err = io.CopyN(w, r, e.Size)
		}
		if err != nil {
			return fmt.Errorf("entry %s: %w", e.Name, err)
		}
	}
	return nil
}

// Add writes one more file, compressed, from what write writes.
func (t *Tail) Add(name string, write func(io.Writer) error) error {
	w, err := t.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: t.modified})
	if err != nil {
		return err
	}
	return write(w)
}

// Close writes the directory.
func (t *Tail) Close() error { return t.zip.Close() }

// gate lets writes through, or only counts them.
type gate struct {
	w       io.Writer
	shut    bool
	skipped int64
}

// Write implements io.Writer.
func (g *gate) Write(p []byte) (int, error) {
	if g.shut {
		g.skipped += int64(len(p))
		return len(p), nil
	}
	return g.w.Write(p)
}

var zeros [64 << 10]byte

// writeZeros writes n zero bytes, which the gate only counts.
func writeZeros(w io.Writer, n int64) error {
	for n > 0 {
		written, err := w.Write(zeros[:min(n, int64(len(zeros)))])
		if err != nil {
			return err
		}
		n -= int64(written)
	}
	return nil
}
