package wording

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

// A signal that comes late is none that programs which copy trades would follow, in any language.
func TestALateSignalIsNoOrder(t *testing.T) {
	at := time.Date(2026, 11, 27, 20, 0, 0, 0, time.UTC)
	copied := regexp.MustCompile(`(?i)\b(buy|sell|long|short|entry|stop|sl|tp\d?|xauusd)\b`)
	for _, language := range Languages() {
		require.Contains(t, lateWords, language)
		text := Late(language, "XAU/USD", position.Sell, 2650*pip.Units, at)
		require.NotRegexp(t, copied, text)
		require.Contains(t, text, "27 Nov 2026, 20:00 UTC")
		require.Contains(t, text, "⬇️ XAU/USD 2650.00")
	}
	require.Equal(t, "Levels\nat 27 Nov 20:00 UTC", Then("en", "Levels", at))
}
