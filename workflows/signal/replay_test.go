package signal_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/signal"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, signal.Register) }
