package news

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// wire is who publishes the program's own news.
const wire = "Simulated Wire"

// madeUp ends each summary.
const madeUp = " This is simulated news: none of it has happened."

// Topics and tickers of Alpha Vantage that the program's own news is under.
const (
	monetary  = "economy_monetary"
	markets   = "financial_markets"
	macro     = "economy_macro"
	shops     = "retail_wholesale"
	machines  = "technology"
	houses    = "real_estate"
	usDollar  = "FOREX:USD"
	someStock = "SIMU"
)

// draft is news without a date.
type draft struct {
	title, summary string
	topics         []string
	tickers        []string
}

// What there is about gold: itself, and what moves it. Some is under the topic, some under the dollar, some under both.
var aboutGold = []draft{
	{"Gold edges higher as the dollar softens", "Bullion gained a little in quiet trading while the dollar gave up part of its rise.", []string{markets}, []string{usDollar}},
	{"Gold steadies before the Fed's decision", "Traders kept to the side and waited for what the central bank has to say about rates.", []string{monetary, markets}, []string{usDollar}},
	{"Bullion dealers report fewer buyers", "High prices keep jewellers waiting, dealers of several cities say.", []string{monetary}, nil},
	{"Gold slips as yields climb", "Higher yields make metal that bears no interest less attractive.", []string{monetary, markets}, []string{usDollar}},
	{"Central banks go on buying gold", "Reserves grew once more, in small steps and by several buyers.", []string{monetary}, []string{usDollar}},
	{"Precious metals rise in thin holiday trading", "Silver and platinum followed gold, with few traders at their desks.", []string{markets}, []string{usDollar}},
	{"Gold holds its range for another week", "Neither buyers nor sellers found a reason to leave it.", []string{monetary, markets}, nil},
	{"Funds add to their gold for the third month", "Holdings of funds that are backed by bars grew again.", []string{markets}, []string{usDollar}},
}

var aboutMoney = []draft{
	{"Fed officials ask for patience with rates", "Two members would like to see more data first.", []string{monetary}, []string{usDollar}},
	{"Inflation cools a little more than expected", "Consumer prices rose less than in the month before.", []string{monetary, macro}, []string{usDollar}},
	{"Dollar drifts lower in Asian hours", "Traders took profits after a week of gains.", []string{markets}, []string{usDollar}},
	{"Treasury yields little changed after auction", "Demand was about the average of the last months.", []string{monetary, markets}, nil},
	{"FOMC minutes show a divided committee", "Some members wanted to wait, some would have moved.", []string{monetary}, []string{usDollar}},
	{"Payrolls grow at a slower pace", "Employers added fewer jobs, and wages rose as before.", []string{macro, monetary}, []string{usDollar}},
}

var aboutOthers = []draft{
	{"Maker of toasters opens a second factory", "The works by the river are to employ four hundred people.", []string{machines}, []string{someStock}},
	{"Supermarkets try shorter opening hours", "Three chains test whether customers mind.", []string{shops}, nil},
	{"Small shops find loans harder to get", "Banks ask for more security than a year ago, owners say.", []string{monetary, shops}, nil},
	{"Ferry line orders electric ships", "The first one is to sail in two years.", []string{machines}, []string{someStock, usDollar}},
	{"Home builders wait for the spring", "Few permits were asked for in the last month.", []string{houses, monetary}, nil},
	{"Coffee roasters plan for a smaller harvest", "Prices of beans rose for the fifth week.", []string{macro}, []string{usDollar}},
	{"Relay team takes the gold medal on home ice", "The last lap decided the race.", []string{shops}, []string{usDollar}},
	{"Harbour counts more containers than ever", "The new cranes work around the clock.", []string{macro}, nil},
}

// made is the news of a day of UTC. The same day has the same news.
func made(day time.Time) []Item {
	random := rand.New(rand.NewPCG(uint64(day.Unix()), 0x60_1d))
	var out []Item
	add := func(d draft, minute int) {
		out = append(out, Item{
			ID: fmt.Sprintf("%s-%d", day.Format(time.DateOnly), len(out)+1), Title: d.title, Summary: d.summary + madeUp, Source: wire,
			PublishedAt: day.Add(time.Duration(minute) * time.Minute), Topics: d.topics, Tickers: d.tickers,
		})
	}
	some := func(from []draft, n int) {
		for _, at := range random.Perm(len(from))[:n] {
			add(from[at], random.IntN(24*60))
		}
	}
	if quiet := random.IntN(8) == 0; !quiet {
		// The first one is there in the morning.
		perm := random.Perm(len(aboutGold))
		add(aboutGold[perm[0]], 4*60+random.IntN(150))
		for _, at := range perm[1 : 2+random.IntN(3)] {
			add(aboutGold[at], random.IntN(24*60))
		}
		some(aboutMoney, 1+random.IntN(3))
	}
	some(aboutOthers, 3+random.IntN(3))
	return out
}
