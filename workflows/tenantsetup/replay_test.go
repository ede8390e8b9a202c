package tenantsetup_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/tenantsetup"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, tenantsetup.Register) }
