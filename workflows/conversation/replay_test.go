package conversation_test

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/workflows/conversation"
)

func TestRecordedHistoriesReplay(t *testing.T) { testkit.Histories(t, conversation.Register) }
