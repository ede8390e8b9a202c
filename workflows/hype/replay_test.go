package hype_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/hype"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, hype.Register) }
