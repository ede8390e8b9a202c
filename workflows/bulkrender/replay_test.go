package bulkrender_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/bulkrender"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, bulkrender.Register) }
