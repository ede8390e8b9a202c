package tenantremoval_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/tenantremoval"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, tenantremoval.Register) }
