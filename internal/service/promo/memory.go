package promo

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/imagefile"
)

const (
	// maxMemory is what all that is drawn, and all that reads what people bring, may take at one time, in bytes.
	// What does not fit waits.
	maxMemory = 512 << 20
	// memoryWait is how long it waits at most.
	memoryWait = 10 * time.Second

	drawnPixel  = 4 // bytes of a pixel that is drawn
	storedPixel = 8 // of one that is read from a file of our own: decoded, and as RGBA

	// What a file of values takes while it is read: its text several times, and its cells.
	tableFactor = 6
	tableBytes  = 48 << 20
)

// reserve waits until that many bytes fit into memory. The caller calls the function that it gets when it
// is done. What is larger than everything has its turn alone.
func (s *Service) reserve(ctx context.Context, bytes int64) (free func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, memoryWait)
	defer cancel()
	n := min(bytes, maxMemory)
	if err := s.memory.Acquire(ctx, n); err != nil {
		return nil, fault.New(fault.Unavailable, "busy", "Too many images and files are being worked on right now").
			WithRemedy("Try again in a moment").WithRetryAfter(2 * time.Second).WithCause(err)
	}
	return func() { s.memory.Release(n) }, nil
}

// reserveUpload is reserve for a stranger's picture, by what its format takes. One that would take more than there is
// is refused.
func (s *Service) reserveUpload(ctx context.Context, data []byte, limits imagefile.Limits) (free func(), err error) {
	need, err := imagefile.Memory(data, limits)
	if err != nil {
		return nil, err
	}
	size, format, err := imagefile.Size(data, limits)
	if err != nil {
		return nil, err
	}
	need += 3 * int64(len(data)) // the file itself, and the one that is made of it
	if format != FormatJPEG {    // what is kept as PNG may be as large as its pixels
		need += drawnPixel * int64(size.X) * int64(size.Y)
	}
	if need > maxMemory {
		return nil, fault.New(fault.TooLarge, "image_too_large", "Opening the picture takes %d MB of memory; at most %d are allowed", need>>20, maxMemory>>20).
			WithRemedy("Make it smaller, or save it as a plain JPEG without “progressive”, and try again")
	}
	return s.reserve(ctx, need)
}
