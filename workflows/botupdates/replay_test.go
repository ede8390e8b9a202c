package botupdates_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/botupdates"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, botupdates.Register) }
