package dispatch_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/dispatch"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, dispatch.Register) }
