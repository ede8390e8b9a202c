package news

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What Alpha Vantage says, each under 200. It repeats the key when the day's calls are used up.
const (
	saysKey      = "the parameter apikey is invalid or missing. Please claim your free API key on (https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds."
	saysFunction = "This API function (%s) does not exist."
	saysInputs   = "Invalid inputs. Please refer to the API documentation https://www.alphavantage.co/documentation#newsapi and try again."
	saysNothing  = "No articles found. Please adjust the time range or refer to the API documentation https://www.alphavantage.co/documentation#newsapi and try again."
	saysMinute   = "Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to lift the free key rate limit (25 requests per day), raise the per-second burst limit, and instantly unlock all premium endpoints"
	saysDay      = "We have detected your API key as %s and our standard API rate limit is 25 requests per day. Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits."
)

// refusal is an error as Alpha Vantage sends it: its one field has one of these names.
type refusal map[string]string

func information(text string) refusal  { return refusal{"Information": text} }
func errorMessage(text string) refusal { return refusal{"Error Message": text} }

// askedTime is the form of time_from and time_to, publishedTime that of time_published.
const (
	askedTime     = "20060102T1504"
	publishedTime = "20060102T150405"
)

// topicNames are Alpha Vantage's topics with their names in answers.
var topicNames = map[string]string{
	"blockchain": "Blockchain", "earnings": "Earnings", "ipo": "IPO", "mergers_and_acquisitions": "Mergers & Acquisitions", markets: "Financial Markets",
	"economy_fiscal": "Economy - Fiscal", monetary: "Economy - Monetary", macro: "Economy - Macro", "energy_transportation": "Energy & Transportation",
	"finance": "Finance", "life_sciences": "Life Sciences", "manufacturing": "Manufacturing", houses: "Real Estate & Construction",
	shops: "Retail & Wholesale", machines: "Technology",
}

var ticker = regexp.MustCompile(`^((CRYPTO|FOREX):)?[A-Z0-9.-]{1,10}$`)

type wireTopic struct {
	Topic     string `json:"topic"`
	Relevance string `json:"relevance_score"`
}

type wireTicker struct {
	Ticker    string `json:"ticker"`
	Relevance string `json:"relevance_score"`
	Score     string `json:"ticker_sentiment_score"`
	Label     string `json:"ticker_sentiment_label"`
}

type wireArticle struct {
	Title     string       `json:"title"`
	URL       string       `json:"url"`
	Published string       `json:"time_published"`
	Authors   []string     `json:"authors"`
	Summary   string       `json:"summary"`
	Banner    *string      `json:"banner_image"`
	Source    string       `json:"source"`
	Category  string       `json:"category_within_source"`
	Domain    string       `json:"source_domain"`
	Topics    []wireTopic  `json:"topics"`
	Score     float64      `json:"overall_sentiment_score"`
	Label     string       `json:"overall_sentiment_label"`
	Tickers   []wireTicker `json:"ticker_sentiment"`
}

type wireFeed struct {
	Items     string        `json:"items"`
	Sentiment string        `json:"sentiment_score_definition"`
	Relevance string        `json:"relevance_score_definition"`
	Feed      []wireArticle `json:"feed"`
}

func feedOf(items []Item, host string) wireFeed {
	out := wireFeed{
		Items:     strconv.Itoa(len(items)),
		Sentiment: "x <= -0.35: Bearish; -0.35 < x <= -0.15: Somewhat-Bearish; -0.15 < x < 0.15: Neutral; 0.15 <= x < 0.35: Somewhat_Bullish; x >= 0.35: Bullish",
		Relevance: "0 < x <= 1, with a higher score indicating higher relevance.",
		Feed:      make([]wireArticle, 0, len(items)),
	}
	for _, i := range items {
		a := wireArticle{Title: i.Title, URL: "http://" + host + articles + i.ID, Published: i.PublishedAt.Format(publishedTime), Authors: []string{}, Summary: i.Summary,
			Source: i.Source, Category: "n/a", Domain: host, Topics: []wireTopic{}, Label: "Neutral", Tickers: []wireTicker{}}
		for _, t := range i.Topics {
			a.Topics = append(a.Topics, wireTopic{topicNames[t], "0.9"})
		}
		for _, t := range i.Tickers {
			a.Tickers = append(a.Tickers, wireTicker{t, "0.5", "0.0", "Neutral"})
		}
		out.Feed = append(out.Feed, a)
	}
	return out
}

// serve is Alpha Vantage itself.
func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	s.count("query")
	w.Header().Set("Date", s.now().Format(http.TimeFormat))
	outage := s.outage()
	if outage != "" && outage != Truncated {
		s.count("refused")
		fail(w, r, outage)
		return
	}
	items, refused := s.answer(r)
	if refused != nil {
		s.count("refused")
		send(w, refused)
		return
	}
	if outage == Truncated {
		s.count("refused")
		whole, _ := json.Marshal(feedOf(items, r.Host)) // it holds texts and numbers alone, which can't fail
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(whole[:len(whole)/2])
		return
	}
	send(w, feedOf(items, r.Host))
}

func send(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the client is gone: nobody to tell
}

// fail answers as an outage wants it.
func fail(w http.ResponseWriter, r *http.Request, kind Kind) {
	switch kind {
	case MinuteLimit:
		send(w, information(saysMinute))
	case DayLimit:
		send(w, information(fmt.Sprintf(saysDay, r.URL.Query().Get("apikey"))))
	case BadKey:
		send(w, errorMessage(saysKey))
	case Empty:
		send(w, feedOf(nil, r.Host))
	case Page:
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!DOCTYPE html><html><head><title>alphavantage.co | 520: Web server is returning an unknown error</title></head><body></body></html>"))
	case Timeout:
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // the connection breaks without an answer
	default:
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	}
}

// answer is the news that a request asks for. What is not asked for in Alpha Vantage's form is refused.
func (s *Service) answer(r *http.Request) ([]Item, refusal) {
	query := r.URL.Query()
	if name := query.Get("function"); name != "NEWS_SENTIMENT" {
		return nil, errorMessage(fmt.Sprintf(saysFunction, name))
	}
	if query.Get("apikey") == "" {
		return nil, errorMessage(saysKey)
	}
	from, okFrom := timeOf(query.Get("time_from"))
	to, okTo := timeOf(query.Get("time_to"))
	limit, err := strconv.Atoi(query.Get("limit"))
	if query.Get("limit") == "" {
		limit, err = 50, nil
	}
	topics, tickers, sort := listOf(query.Get("topics")), listOf(query.Get("tickers")), query.Get("sort")
	switch {
	case !okFrom, !okTo, err != nil, limit < 1, limit > 1000, !slices.Contains([]string{"", "LATEST", "EARLIEST", "RELEVANCE"}, sort),
		slices.ContainsFunc(topics, func(t string) bool { return topicNames[t] == "" }), slices.ContainsFunc(tickers, func(t string) bool { return !ticker.MatchString(t) }):
		return nil, information(saysInputs)
	}
	items := slices.DeleteFunc(s.between(from, to), func(i Item) bool { return !holds(i.Topics, topics) || !holds(i.Tickers, tickers) })
	if len(items) == 0 {
		return nil, information(saysNothing)
	}
	if sort == "EARLIEST" {
		slices.Reverse(items)
	}
	return items[:min(limit, len(items))], nil
}

// holds says whether all that is wanted is there.
func holds(there, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(there, w) })
}

func listOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// timeOf reads a limit of the range; none is zero.
func timeOf(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	t, err := time.Parse(askedTime, text)
	return t, err == nil
}

const articlePage = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>%[1]s</title></head>
<body><p><strong>Simulated news.</strong> The sandbox of PromoStack made it up.</p>
<h1>%[1]s</h1><p>%[2]s</p><p>%[3]s, %[4]s UTC</p></body></html>
`

// page shows one piece of news to a browser.
func (s *Service) page(w http.ResponseWriter, r *http.Request) {
	item, ok := s.find(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	_, _ = fmt.Fprintf(w, articlePage, html.EscapeString(item.Title), html.EscapeString(item.Summary), html.EscapeString(item.Source), item.PublishedAt.Format("2 January 2006, 15:04"))
}

// opened lets a browser open a page from a link on any other one: the dashboard's phone is under another name.
func opened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" {
			r.Header.Del("Sec-Fetch-Site")
		}
		next.ServeHTTP(w, r)
	})
}
