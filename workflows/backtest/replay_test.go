package backtest_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/backtest"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, backtest.Register) }
