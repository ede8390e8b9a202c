package delivery_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/delivery"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, delivery.Register) }
