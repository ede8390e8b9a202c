package activities

import (
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/crosspromo"
)

// CrossPromo sends the day's programme.
type CrossPromo struct{ Service *crosspromo.Service }

// Register registers the activities with a worker under their names in the contract.
func (c *CrossPromo) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{
		contract.LookAtProgramme: c.Service.Look,
		contract.PostOfProgramme: c.Service.Post,
	})
}
