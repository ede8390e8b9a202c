package mtproto

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gotd/td/crypto"
)

// state is what survives a restart.
type state struct {
	Keys       map[string]*authKey `json:"keys"` // by their ids in hex
	Accounts   []*account          `json:"accounts"`
	People     []*Person           `json:"people"`
	SecondPort int                 `json:"second_port,omitempty"` // of the second data centre
}

// authKey is a key that a client agreed on with one data centre, and who signed in with it.
type authKey struct {
	Value   []byte `json:"value"`
	DC      int    `json:"dc,omitempty"`    // none is the first one
	Layer   layer  `json:"layer,omitempty"` // which its client spoke last
	Account int64  `json:"account,omitempty"`
	Pending bool   `json:"pending,omitempty"` // the code was right, the password is missing
}

// account is a person with a phone number who signed in once.
type account struct {
	ID       int64     `json:"id"`
	Phone    string    `json:"phone"`
	Name     string    `json:"name"`
	Pts      int       `json:"pts"`
	NextID   int       `json:"next_id"`
	Messages []Message `json:"messages"`
	// Read says of each person up to which message the account has read.
	Read map[int64]readMark `json:"read,omitempty"`
}

// readMark is a message up to which was read, and when in the account's updates.
type readMark struct {
	Message int `json:"message"`
	Pts     int `json:"pts"`
}

// Person writes to accounts and is written to.
type Person struct {
	ID         int64  `json:"id"`
	FirstName  string `json:"first_name"`
	LastName   string `json:"last_name,omitempty"`
	Username   string `json:"username,omitempty"`
	AccessHash int64  `json:"-"`
}

// Message is one private message of an account.
type Message struct {
	ID       int       `json:"id"`
	Person   int64     `json:"person"`
	Out      bool      `json:"out"` // the account wrote it
	Text     string    `json:"text"`
	Entities []byte    `json:"entities,omitempty"` // of the text, as Telegram sends them
	Photo    string    `json:"photo,omitempty"`    // SHA-256 of an uploaded photo; Text is its caption
	Date     time.Time `json:"date"`
	Edited   time.Time `json:"edited,omitzero"`
	Pts      int       `json:"pts"`
	EditPts  int       `json:"edit_pts,omitempty"` // of the last edit
	RandomID int64     `json:"random_id,string,omitempty"`
}

func stateFile(folder string) string { return filepath.Join(folder, "telegram.json") }

// PublicKeyPath is the file by which clients know the simulated Telegram in a folder.
func PublicKeyPath(folder string) string { return filepath.Join(folder, "public.pem") }

// loadKey reads the server's key, or makes it with its public half beside.
func loadKey(folder string) (*rsa.PrivateKey, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	file := filepath.Join(folder, "private.pem")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		key, err := newKey()
		if err != nil {
			return nil, err
		}
		public := pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&key.PublicKey)})
		private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
		return key, errors.Join(write(PublicKeyPath(folder), public), write(file, private))
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key", file)
	}
	return x509.ParsePKCS1PrivateKey(block.Bytes)
}

// newKey makes a key whose fingerprint does not begin with a zero: @mtcute does not find those that do.
func newKey() (*rsa.PrivateKey, error) {
	for {
		key, err := rsa.GenerateKey(rand.Reader, crypto.RSAKeyBits)
		if err != nil || uint64(crypto.RSAFingerprint(&key.PublicKey))>>60 != 0 {
			return key, err
		}
	}
}

func loadState(folder string) (state, error) {
	s := state{Keys: map[string]*authKey{}}
	text, err := os.ReadFile(stateFile(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	for _, p := range s.People {
		p.AccessHash = accessHash(p.ID)
	}
	return s, err
}

// save writes the state. The caller holds the lock.
func (s *Simulator) save() error {
	text, err := json.Marshal(s.state)
	if err != nil {
		return err
	}
	return write(stateFile(s.o.Folder), text)
}

// write replaces a file in one step.
func write(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Chmod(0o600), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func keyName(id [8]byte) string { return hex.EncodeToString(id[:]) }

// accessHash is the same for all accounts here; the real ones differ.
func accessHash(id int64) int64 { return id*1_000_003 + 17 }

// authKey finds a key of a data centre.
func (s *Simulator) authKey(dc int, id [8]byte) (crypto.AuthKey, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.state.Keys[keyName(id)]
	if !ok || len(k.Value) != len(crypto.Key{}) || cmp.Or(k.DC, DC) != dc {
		return crypto.AuthKey{}, false
	}
	return crypto.Key(k.Value).WithID(), true
}

func (s *Simulator) addKey(dc int, key crypto.AuthKey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Keys[keyName(key.ID)] = &authKey{Value: key.Value[:], DC: dc}
	return s.save()
}

// account finds an account by its id. The caller holds the lock.
func (s *Simulator) account(id int64) *account {
	for _, a := range s.state.Accounts {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// byPhone finds the account of a number, and makes it at its first sign-in. The caller holds the lock.
func (s *Simulator) byPhone(phone string) *account {
	for _, a := range s.state.Accounts {
		if a.Phone == phone {
			return a
		}
	}
	number, _ := strconv.ParseInt(phone[len("+1555"):], 10, 64) // seven digits after 1555
	a := &account{ID: 7_000_000_000 + number, Phone: phone, Name: "Account " + phone[len(phone)-4:], Pts: 1, NextID: 1}
	s.state.Accounts = append(s.state.Accounts, a)
	return a
}

// person finds somebody by id. The caller holds the lock.
func (s *Simulator) person(id int64) *Person {
	for _, p := range s.state.People {
		if p.ID == id {
			return p
		}
	}
	return nil
}
