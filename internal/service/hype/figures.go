package hype

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/models"
)

// FigureDays is over how many days figures are counted, today included.
const FigureDays = 30

// Figures are what became of a flow's messages in the last days of UTC.
type Figures struct {
	Counts
	Manual         int            // of those that were sent, by a run that somebody asked for
	ByAI           int            // of those that were sent
	ByTemplate     map[string]int // of those that were sent, by why no model wrote them
	SkippedReasons map[string]int // by the codes of their notes
	MembersFirst   *int64         // of the FREE channel, on the first day that it was counted
	MembersLast    *int64
	Days           []DayFigures // each day, the first one first
}

// DayFigures are those of one day.
type DayFigures struct {
	Counts
	Day     string
	Members *int64 // of the FREE channel; nil where it was not counted
}

// Counts are counts of messages, and of clicks on them.
type Counts struct {
	Sent, Skipped, Failed, Unknown int
	Clicks, UniqueClicks           int64
}

func (c *Counts) add(state models.PostState, link models.PostLink) {
	switch state {
	case models.PostSent, models.PostDeleting, models.PostDeleted:
		c.Sent++
	case models.PostSkipped:
		c.Skipped++
	case models.PostFailed:
		c.Failed++
	case models.PostUnknown:
		c.Unknown++
	}
	c.Clicks, c.UniqueClicks = c.Clicks+link.Clicks, c.UniqueClicks+link.UniqueClicks
}

// Figures counts what became of a flow's messages.
func (s *Service) Figures(ctx context.Context, id string) (*Figures, error) {
	if _, err := s.store.Hype.Flow(ctx, id); err != nil {
		return nil, err
	}
	y, m, d := s.now().UTC().Date()
	from := time.Date(y, m, d-FigureDays+1, 0, 0, 0, 0, time.UTC)
	posts, err := s.store.Hype.PostsOf(ctx, contract.FlowHype+"."+id+".", from)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(posts))
	for i := range posts {
		ids[i] = posts[i].ID
	}
	links, err := s.store.PostLinks.ByPost(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := &Figures{ByTemplate: map[string]int{}, SkippedReasons: map[string]int{}, Days: make([]DayFigures, FigureDays)}
	at := map[string]int{}
	for i := range out.Days {
		out.Days[i].Day = models.Day(from.AddDate(0, 0, i))
		at[out.Days[i].Day] = i
	}
	for i := range posts {
		out.count(&posts[i], links[posts[i].ID])
		if day, ok := at[models.Day(posts[i].PlannedAt.Time)]; ok {
			out.Days[day].add(posts[i].State, links[posts[i].ID])
		}
	}
	return out, s.members(ctx, out, from)
}

func (f *Figures) count(p *models.ChannelPost, link models.PostLink) {
	sent := f.Sent
	f.add(p.State, link)
	switch {
	case p.State == models.PostSkipped && p.Problem != nil:
		f.SkippedReasons[p.Problem.Code]++
	case f.Sent == sent:
	case p.Source == channelposts.SourceAI:
		f.ByAI++
	default:
		f.ByTemplate[p.Reason]++
	}
	if f.Sent > sent && p.Manual {
		f.Manual++
	}
}

// members adds how the FREE channel has grown, where there is one.
func (s *Service) members(ctx context.Context, f *Figures, from time.Time) error {
	bots, err := s.store.Connections.List(ctx)
	if err != nil {
		return err
	}
	for i := range bots {
		free := bots[i].Channel(models.RoleFree)
		if free == nil || free.ID == 0 {
			continue
		}
		days, err := s.store.Members.Since(ctx, free.ID, from)
		if err != nil {
			return err
		}
		for k := range f.Days {
			n, ok := days[f.Days[k].Day]
			if !ok {
				continue
			}
			f.Days[k].Members, f.MembersLast = &n, &n
			if f.MembersFirst == nil {
				f.MembersFirst = &n
			}
		}
		return nil
	}
	return nil
}
