package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/models"
)

const (
	heartbeat = 15 * time.Second
	// streamLife ends a stream, so that a session which has ended meanwhile is noticed; the
	// browser comes back by itself.
	streamLife = 15 * time.Minute
	retryMs    = 2000
	catchUp    = 1000 // events that a browser which was away may have missed
)

// eventOut is what a browser is told: what changed, never its content.
type eventOut struct {
	Topic   models.Topic `json:"topic" openapi:"enum=account|ai|backtest|bulk|connection|conversation|coupon|crosspromo|delivery|hype|journey|market|post|poster|record|signal|strategy|subscriber|template|tenant"`
	ID      string       `json:"id" doc:"What changed; empty where the topic is one thing or a whole list."`
	Version int64        `json:"version" doc:"The version that it has now."`
}

// Stream answers what changes in the session's tenant as server-sent events. A browser that comes
// back with Last-Event-ID gets what it missed; when that is not known any more, the event "reset"
// tells it to read again what it shows. An event may come twice.
func (l *Live) Stream(c *gin.Context) error {
	session := access.From(c)
	one, ok := l.join(session.TenantID, session.ID)
	if !ok {
		return fault.New(fault.RateLimited, "too_many_streams", "This session already has %d event streams", maxStreams).
			WithRemedy("Close some of its tabs").WithRetryAfter(heartbeat)
	}
	defer l.leave(one)
	// The listener is there before the past is read, so nothing falls between the two.
	missed, known, err := l.missed(c)
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy in front must not collect
	c.Status(http.StatusOK)
	w := writer{out: httpx.PatientWriter(c), flush: c.Writer.Flush}
	w.text(fmt.Sprintf("retry: %d\n\n", retryMs))
	if !known {
		w.text("event: reset\ndata: {}\n\n")
	}
	for _, e := range missed {
		w.event(e)
	}
	w.send()
	l.pump(c, one, &w, min(streamLife, session.Expires.Sub(l.now())))
	return nil
}

// pump writes events until the client goes, the stream is too far behind, or its time is over.
func (l *Live) pump(c *gin.Context, one *listener, w *writer, life time.Duration) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	end := time.NewTimer(life)
	defer end.Stop()
	for w.err == nil {
		select {
		case <-c.Request.Context().Done():
			return
		case <-end.C:
			return
		case <-l.closed:
			return
		case <-one.lost:
			w.text("event: reset\ndata: {}\n\n")
			w.send()
			return
		case <-beat.C:
			w.text(": beat\n\n")
		case e := <-one.events:
			w.event(e)
		}
		w.send()
	}
}

// missed reads what happened since the browser's last event. known is false when that can't be
// said, also at the first visit of a browser that names none.
func (l *Live) missed(c *gin.Context) (list []models.Event, known bool, err error) {
	text := c.GetHeader("Last-Event-ID")
	if text == "" {
		text = c.Query("last_event_id") // for a browser whose stream another tab takes over
	}
	if text == "" {
		return nil, true, nil
	}
	seq, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seq < 0 {
		return nil, false, nil
	}
	return l.store.Events.After(c.Request.Context(), seq, overlap, catchUp)
}

// writer writes until the first error.
type writer struct {
	out   interface{ Write([]byte) (int, error) }
	flush func()
	err   error
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = w.out.Write([]byte(s))
	}
}

func (w *writer) event(e models.Event) {
	data, err := json.Marshal(eventOut{e.Topic, e.Subject, e.Version})
	if err != nil {
		w.err = err
		return
	}
	w.text(fmt.Sprintf("id: %d\ndata: %s\n\n", e.Seq, data))
}

func (w *writer) send() {
	if w.err == nil {
		w.flush()
	}
}
