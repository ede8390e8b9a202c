package bench

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// ScaleFigures say how fast a tenant's pages are whose tables are full.
type ScaleFigures struct {
	Cores         int     `json:"cores"`
	Database      string  `json:"database"`
	People        int     `json:"people"`
	Conversations int     `json:"conversations"`
	Visits        int     `json:"visits"`
	FillSeconds   float64 `json:"fill_s"`
	// Requests to the API by what they are, in milliseconds.
	Requests map[string]ScaleTimes `json:"requests"`
	Slowest  string                `json:"slowest"` // by the median
	Export   struct {
		People    int     `json:"people"`
		Seconds   float64 `json:"s"`
		BeforeMiB float64 `json:"before_mib"` // of the API
		PeakMiB   float64 `json:"peak_mib"`   // since it began
	} `json:"export"`
}

// ScaleTimes are those of one request that was made many times.
type ScaleTimes struct {
	MedianMS float64 `json:"median_ms"`
	MaxMS    float64 `json:"max_ms"`
	Items    int     `json:"items"` // on the page, where it is one
}

// scaleRounds is how often each request is made.
const scaleRounds = 15

// Scale fills the database of a program that has no bots yet and times every list, count, figure, search and
// export of what was filled in. say is told what happens.
func (f *ScaleFigures) Scale(ctx context.Context, p Program, say func(string, ...any)) error {
	f.Cores = runtime.GOMAXPROCS(0)
	w, err := connectBot(ctx, p)
	if err != nil {
		return err
	}
	var steps []journey.Step
	for i := 1; i <= 5; i++ {
		steps = append(steps, journey.Step{ID: fmt.Sprintf("s%d", i), Type: journey.Message, Text: fmt.Sprintf("Step %d", i), NextStepID: fmt.Sprintf("s%d", i+1)})
	}
	id, err := w.publish("Full", journeyOf(journey.Trigger{Kind: journey.Keyword, Value: "full"}, "s1", append(steps, journey.Step{ID: "s6", Type: journey.End})...))
	if err != nil {
		return err
	}
	store, err := models.Open(ctx, p.Database, models.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	row, err := store.Journeys.Get(w.ctx, id)
	if err != nil {
		return err
	}
	f.Database = store.Dialect()
	begun := time.Now()
	err = store.Fill(w.ctx, models.Filling{Connection: w.bot, Journey: id, Version: row.VersionID, People: f.People, Conversations: f.Conversations,
		Visits: f.Visits / max(1, f.Conversations)}, say)
	if err != nil {
		return err
	}
	f.FillSeconds = round1(time.Since(begun).Seconds())
	if err := f.requests(w, id, row.VersionID, say); err != nil {
		return err
	}
	return f.export(w)
}

// requests times what pages ask for.
func (f *ScaleFigures) requests(w *journeysBench, journeyID, version string, say func(string, ...any)) error {
	people, talks, one := "/api/v1/subscribers", "/api/v1/conversations", "/api/v1/journeys/"+journeyID
	var first struct{ Items []struct{ ID string } }
	if err := w.api.call(w.ctx, http.MethodGet, people+"?limit=1", nil, &first); err != nil {
		return err
	}
	if len(first.Items) == 0 {
		return fault.New(fault.Internal, "bench_incomplete", "Nobody was filled in")
	}
	list := map[string]string{
		"subscribers":              people,
		"subscribers counts":       people + "/counts",
		"subscribers blocked":      people + "?state=blocked",
		"subscribers from poster":  people + "?source=poster",
		"subscribers from none":    people + "?source=none",
		"subscribers vip":          people + "?tag=vip",
		"subscribers no tag":       people + "?tag=nobody",
		"subscribers of the bot":   people + "?connection=" + w.bot,
		"conversations":            talks,
		"conversations of journey": talks + "?journey=" + journeyID,
		"conversations at step":    talks + "?journey=" + journeyID + "&step=s3",
		"conversations ended":      talks + "?state=ended",
		"conversations paused":     talks + "?state=paused",
		"conversations broken":     talks + "?state=broken",
		"journeys":                 "/api/v1/journeys",
		"journey":                  one,
		"journey changes":          one + "/changes",
		"journey versions":         one + "/versions",
		"journey figures":          one + "/figures",
		"journey version figures":  one + "/figures?version=" + version,
		"journey figures csv":      one + "/figures.csv",
		"a person's log":           "/api/v1/messages/log?subscriber=" + first.Items[0].ID,
	}
	for what, query := range map[string]string{"common": "anna", "two letters": "an", "one letter": "a", "one person": fmt.Sprintf("user_%d", f.People-1),
		"nobody": "nobody at all", "nobody's letters": "zz"} {
		list["subscribers search "+what] = people + "?q=" + url.QueryEscape(query)
		list["conversations search "+what] = talks + "?q=" + url.QueryEscape(query)
	}
	for name, path := range map[string]string{"subscribers": people, "conversations": talks} {
		after := ""
		for range 20 { // far down
			var page struct{ Next string }
			if err := w.api.call(w.ctx, http.MethodGet, path+"?limit=100&after="+after, nil, &page); err != nil {
				return err
			}
			after = page.Next
		}
		list[name+" page 21"] = path + "?after=" + after
	}
	f.Requests = map[string]ScaleTimes{}
	for name, path := range list {
		var took []float64
		var page struct{ Items []struct{} }
		for range scaleRounds {
			begun := time.Now()
			if err := w.api.call(w.ctx, http.MethodGet, path, nil, &page); err != nil {
				return err
			}
			took = append(took, float64(time.Since(begun).Microseconds())/1000)
		}
		slices.Sort(took)
		f.Requests[name] = ScaleTimes{MedianMS: quantile(took, 0.5), MaxMS: took[len(took)-1], Items: len(page.Items)}
		if f.Requests[name].MedianMS > f.Requests[f.Slowest].MedianMS {
			f.Slowest = name
		}
		say("%-36s %6.1f ms, at most %6.1f", name, f.Requests[name].MedianMS, f.Requests[name].MaxMS)
	}
	return nil
}

// export reads the list of all people, which must be whole.
func (f *ScaleFigures) export(w *journeysBench) error {
	used := func() (now, peak float64) {
		u := w.Children.Usage()["api"]
		return round1(float64(u.Now) / (1 << 20)), round1(float64(u.Peak) / (1 << 20))
	}
	f.Export.BeforeMiB, _ = used()
	begun := time.Now()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, w.api.base+"/api/v1/subscribers.csv", http.NoBody)
	if err != nil {
		return err
	}
	res, err := (&http.Client{Jar: w.api.http.Jar}).Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for f.Export.People = -1; lines.Scan(); f.Export.People++ { // the first line names the columns
	}
	if err := lines.Err(); err != nil {
		return err
	}
	f.Export.Seconds = round1(time.Since(begun).Seconds())
	_, f.Export.PeakMiB = used()
	if f.Export.People != f.People {
		return fault.New(fault.Internal, "bench_incomplete", "%d of %d people were exported", f.Export.People, f.People)
	}
	return nil
}
