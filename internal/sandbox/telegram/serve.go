package telegram

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// tokenForm is what a bot's token looks like: the bot's id and a secret.
var tokenForm = regexp.MustCompile(`^([0-9]{1,15}):([\w-]{35})$`)

// tokenInside finds a token in a text, for instance in a webhook's address.
var tokenInside = regexp.MustCompile(`[0-9]{1,15}:[\w-]{35}`)

// method is one row of the table: what a call does.
type method func(*call) (any, error)

// call is a call of a method within its transaction.
type call struct {
	*tx
	params
	s      *Service
	bot    *bot
	token  string
	method string
	now    time.Time
	chat   int64 // for the log: whom it concerned
	sent   int64 // for the log: the message that came of it
	items  int   // how many messages it sends, for the limits
}

// outcome is what a call came to.
type outcome struct {
	status int
	answer answer
	fault  string
	cut    bool          // the caller gets no answer
	wait   time.Duration // how long the caller waits for that
}

// serve answers /sandbox/telegram/bot{token}/{method} and /sandbox/telegram/file/bot{token}/{path}.
func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	begun := s.clock()
	rest := strings.TrimPrefix(r.URL.Path, Path+"/")
	rest, download := strings.CutPrefix(rest, "file/")
	rest, isBot := strings.CutPrefix(rest, "bot")
	token, name, _ := strings.Cut(rest, "/")
	if !isBot {
		writeAnswer(w, refused(&refusal{Code: http.StatusNotFound, Text: "Not Found"}))
		return
	}
	if !tokenForm.MatchString(token) {
		writeAnswer(w, refused(unauthorized()))
		return
	}
	if download {
		s.download(w, r, token, name)
		return
	}
	name = withoutToken(s.canonical(name), token)
	p, err := readParams(w, r)
	var out outcome
	switch {
	case err != nil:
		out = s.run(r, begun, token, name, p, func(*call) (any, error) { return nil, err })
	case name == "getUpdates":
		out = s.poll(r, begun, token, p)
	case s.methods[strings.ToLower(name)] == nil:
		out = s.run(r, begun, token, name, p, func(*call) (any, error) {
			return nil, &refusal{Code: http.StatusNotFound, Text: "Not Found: method not found"}
		})
	default:
		s.load(r.Context(), p)
		out = s.run(r, begun, token, name, p, s.methods[strings.ToLower(name)])
	}
	if out.cut {
		select {
		case <-time.After(out.wait):
		case <-r.Context().Done():
		}
		panic(http.ErrAbortHandler) // the connection breaks without an answer
	}
	writeAnswer(w, out)
}

// canonical is a method's name as the documentation writes it, so that the log can be searched;
// the real service does not care about case.
func (s *Service) canonical(name string) string {
	if known := s.names[strings.ToLower(name)]; known != "" {
		return known
	}
	return strings.ToValidUTF8(name[:min(len(name), 64)], "")
}

// run carries a call out and logs it, both in one transaction.
func (s *Service) run(r *http.Request, begun time.Time, token, name string, p params, do method) outcome {
	var out outcome
	err := s.do(r.Context(), func(t *tx) error {
		b, err := botOf(t, token)
		if refusal, ok := asRefusal(err); ok {
			out = refused(refusal) // no bot, so nobody's log
			return nil
		}
		if err != nil {
			return err
		}
		c := &call{tx: t, params: p, s: s, bot: b, token: token, method: name, now: begun}
		out, err = c.attempt(do)
		if err != nil {
			return err
		}
		return c.note(out)
	})
	if err != nil {
		return s.failed(err, name, token)
	}
	return out
}

// failed is the outcome of a defect of the simulation, or of a refusal that no bot's log can hold.
func (s *Service) failed(err error, name, token string) outcome {
	if refusal, ok := asRefusal(err); ok {
		return refused(refusal)
	}
	s.log.Error("simulated call failed", "method", name, "error", withoutToken(err.Error(), token))
	return refused(&refusal{Code: http.StatusInternalServerError, Text: "Internal Server Error"})
}

// attempt lets an ordered fault happen, or carries the call out; what a refused call had begun is
// undone.
func (c *call) attempt(do method) (outcome, error) {
	c.chat, _ = c.integer("chat_id")
	f, err := c.takeFault()
	if err != nil {
		return outcome{}, err
	}
	if f != nil && f.refusal != nil {
		out := refused(f.refusal)
		out.fault = f.Kind
		return out, nil
	}
	if err := c.exec("SAVEPOINT effect"); err != nil {
		return outcome{}, err
	}
	before := len(c.changes)
	result, err := do(c)
	if refusal, ok := asRefusal(err); ok {
		c.changes, c.signalled = c.changes[:before], nil
		if err := c.exec("ROLLBACK TO effect"); err != nil {
			return outcome{}, err
		}
		if err := c.exec("RELEASE effect"); err != nil {
			return outcome{}, err
		}
		out := refused(refusal)
		out.answer.Description = withoutToken(out.answer.Description, c.token)
		return out, nil
	}
	if err != nil {
		return outcome{}, err
	}
	if err := c.exec("RELEASE effect"); err != nil {
		return outcome{}, err
	}
	out := outcome{status: http.StatusOK, answer: answer{OK: true, Result: result}}
	if d, ok := result.(described); ok {
		out.answer.Result, out.answer.Description = d.result, d.description
	}
	if f != nil {
		out.fault, out.cut, out.wait = f.Kind, true, time.Duration(f.RetryAfter)*time.Second
	}
	return out, nil
}

// described is a result with a description, as setWebhook has one.
type described struct {
	result      any
	description string
}

// note writes the call's line of the log.
func (c *call) note(out outcome) error {
	line := Call{
		At: c.now.UTC(), Bot: c.bot.Username, Method: c.method, ChatID: c.chat, MessageID: c.sent,
		Params: json.RawMessage(c.logged(c.token)), Status: out.status, Error: out.answer.Description, Fault: out.fault,
		Micros: c.s.clock().Sub(c.now).Microseconds(),
	}
	if out.status == http.StatusOK {
		line.Error = ""
	}
	var err error
	line.ID, err = c.insert(`INSERT INTO calls (at, bot, method, chat, message, params, status, error, fault, micros) VALUES (?,?,?,?,?,?,?,?,?,?)`,
		c.now.UnixMicro(), c.bot.ID, c.method, c.chat, c.sent, string(line.Params), line.Status, line.Error, line.Fault, line.Micros)
	c.announce("call", line)
	return err
}

func refused(r *refusal) outcome { return outcome{status: r.Code, answer: r.answer()} }

func writeAnswer(w http.ResponseWriter, out outcome) {
	w.Header().Set("Content-Type", "application/json")
	if p := out.answer.Parameters; p != nil && p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	w.WriteHeader(out.status)
	_ = json.NewEncoder(w).Encode(out.answer) // the client is gone: nobody to tell
}

// hashOf is how a token is kept: nobody who reads the file can use it.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
