package activities

import (
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/signals"
)

// Signals follows signals and sends what is told of them.
type Signals struct{ Service *signals.Service }

// Register registers the activities with a worker under their names in the contract.
func (s *Signals) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{
		contract.AdvanceSignal:  s.Service.Flow,
		contract.PostSignal:     s.Service.Post,
		contract.AskAboutSignal: s.Service.Ask,
	})
}
