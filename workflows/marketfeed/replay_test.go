package marketfeed_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/marketfeed"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, marketfeed.Register) }
