package promo

import (
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/imagefile"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/semaphore"
)

// Who doesn't fit into memory waits, and is told when to come back in the end.
func TestWhoDoesNotFitWaits(t *testing.T) {
	file, err := os.ReadFile("../../engine/imagefile/testdata/05-wide-gamut-profile.jpg")
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		s := &Service{memory: semaphore.NewWeighted(maxMemory)}
		free, err := s.reserve(t.Context(), maxMemory)
		require.NoError(t, err)

		began := time.Now()
		_, err = s.reserveUpload(t.Context(), file, imagefile.DefaultLimits())
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		require.Positive(t, fault.From(err).RetryAfter)
		require.Equal(t, memoryWait, time.Since(began))

		time.AfterFunc(memoryWait/2, free)
		began = time.Now()
		free, err = s.reserveUpload(t.Context(), file, imagefile.DefaultLimits())
		require.NoError(t, err)
		require.Equal(t, memoryWait/2, time.Since(began))
		free()
	})
}
