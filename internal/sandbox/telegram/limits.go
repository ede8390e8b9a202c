package telegram

import (
	"sync"
	"time"
)

// limits hold how often bots send: in any second of the clock that slides, no more than a bot's
// limit in all and no more than its limit to one chat, and in any minute no more than its limit to
// one group. Telegram promises nothing exact; what holds here holds there. Counts are in memory: a
// restart forgives them.
type limits struct {
	mu   sync.Mutex
	sent map[int64]*sending
}

type sending struct {
	all    []time.Time
	chats  map[int64][]time.Time
	groups map[int64][]time.Time
}

func newLimits() *limits { return &limits{sent: map[int64]*sending{}} }

// window is how many messages may be sent in how long a time. A rate under one a second is one in
// a longer time; a burst lets some more pass at once, at the same rate on average.
func window(perSecond float64, burst int) (int, time.Duration) {
	count := int(perSecond)
	if count < 1 {
		count = 1
	}
	count += burst
	return count, time.Duration(float64(count) / perSecond * float64(time.Second))
}

// take counts messages to a chat, or says how long to wait. A refused one does not count. A limit
// of zero or less is none.
func (l *limits) take(b *bot, to chat, messages int, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.sent[b.ID]
	if s == nil {
		s = &sending{chats: map[int64][]time.Time{}, groups: map[int64][]time.Time{}}
		l.sent[b.ID] = s
	}
	var wait time.Duration
	var all, here, group []time.Time
	isGroup := to.Type == "group" || to.Type == "supergroup"
	if b.perSecond > 0 {
		count, within := window(b.perSecond, 0)
		all = since(s.all, now.Add(-within))
		wait = waitFor(all, count, within, messages, now)
	}
	if b.perChat > 0 {
		count, within := window(b.perChat, b.burst)
		here = since(s.chats[to.ID], now.Add(-within))
		wait = max(wait, waitFor(here, count, within, 1, now)) // an album is one message to its reader
	}
	if isGroup && b.perGroup > 0 {
		group = since(s.groups[to.ID], now.Add(-time.Minute))
		wait = max(wait, waitFor(group, b.perGroup, time.Minute, messages, now))
	}
	if wait > 0 {
		return wait
	}
	for range messages {
		all = append(all, now)
		group = append(group, now)
	}
	s.all = all
	s.chats[to.ID] = append(here, now)
	if isGroup {
		s.groups[to.ID] = group
	}
	s.forget(now)
	return 0
}

// waitFor is how long it takes until so many more messages fit, zero when they fit now. More than
// ever fit at once are let through when nothing else was sent.
func waitFor(sent []time.Time, count int, within time.Duration, more int, now time.Time) time.Duration {
	over := len(sent) + more - count
	if over <= 0 || len(sent) == 0 {
		return 0
	}
	return max(sent[min(over, len(sent))-1].Add(within).Sub(now), time.Nanosecond)
}

// since leaves out what was sent at or before a time.
func since(sent []time.Time, after time.Time) []time.Time {
	i := 0
	for i < len(sent) && !sent[i].After(after) {
		i++
	}
	return sent[i:]
}

// manyChats is from how many chats on the old ones are looked for and dropped.
const manyChats = 4096

func (s *sending) forget(now time.Time) {
	if len(s.chats) < manyChats {
		return
	}
	for chat, sent := range s.chats {
		if now.Sub(sent[len(sent)-1]) > time.Minute {
			delete(s.chats, chat)
		}
	}
}
