//go:build integration && soak

package e2e

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/test/testkit/mtprotokit"
)

// Clients of user accounts that nobody here wrote, of two layers of Telegram's schema, run against the
// simulation: they sign in by code and password, in both data centres, send, receive and reconnect. Telegram's
// clock is an hour ahead of theirs, which they learn from it.
func TestAccountClients(t *testing.T) {
	picture := clientPicture(t)
	for name, script := range map[string]string{"mtcute": "mtcute.test.mjs", "gramjs": "gramjs.test.mjs"} {
		t.Run(name, func(t *testing.T) {
			world := mtprotokit.NewAt(t, func() time.Time { return time.Now().Add(time.Hour) })
			controls := httptest.NewServer(world.Controls())
			t.Cleanup(controls.Close)
			runClient(t, []string{"node", "--test", "--test-force-exit", "--test-reporter=spec", script},
				"SANDBOX="+controls.URL, "MTPROTO="+world.Address, "MTPROTO_KEY="+world.KeyFile(), "PICTURE="+picture)
		})
	}
}
