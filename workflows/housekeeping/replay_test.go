package housekeeping_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/housekeeping"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, housekeeping.Register) }
