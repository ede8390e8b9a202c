package admin

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	adapter "github.com/promostack/promostack/internal/adapter/news"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/service/news"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// refusing is a provider of news that has none, or refuses.
type refusing struct{ err error }

func (r *refusing) News(context.Context, adapter.Query) ([]headlines.Item, error) { return nil, r.err }

// The check of the news tells what the last call found, and asks nobody.
func TestTheNewsIsChecked(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	now := time.Date(2026, 12, 1, 6, 42, 0, 0, time.UTC)
	provider := &refusing{}
	s := &Services{Config: &config.Config{AlphaVantageAPIURL: config.AlphaVantageURL}, Store: store,
		News: news.New(news.Options{Store: store, Provider: provider, Name: models.AlphaVantage, Between: time.Nanosecond, Now: func() time.Time { return now }})}
	check := func(want Check) {
		t.Helper()
		want.Name, want.Label, want.Address = "news", "Gold news", "https://www.alphavantage.co"
		require.Equal(t, want, s.news(t.Context()))
	}
	morning := func() {
		t.Helper()
		now = now.Add(time.Hour)
		_, _, err := s.News.Morning(t.Context(), now)
		require.NoError(t, err)
	}
	check(Check{State: OK, Detail: "Alpha Vantage, not asked yet"})
	morning()
	check(Check{State: OK, Detail: "Alpha Vantage, asked on 1 Dec 07:42 UTC"})
	provider.err = fault.New(fault.Unavailable, adapter.Away, "The news provider can't be reached").WithRemedy("Wait").WithRetryAfter(time.Minute)
	morning()
	check(Check{State: Degraded, Detail: "The news provider can't be reached, at the last call on 1 Dec 08:42 UTC", Remedy: "Wait"})
	provider.err = fault.New(fault.Forbidden, adapter.KeyRefused, "The news provider refuses the key").WithRemedy("Set ALPHA_VANTAGE_API_KEY")
	morning()
	check(Check{State: Down, Detail: "The news provider refuses the key, at the last call on 1 Dec 09:42 UTC", Remedy: "Set ALPHA_VANTAGE_API_KEY"})
	provider.err = nil
	morning()
	check(Check{State: OK, Detail: "Alpha Vantage, asked on 1 Dec 10:42 UTC"})
}
