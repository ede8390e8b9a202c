package useraccount_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/useraccount"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, useraccount.Register) }
