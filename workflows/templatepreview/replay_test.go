package templatepreview_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/templatepreview"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, templatepreview.Register) }
