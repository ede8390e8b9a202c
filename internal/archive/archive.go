// Package archive makes ZIP files whose parts are made apart from each other, by several processes
// and in any order: a Part holds whole entries and is stored as it is; the Tail adds what comes
// after all parts, the directory above all, knowing only the names, sums and sizes of what is in
// them. Entries are stored, not compressed: JPEG and PNG are compressed already. The format itself
// is archive/zip's (ZIP64 included).
package archive

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
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
	h := &zip.FileHeader{Name: e.Name, Method: zip.Store, CRC32: e.CRC32,
		CompressedSize64: uint64(e.Size), UncompressedSize64: uint64(e.Size), Flags: flagUTF8} //nolint:gosec // sizes are not negative
	h.SetModTime(modified) //nolint:staticcheck // CreateRaw writes these fields as they are
	h.Modified = time.Time{}
	return h
}

const (
	flagUTF8        = 0x800
	localHeaderSize = 30 // bytes before the name (APPNOTE.TXT 4.3.7)
)

// Part collects entries in memory.
type Part struct {
	modified time.Time
	buffer   bytes.Buffer
	zip      *zip.Writer
}

// NewPart returns an empty part. modified is the time of all entries; the parts and the tail of
// one archive have the same.
func NewPart(modified time.Time) *Part {
	p := &Part{modified: modified}
	p.zip = zip.NewWriter(&p.buffer)
	return p
}

// Add appends a file.
func (p *Part) Add(name string, data []byte) (Entry, error) {
	e := Entry{Name: name, CRC32: crc32.ChecksumIEEE(data), Size: int64(len(data))}
	w, err := p.zip.CreateRaw(e.header(p.modified))
	if err != nil {
		return e, fmt.Errorf("entry %s: %w", name, err)
	}
	_, err = w.Write(data)
	return e, err
}

// Bytes returns the part; it has no directory of its own.
func (p *Part) Bytes() ([]byte, error) {
	err := p.zip.Flush()
	return p.buffer.Bytes(), err
}

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
			_, err = io.CopyN(w, zeros{}, e.Size)
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

// zeros is a source of zero bytes.
type zeros struct{}

// Read implements io.Reader. The buffer of io.CopyN is zero already or holds zeros of before.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
