package crosspromo_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/crosspromo"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, crosspromo.Register) }
