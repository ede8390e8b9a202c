package headlines

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

var morning = time.Date(2026, 12, 1, 6, 42, 0, 0, time.UTC)

// news is one of an hour before the morning, at an address of its own.
func news(title string) Item {
	return Item{Title: title, URL: "https://news.example/" + url.PathEscape(title), Source: "Wire", PublishedAt: morning.Add(-time.Hour)}
}

func titles(items []Item) []string {
	out := []string{}
	for _, item := range items {
		out = append(out, item.Title)
	}
	return out
}

func TestWeights(t *testing.T) {
	for title, want := range map[string]int{
		"Gold steadies near a record":                   goldInTitle,
		"GOLD: what to watch today":                     goldInTitle,
		"Why gold-backed funds grow":                    goldInTitle,
		"Bullion dealers see fewer buyers":              goldInTitle,
		"XAU/USD holds above support":                   goldInTitle,
		"XAUUSD weekly outlook":                         goldInTitle,
		"Precious metals slip":                          goldInTitle,
		"The precious-metal rally goes on":              goldInTitle,
		"Fed holds rates":                               ratesInTitle,
		"The Fed's next move":                           ratesInTitle,
		"FOMC minutes: members divided":                 ratesInTitle,
		"Powell speaks tonight":                         ratesInTitle,
		"US CPI rises less than expected":               ratesInTitle,
		"Inflation cools in Europe":                     ratesInTitle,
		"Higher interest rates weigh on builders":       ratesInTitle,
		"A rate-cut in March is likely":                 ratesInTitle,
		"The central bank of Norway waits":              ratesInTitle,
		"Dollar falls to a low of three weeks":          moneyInTitle,
		"Treasury yields climb":                         moneyInTitle,
		"Golden Globes: all winners":                    0,
		"Goldman Sachs names a new partner":             0,
		"Marigolds in your garden":                      0,
		"Gold medal for the relay, gold medals for two": 0,
		"House prices on the Gold Coast":                0,
		"FedEx delivers fewer parcels":                  0,
		"How to keep hens well fed":                     0,
		"Drivers are Fed Up with tolls":                 0,
		"Confederation of unions meets":                 0,
		"Dollarama opens shops":                         0,
		"Oil slips on higher stocks":                    0,
		"Gold medal winner invests in gold":             goldInTitle,
	} {
		require.Equal(t, want, weigh(Item{Title: title}), title)
	}
	require.Equal(t, goldInSummary, weigh(Item{Title: "Fed holds rates", Summary: "Gold and silver rose."}))
	require.Zero(t, weigh(Item{Title: "A maker of toasters reports", Summary: "The dollar, inflation and interest rates weighed on it."}))
}

func TestGoldComesFirstThenTheNewest(t *testing.T) {
	at := func(title string, ago time.Duration) Item {
		item := news(title)
		item.PublishedAt = morning.Add(-ago)
		return item
	}
	old := at("Gold of yesterday", Window+time.Second)
	ahead := at("Gold of tomorrow", -early-time.Second)
	require.Equal(t, []string{"Gold rises on quiet demand", "Bullion imports of India grow", "Markets in brief", "Powell speaks tonight", "FOMC minutes are due", "Dollar softens"},
		titles(Gold([]Item{
			at("Dollar softens", 0), at("FOMC minutes are due", 3*time.Hour), at("Bullion imports of India grow", 20*time.Hour), old, ahead, at("Oil slips", 0),
			{Title: "Markets in brief", Summary: "Gold was flat.", URL: "https://news.example/brief", PublishedAt: morning}, at("Powell speaks tonight", 2*time.Hour),
			at("Gold rises on quiet demand", -early),
		}, morning)))
	none := Gold(nil, morning)
	require.NotNil(t, none)
	require.Empty(t, none)
	var many []Item
	for i := range 3 * Most {
		many = append(many, at(fmt.Sprintf("Gold %d%s", i, strings.Repeat("x", i)), time.Duration(i)*time.Minute))
	}
	require.Equal(t, titles(many[:Most]), titles(Gold(many, morning)))
}

func TestNothingIsThereTwice(t *testing.T) {
	for name, row := range map[string]struct {
		a, b Item
		want int
	}{
		"the same address": {Item{Title: "Gold rises", URL: "https://news.example/a"}, Item{Title: "Bullion: what moved today", URL: "https://www.news.example/a/?utm_source=x#top"}, 1},
		"another page":     {Item{Title: "Gold rises", URL: "https://news.example/a?id=1"}, Item{Title: "Bullion: what moved today", URL: "https://news.example/a?id=2"}, 2},
		"the same title":   {news("Gold rises as the dollar softens"), Item{Title: "GOLD RISES, as the dollar softens!", URL: "https://other.example/1"}, 1},
		"nearly the same":  {news("Gold rises as the dollar softens before the Fed"), news("Gold rises as the dollar softens before the Fed - Wire"), 1},
		"another one":      {news("Gold rises 1%"), news("Gold falls 1%"), 2},
		"another price":    {news("Gold price today: 2650"), news("Gold price today: 2710"), 2},
	} {
		row.a.PublishedAt, row.b.PublishedAt = morning.Add(-time.Minute), morning.Add(-time.Hour)
		for _, items := range [][]Item{{row.a, row.b}, {row.b, row.a}} {
			got := Gold(items, morning)
			require.Len(t, got, row.want, name)
			require.Equal(t, row.a.Title, got[0].Title, "%s: the newest stays", name)
		}
	}
}

func TestLinks(t *testing.T) {
	for text, want := range map[string]string{
		"https://news.example/a":        "https://news.example/a",
		" http://news.example:81/a?b#c": "http://news.example:81/a?b#c",
		"https://news.example/a b":      "https://news.example/a%20b",
		"HTTPS://News.example/":         "https://News.example/",
		"https://[2001:db8::1]/":        "https://[2001:db8::1]/",
		"javascript:alert(1)":           "",
		"data:text/html,x":              "",
		"tg://resolve?domain=x":         "",
		"//news.example/a":              "",
		"news.example/a":                "",
		"https://":                      "",
		"https://:80/":                  "",
		"https://a@news.example/":       "",
		"https://news.example\u202e/":   "",
		"https://nеws.example/":         "", // a Cyrillic letter
		"https://news.example/\n":       "https://news.example/",
		"https://news.example/a\nb":     "",
		"":                              "",
		"https://news.example/" + strings.Repeat("x", MaxURL): "",
	} {
		got, ok := Link(text)
		require.Equal(t, want != "", ok, text)
		if ok {
			require.Equal(t, want, got)
		}
	}
	require.Empty(t, Gold([]Item{{Title: "Gold", URL: "ftp://news.example", PublishedAt: morning}, {Title: "\ufeff ", URL: "https://news.example", Summary: "gold", PublishedAt: morning}}, morning))
}

func TestTextsAreOneShortLine(t *testing.T) {
	for text, want := range map[string]string{
		"Gold rises":                          "Gold rises",
		"\ufeffGold\r\n  rises\t":             "Gold rises",
		"S&amp;P 500 &#38; gold":              "S&P 500 & gold",
		"gold &amp;quot;safe&amp;quot; haven": `gold "safe" haven`,
		"gold&nbsp;rises&#8217;s":             "gold rises’s",
		"a &lt;b&gt;gold&lt;/b&gt; day":       "a <b>gold</b> day",
		"gold\u202e\u2066 up\u200b":           "gold up",
		"gold\x00\x1b[31m":                    "gold [31m",
		"gold \xff\ufffd up":                  "gold up",
		"go\u0308ld":                          "göld",
		"gold 🪙 up":                           "gold 🪙 up",
		strings.Repeat("ö", MaxTitle):         strings.Repeat("ö", MaxTitle),
		strings.Repeat("ö", MaxTitle+1):       strings.Repeat("ö", MaxTitle-1) + "…",
		strings.Repeat("&amp;", 9*MaxTitle):   strings.Repeat("&", MaxTitle-1) + "…",
		"x " + strings.Repeat(" &#x20;", 99):  "x",
	} {
		require.Equal(t, want, line(text, MaxTitle))
	}
	got := Gold([]Item{{Title: "Gold &amp; silver", URL: "https://www.news.example/a", Summary: "Up\nagain &amp; again", PublishedAt: morning}}, morning)
	require.Equal(t, []Item{{Title: "Gold & silver", URL: "https://www.news.example/a", Source: "news.example", Summary: "Up again & again", PublishedAt: morning}}, got)
}

func FuzzGold(f *testing.F) {
	f.Add("Gold &amp;amp; silver", "https://news.example/a?utm_source=x", "Wire", "\ufeffUp\n", int64(60), "XAU/USD", "http://[::1]:8080/%zz")
	f.Add("Fed\u202e up", "javascript:x", "", "&#0;&#x202e;gold", int64(-601), "fed &ltgold", "https://a b/")
	f.Add("&am\u200bp;lt; gold \u037e", "https://h/\u00a0", "&", strings.Repeat("ﷺ&nGt;", 999), int64(0), "gold", "https://h/\u00a0#")
	f.Fuzz(func(t *testing.T, title, address, source, summary string, ago int64, title2, address2 string) {
		at := morning.Add(-time.Duration(ago%200_000) * time.Second)
		items := []Item{{title, address, source, summary, at}, {title2, address2, source, summary, at}, {title + " again", address + "/2", "", title2, at}}
		got := Gold(items, morning)
		for _, item := range got {
			for text, most := range map[string]int{item.Title: MaxTitle, item.Source: MaxSource, item.Summary: MaxSummary} {
				require.True(t, utf8.ValidString(text), "%q", text)
				require.LessOrEqual(t, utf8.RuneCountInString(text), most)
				require.False(t, strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }), "%q", text)
				require.Equal(t, strings.Join(strings.Fields(text), " "), text)
			}
			require.NotEmpty(t, item.Title)
			require.NotEmpty(t, item.Source)
			u, err := url.Parse(item.URL)
			require.NoError(t, err)
			require.Contains(t, []string{"http", "https"}, u.Scheme)
			require.NotEmpty(t, u.Hostname())
			require.Positive(t, weigh(item))
			require.LessOrEqual(t, morning.Sub(item.PublishedAt), Window)
		}
		require.Equal(t, got, Gold(got, morning), "what was chosen is chosen again as it is")
	})
}
