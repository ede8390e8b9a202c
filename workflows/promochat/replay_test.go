package promochat_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/promochat"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, promochat.Register) }
