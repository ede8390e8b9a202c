package hype

import (
	"context"
	"fmt"
	"time"

	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

// Preview is a message of a flow as it would go out now.
type Preview struct {
	channelposts.Content
	Prompt string // its name
}

const (
	// previewTime is how long a model may write at a preview; what it has not written by then is the program's.
	previewTime = 20 * time.Second
	// leastTime is what is left of it when the model is asked once more.
	leastTime = 2 * time.Second
)

// Preview makes the messages of a flow without sending any. None repeats one of those that were sent, or of those before it.
// What a model writes counts against the day's budget.
func (s *Service) Preview(ctx context.Context, id string) ([]Preview, error) {
	flow, err := s.store.Hype.Flow(ctx, id)
	if err != nil {
		return nil, err
	}
	a, err := s.author(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	if err := a.results(ctx, now); err != nil {
		return nil, err
	}
	earlier, err := a.earlier(ctx, s.store, "")
	if err != nil {
		return nil, err
	}
	asking, cancel := context.WithTimeout(ctx, previewTime)
	defer cancel()
	prompts := map[string]*models.HypePrompt{}
	var out []Preview
	for n := 1; n <= flow.Terms.Messages; n++ {
		of := flow.Terms.Prompt(n)
		if prompts[of] == nil {
			if prompts[of], err = s.store.Hype.Prompt(ctx, of); err != nil {
				return nil, err
			}
		}
		content, err := a.preview(ctx, asking, prompts[of], fmt.Sprintf("%s.%s.%d", flow.ID, models.Day(now), n), earlier)
		if err != nil {
			return nil, err
		}
		out = append(out, Preview{content, prompts[of].Name})
		if content.Skip == nil {
			earlier = append([]string{a.said(content.Text)}, earlier[:min(len(earlier), remembered-1)]...)
		}
	}
	return out, nil
}

// preview makes one message, by a model as long as there is time for it.
func (a *author) preview(ctx, asking context.Context, prompt *models.HypePrompt, name string, earlier []string) (channelposts.Content, error) {
	if end, _ := asking.Deadline(); time.Until(end) >= leastTime {
		return a.say(asking, prompt, name, earlier)
	}
	text, fresh := a.written(name, earlier)
	if !fresh {
		return repeats(), nil
	}
	return channelposts.Content{Text: a.marked(text), Buttons: a.button(a.action.Link), Source: channelposts.SourceTemplate, Reason: string(writing.Late)}, ctx.Err()
}
