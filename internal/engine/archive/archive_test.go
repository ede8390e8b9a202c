package archive_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/archive"
)

var when = time.Date(2026, 11, 23, 1, 2, 4, 0, time.UTC)

// Parts that are made apart, in any order, some stored and some copied, make an archive that
// archive/zip reads with every sum right.
func TestPartsAndTailMakeAnArchive(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	type part struct {
		data    []byte
		entries []archive.Entry
	}
	var parts []part
	want := map[string][]byte{}
	for i := range 7 {
		p := archive.NewPart(when, make([]byte, 100, 50_000))
		var made part
		for j := range i { // the first is empty
			data := make([]byte, random.IntN(90_000))
			for k := range data {
				data[k] = byte(random.Uint32())
			}
			name := fmt.Sprintf("ä-%d-%d.jpg", i, j)
			_, err := p.Add("lost.jpg", func(b *bytes.Buffer) error { b.WriteString("half of it"); return io.ErrUnexpectedEOF })
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			e, err := p.Add(name, func(b *bytes.Buffer) error { _, err := b.Write(data); return err })
			require.NoError(t, err)
			made.entries, want[name] = append(made.entries, e), data
		}
		made.data = p.Bytes()
		parts = append(parts, made)
	}
	for _, copied := range []int{0, 1, 3, 7} { // so many parts at the end are copied
		var file, tail bytes.Buffer
		w := archive.NewTail(&tail, when)
		for _, p := range parts[:7-copied] {
			file.Write(p.data)
			require.NoError(t, w.Skip(p.entries, int64(len(p.data))))
		}
		require.Zero(t, tail.Len(), "nothing of the stored parts is written again")
		for _, p := range parts[7-copied:] {
			require.NoError(t, w.Copy(p.entries, bytes.NewReader(p.data)))
		}
		require.NoError(t, w.Add("report.csv", func(w io.Writer) error { _, err := io.WriteString(w, "line,state\n"); return err }))
		require.NoError(t, w.Close())
		file.Write(tail.Bytes())

		r, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
		require.NoError(t, err)
		require.Len(t, r.File, len(want)+1)
		for _, f := range r.File[:len(want)] {
			require.Equal(t, when, f.Modified.UTC())
			rc, err := f.Open()
			require.NoError(t, err)
			got, err := io.ReadAll(rc) // checks the sum
			require.NoError(t, err)
			require.True(t, bytes.Equal(want[f.Name], got), f.Name)
		}
	}
	w := archive.NewTail(io.Discard, when)
	require.ErrorContains(t, w.Skip(parts[3].entries, int64(len(parts[3].data))+1), "bytes")
}

// A part's own bytes are those that archive/zip would have written.
func TestPartIsWhatZipWrites(t *testing.T) {
	data := []byte("a picture")
	p := archive.NewPart(when, nil)
	e, err := p.Add("ä.jpg", func(b *bytes.Buffer) error { _, err := b.Write(data); return err })
	require.NoError(t, err)
	var want bytes.Buffer
	w := archive.NewTail(&want, when)
	require.NoError(t, w.Copy([]archive.Entry{e}, bytes.NewReader(p.Bytes())))
	require.NoError(t, w.Close())
	require.Equal(t, want.Bytes()[:len(p.Bytes())], p.Bytes())
}

// Over 4 GiB the directory needs ZIP64: seen through a reader that makes the stored bytes up.
func TestTailAfterMoreThanFourGigabytes(t *testing.T) {
	var entries []archive.Entry
	var size int64
	for i := range 1200 {
		e := archive.Entry{Name: fmt.Sprintf("%04d.png", i), CRC32: 0, Size: 4 << 20}
		entries, size = append(entries, e), size+30+8+e.Size
	}
	var tail bytes.Buffer
	w := archive.NewTail(&tail, when)
	require.NoError(t, w.Skip(entries, size))
	require.NoError(t, w.Close())
	r, err := zip.NewReader(sparse{size, tail.Bytes()}, size+int64(tail.Len()))
	require.NoError(t, err)
	require.Len(t, r.File, 1200)
	require.Equal(t, "1199.png", r.File[1199].Name)
	require.Equal(t, uint64(4<<20), r.File[1199].UncompressedSize64)
}

type sparse struct {
	from int64
	tail []byte
}

func (s sparse) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	if off+int64(len(p)) > s.from {
		at := max(0, s.from-off)
		copy(p[at:], s.tail[off+at-s.from:])
	}
	return len(p), nil
}

func TestSafeName(t *testing.T) {
	for in, want := range map[string]string{
		"summer": "summer", "../../etc/passwd": "etc-passwd", `C:\Windows\x`: "C--Windows-x", "a/b": "a-b", "..": "", "": "", " . ": "",
		"CON": "_CON", "com1.x": "_com1.x", "näme": "näme", "a\x00b": "ab", "gpj.\u202etxt": "gpj.txt", "a\nb": "a-b", "=cmd()": "=cmd()",
		"комплект 5": "комплект-5",
	} {
		require.Equal(t, want, archive.SafeName(in), "%q", in)
	}
	require.LessOrEqual(t, len(archive.SafeName(strings.Repeat("ü", 500))), 120)

	n := archive.NewNames("report.csv")
	require.Equal(t, "a.jpg", n.Unique("a", ".jpg"))
	require.Equal(t, "A-2.jpg", n.Unique("A", ".jpg"))
	require.Equal(t, "a-3.jpg", n.Unique("a", ".jpg"))
	require.Equal(t, "report-2.csv", n.Unique("report", ".csv"))
}

func FuzzSafeName(f *testing.F) {
	f.Add("../x")
	f.Add("C:\\con")
	f.Fuzz(func(t *testing.T, in string) {
		name := archive.SafeName(in)
		if name == "" {
			return
		}
		if path.Base(name) != name || strings.ContainsAny(name, "/\\:\x00\n\r\t") || name == ".." || len(name) > 121 {
			t.Fatalf("%q made of %q", name, in)
		}
	})
}
