package telegram_test

import (
	"sync/atomic"
	"testing"

	"github.com/promostack/promostack/internal/test/testkit"
)

// BenchmarkSend is how many messages the simulation takes in, so that no broadcast's test measures
// it instead of the sender.
func BenchmarkSend(b *testing.B) {
	w := start(b, testkit.SQLite(b))
	w.unlimited()
	w.begin(ada)
	var failed atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if !w.call("sendMessage", map[string]any{"chat_id": ada, "text": "<b>Hello</b>", "parse_mode": "HTML"}).OK {
				failed.Add(1)
			}
		}
	})
	if failed.Load() > 0 {
		b.Fatalf("%d were refused", failed.Load())
	}
}
