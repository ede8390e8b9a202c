package mtproto

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gotd/td/crypto"
	"github.com/gotd/td/tg"
)

// FaultKind is what happens to a call.
type FaultKind string

// The kinds of faults.
const (
	FaultFloodWait FaultKind = "flood_wait" // FLOOD_WAIT for so many seconds
	FaultError     FaultKind = "error"      // any Telegram error
	FaultDrop      FaultKind = "drop"       // the call is carried out, and the connection ends instead of an answer
)

// Fault is what happens to the next calls of a method.
type Fault struct {
	Method  string    `json:"method"` // "messages.sendMessage"; empty is any
	Kind    FaultKind `json:"kind"`
	Seconds int       `json:"seconds,omitempty"`
	Code    int       `json:"code,omitempty"`
	Error   string    `json:"error,omitempty"`
	Times   int       `json:"times"`
}

// SetFaults replaces the faults.
func (s *Simulator) SetFaults(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.Clone(faults)
}

// fault takes the next fault of a method, or nil. The caller holds the lock.
func (s *Simulator) fault(method string) *Fault {
	for i := range s.faults {
		f := &s.faults[i]
		if f.Times > 0 && (f.Method == method || f.Method == "") {
			f.Times--
			return f
		}
	}
	return nil
}

// Account is what the controls show of an account.
type Account struct {
	ID          int64  `json:"id"`
	Phone       string `json:"phone"`
	Name        string `json:"name"`
	Password    bool   `json:"password"`    // it asks for one
	Sessions    int    `json:"sessions"`    // keys that are signed in to it
	Connections int    `json:"connections"` // over which a signed-in client is there now
}

// Accounts lists those who signed in once.
func (s *Simulator) Accounts() []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Account{}
	for _, a := range s.state.Accounts {
		row := Account{ID: a.ID, Phone: a.Phone, Name: a.Name, Password: a.hasPassword()}
		for _, k := range s.state.Keys {
			if k.Account == a.ID && !k.Pending {
				row.Sessions++
			}
		}
		for c := range s.conns {
			if s.signedIn(c, a.ID) {
				row.Connections++
			}
		}
		out = append(out, row)
	}
	return out
}

// signedIn reports whether a connection is one of an account's. The caller holds the lock.
func (s *Simulator) signedIn(c *conn, id int64) bool {
	k := s.state.Keys[keyName(c.key.ID)]
	return c.session != nil && k != nil && k.Account == id && !k.Pending
}

// Messages returns the private messages of an account, the first first.
func (s *Simulator) Messages(id int64) ([]Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(id)
	if a == nil {
		return nil, false
	}
	return append([]Message{}, a.Messages...), true
}

// Write lets a person write to an account, which hears of it if it is there. ok is false when there
// is no such account.
func (s *Simulator) Write(ctx context.Context, id int64, from Person, text string) (m Message, ok bool, err error) {
	s.mu.Lock()
	a := s.account(id)
	if a == nil {
		s.mu.Unlock()
		return m, false, nil
	}
	p := s.person(from.ID)
	if p == nil {
		p = &Person{ID: from.ID, AccessHash: accessHash(from.ID)}
		s.state.People = append(s.state.People, p)
	}
	p.FirstName, p.LastName, p.Username = from.FirstName, from.LastName, from.Username
	m = s.add(a, Message{Person: p.ID, Text: text})
	err = s.save()
	s.mu.Unlock()
	if err == nil {
		s.tell(ctx, a, nil, p.ID, func(l layer) tg.UpdateClass { return l.written(a, m) })
	}
	return m, true, err
}

// Revoke ends all sessions of an account, as its person does in the settings of the phone.
func (s *Simulator) Revoke(id int64) (bool, error) {
	s.mu.Lock()
	if s.account(id) == nil {
		s.mu.Unlock()
		return false, nil
	}
	gone := map[string]bool{}
	for name, k := range s.state.Keys {
		if k.Account == id {
			k.Account, k.Pending, gone[name] = 0, false, true
		}
	}
	err := s.save()
	s.mu.Unlock()
	s.hangUp(func(c *conn) bool { return gone[keyName(c.key.ID)] })
	return true, err
}

// HangUp ends the connections of an account, which is free to come back.
func (s *Simulator) HangUp(id int64) {
	s.hangUp(func(c *conn) bool { return s.signedIn(c, id) })
}

// Telethon signs a number in and returns the session in Telethon's form, for imports.
func (s *Simulator) Telethon(phone string) (string, bool, error) {
	if !phonePattern.MatchString(strings.TrimPrefix(phone, "+")) {
		return "", false, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.byPhone("+" + strings.TrimPrefix(phone, "+"))
	dc := home(a.Phone)
	key := crypto.Key(random(256)).WithID()
	s.state.Keys[keyName(key.ID)] = &authKey{Value: key.Value[:], Account: a.ID, DC: dc}
	raw := binary.BigEndian.AppendUint16([]byte{byte(dc), 127, 0, 0, 1}, uint16(s.ports[dc]))
	return "1" + base64.URLEncoding.EncodeToString(append(raw, key.Value[:]...)), true, s.save()
}

// Calls tells how often a method was answered since the start.
func (s *Simulator) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Routes adds the controls to a mux. guard decides who may use them.
func (s *Simulator) Routes(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	const base = "/sandbox/api/telegram/accounts"
	handle := func(pattern string, h http.HandlerFunc) { mux.Handle(pattern, guard(h)) }
	handle("GET "+base, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, 200, map[string]any{"items": s.Accounts()}) })
	handle("GET "+base+"/{id}/messages", s.listMessages)
	handle("POST "+base+"/{id}/messages", s.writeMessage)
	handle("POST "+base+"/{id}/revoke", s.revoke)
	handle("POST "+base+"/{id}/hang-up", func(w http.ResponseWriter, r *http.Request) {
		s.HangUp(pathID(r))
		w.WriteHeader(http.StatusNoContent)
	})
	handle("POST "+base+"/accept-qr", s.acceptQR)
	handle("POST "+base+"/telethon", s.telethon)
	handle("GET /sandbox/api/telegram/account-faults", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		list := append([]Fault{}, s.faults...)
		s.mu.Unlock()
		writeJSON(w, 200, map[string]any{"items": list})
	})
	handle("PUT /sandbox/api/telegram/account-faults", s.putFaults)
}

func pathID(r *http.Request) int64 {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	return id
}

func (s *Simulator) listMessages(w http.ResponseWriter, r *http.Request) {
	list, ok := s.Messages(pathID(r))
	if !ok {
		refuse(w, 404, "not_found", noSuch)
		return
	}
	writeJSON(w, 200, map[string]any{"items": list})
}

func (s *Simulator) writeMessage(w http.ResponseWriter, r *http.Request) {
	var in struct {
		From Person `json:"from"`
		Text string `json:"text"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	if in.From.ID <= 0 || in.From.FirstName == "" || in.Text == "" {
		refuse(w, 400, "malformed", "from.id, from.first_name and text are needed")
		return
	}
	m, ok, err := s.Write(r.Context(), pathID(r), in.From, in.Text)
	answer(w, m, ok, err)
}

func (s *Simulator) revoke(w http.ResponseWriter, r *http.Request) {
	ok, err := s.Revoke(pathID(r))
	answer(w, map[string]bool{"revoked": ok}, ok, err)
}

func (s *Simulator) acceptQR(w http.ResponseWriter, r *http.Request) {
	var in struct {
		URL   string `json:"url"`
		Phone string `json:"phone"`
	}
	if readJSON(w, r, &in) {
		ok, err := s.AcceptQR(r.Context(), in.URL, in.Phone)
		answer(w, map[string]bool{"accepted": ok}, ok, err)
	}
}

func (s *Simulator) telethon(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Phone string `json:"phone"`
	}
	if readJSON(w, r, &in) {
		session, ok, err := s.Telethon(in.Phone)
		answer(w, map[string]string{"session": session}, ok, err)
	}
}

func (s *Simulator) putFaults(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Items []Fault `json:"items"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	for _, f := range in.Items {
		if !slices.Contains([]FaultKind{FaultFloodWait, FaultError, FaultDrop}, f.Kind) || f.Times < 1 || f.Kind == FaultError && (f.Code == 0 || f.Error == "") {
			refuse(w, 400, "malformed", "a fault has a kind (flood_wait, error with code and error, drop) and times")
			return
		}
	}
	s.SetFaults(in.Items...)
	writeJSON(w, 200, map[string]any{"items": in.Items})
}

func answer(w http.ResponseWriter, body any, ok bool, err error) {
	switch {
	case err != nil:
		refuse(w, 500, "failed", err.Error())
	case !ok:
		refuse(w, 404, "not_found", noSuch)
	default:
		writeJSON(w, 200, body)
	}
}

const noSuch = "There is no such account, number or code"

func refuse(w http.ResponseWriter, status int, code, detail string) {
	encode(w, "application/problem+json", status, map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "code": code, "detail": detail})
}

// readJSON reads a small JSON body; false means that it was answered.
func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		refuse(w, 400, "malformed", err.Error())
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	encode(w, "application/json", status, body)
}

func encode(w http.ResponseWriter, kind string, status int, body any) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone: nobody to tell
}
