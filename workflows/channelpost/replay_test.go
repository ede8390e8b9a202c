package channelpost_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/channelpost"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, channelpost.Register) }
