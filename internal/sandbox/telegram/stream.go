package telegram

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// event is a change that open streams are told: its kind and, as JSON, what it is about.
type event struct {
	kind string
	body []byte
}

// announce notes a change for after the commit.
func (t *tx) announce(kind string, body any) {
	t.changes = append(t.changes, event{kind, []byte(asJSON(body))})
}

// Shown is a message as the page shows it: with what the Bot API's own object does not tell.
type Shown struct {
	Seq      int64           `json:"seq"`
	Bot      string          `json:"bot,omitempty"` // the author, or the bot of a person's chat
	ByBot    bool            `json:"by_bot"`
	Deleted  bool            `json:"deleted,omitempty"`
	Keyboard json.RawMessage `json:"keyboard,omitempty"` // one that is not inline
	Message  message         `json:"message"`
}

// hub hands events to open streams. One that is too slow is told to read everything again.
type hub struct {
	mu   sync.Mutex
	open map[chan event]bool
}

// streamBuffer is how far behind a stream may be.
const streamBuffer = 512

func newHub() *hub { return &hub{open: map[chan event]bool{}} }

func (h *hub) publish(events []event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.open {
		for _, e := range events {
			select {
			case ch <- e:
				continue
			default:
			}
			// Its reader closes and starts again.
			delete(h.open, ch)
			close(ch)
			break
		}
	}
}

func (h *hub) join() chan event {
	h.mu.Lock()
	defer h.mu.Unlock()
	ch := make(chan event, streamBuffer)
	h.open[ch] = true
	return ch
}

func (h *hub) leave(ch chan event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open[ch] {
		delete(h.open, ch)
		close(ch)
	}
}

// streamBeat is how often a quiet stream shows that it lives.
const streamBeat = 15 * time.Second

// stream tells everything that changes, as server-sent events.
func (s *Service) stream(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	ch := s.hub.join()
	defer s.hub.leave(ch)
	beat := time.NewTicker(streamBeat)
	defer beat.Stop()
	text := "event: ready\ndata: {}\n\n"
	for {
		if _, err := fmt.Fprint(w, text); err != nil || control.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-s.ended:
			return
		case e, ok := <-ch:
			if !ok {
				_, _ = fmt.Fprint(w, "event: behind\ndata: {}\n\n")
				return
			}
			text = fmt.Sprintf("event: %s\ndata: %s\n\n", e.kind, e.body)
		case <-beat.C:
			text = ": beat\n\n"
		}
	}
}
