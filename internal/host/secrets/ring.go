// Package secrets keeps what must not be read: it seals values with AES-256-GCM and signs
// messages with HMAC-SHA256, both under keys derived from SECRET_KEY, and has the string type
// that no log and no answer can show.
package secrets

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
)

// MinKeyLength is the least number of characters that a SECRET_KEY may have. 32 characters of
// hex are 128 bits, the least that is still out of reach.
const MinKeyLength = 32

const (
	textVersion = "v1"
	byteVersion = 1
	idBytes     = 4
	nonceBytes  = 12
	tagBytes    = 16
)

// ErrUnreadable is in the chain of every failure to open a sealed value. A wrong key, a wrong
// purpose, a wrong context and a changed text look the same, since the difference helps only an
// attacker; a missing key is named, since an operator must know it.
var ErrUnreadable = errors.New("sealed value can't be opened")

// Ring holds the current key, which seals and signs, and earlier ones, which still open and
// verify. It is safe for concurrent use.
type Ring struct {
	keys []key // the current one first
}

// key is one root secret. What is used is derived from it, one key for each purpose, so that a
// value sealed for one purpose never opens for another.
type key struct {
	id   [idBytes]byte
	root []byte
}

// NewRing makes a ring from SECRET_KEY and the keys that it replaced. A key is any text of at
// least 32 characters; surrounding space is ignored. The error is a fault that names SECRET_KEY.
func NewRing(current string, previous ...string) (*Ring, error) {
	ring := &Ring{}
	for i, secret := range append([]string{current}, previous...) {
		secret = strings.TrimSpace(secret)
		name := "SECRET_KEY"
		if i > 0 {
			name = "SECRET_KEY_PREVIOUS"
			if secret == "" {
				continue
			}
		}
		if problem := weakness(secret); problem != "" {
			return nil, fault.InvalidField(name, "secret_key_weak", "%s %s", name, problem).
				WithRemedy("Set it to 32 random bytes, for instance the output of: openssl rand -base64 32")
		}
		k, err := newKey(secret)
		if err != nil {
			return nil, fmt.Errorf("derive keys from %s: %w", name, err)
		}
		ring.keys = append(ring.keys, k)
	}
	return ring, nil
}

// weakness says what is wrong with a root secret, or nothing.
func weakness(secret string) string {
	if secret == "" {
		return "is not set"
	}
	if len(secret) < MinKeyLength {
		return fmt.Sprintf("has %d characters, at least %d are needed", len(secret), MinKeyLength)
	}
	seen := map[rune]bool{}
	for _, r := range secret {
		seen[r] = true
	}
	// 32 random hex digits have fewer than 8 different ones about once in 25 million draws; a text like
	// "aaaa…" or "abababab…" always.
	if len(seen) < 8 {
		return "repeats too few characters to be random"
	}
	return ""
}

func newKey(secret string) (key, error) {
	root := sha256.Sum256([]byte(secret))
	id, err := hkdf.Key(sha256.New, root[:], nil, "promostack key id", idBytes)
	if err != nil {
		return key{}, err
	}
	return key{id: [idBytes]byte(id), root: root[:]}, nil
}

// derive returns the 32-byte key for one use ("seal" or "sign") and purpose.
func (k key) derive(use, purpose string) []byte {
	out, err := hkdf.Key(sha256.New, k.root, nil, "promostack "+use+" v1\x00"+purpose, 32)
	if err != nil {
		panic("secrets: HKDF refused a 32-byte key: " + err.Error()) // impossible for SHA-256
	}
	return out
}

func (k key) aead(purpose string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.derive("seal", purpose))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// KeyID names the current key: eight hex digits that tell nothing about the key itself.
func (r *Ring) KeyID() string { return hex.EncodeToString(r.keys[0].id[:]) }

// SealBytes encrypts under the current key. aad is bound to the result and needed to open it: the
// id of the row that holds it, so that a sealed value can't be moved to another row. The form is
// one version byte, the key's id, the nonce, the ciphertext with its tag.
func (r *Ring) SealBytes(purpose string, plaintext, aad []byte) ([]byte, error) {
	current := r.keys[0]
	gcm, err := current.aead(purpose)
	if err != nil {
		return nil, fmt.Errorf("seal for %s: %w", purpose, err)
	}
	out := make([]byte, 0, 1+idBytes+nonceBytes+len(plaintext)+tagBytes)
	out = append(out, byteVersion)
	out = append(out, current.id[:]...)
	nonce := make([]byte, nonceBytes)
	_, _ = rand.Read(nonce)
	out = append(out, nonce...)
	return gcm.Seal(out, nonce, plaintext, aad), nil
}

// OpenBytes decrypts what SealBytes made, with whichever key of the ring sealed it. The error has
// ErrUnreadable in its chain.
func (r *Ring) OpenBytes(purpose string, sealed, aad []byte) ([]byte, error) {
	if len(sealed) < 1+idBytes+nonceBytes+tagBytes || sealed[0] != byteVersion {
		return nil, unreadable(purpose, "it is not in this program's format")
	}
	k, ok := r.find([idBytes]byte(sealed[1 : 1+idBytes]))
	if !ok {
		return nil, unreadable(purpose, "its key "+hex.EncodeToString(sealed[1:1+idBytes])+" is not in the key ring")
	}
	gcm, err := k.aead(purpose)
	if err != nil {
		return nil, fmt.Errorf("open for %s: %w", purpose, err)
	}
	body := sealed[1+idBytes:]
	plaintext, err := gcm.Open(nil, body[:nonceBytes], body[nonceBytes:], aad)
	if err != nil {
		return nil, unreadable(purpose, "it was changed, or sealed for another purpose")
	}
	return plaintext, nil
}

// Seal is SealBytes as text: "v1.{key id}.{base64url}".
func (r *Ring) Seal(purpose string, plaintext, aad []byte) (string, error) {
	raw, err := r.SealBytes(purpose, plaintext, aad)
	if err != nil {
		return "", err
	}
	return textVersion + "." + r.KeyID() + "." + base64.RawURLEncoding.EncodeToString(raw[1+idBytes:]), nil
}

// Open decrypts what Seal made. The error has ErrUnreadable in its chain and shows no part of the
// sealed value.
func (r *Ring) Open(purpose, sealed string, aad []byte) ([]byte, error) {
	id, body, ok := parse(sealed)
	if !ok {
		return nil, unreadable(purpose, "it is not in this program's format")
	}
	raw := append([]byte{byteVersion}, id[:]...)
	return r.OpenBytes(purpose, append(raw, body...), aad)
}

// NeedsReseal tells that a sealed text was made with an earlier key, or is unreadable in form:
// whoever reads it should reseal it.
func (r *Ring) NeedsReseal(sealed string) bool {
	id, _, ok := parse(sealed)
	return !ok || id != r.keys[0].id
}

// Sign returns the 32-byte HMAC-SHA256 of a message under the current key.
func (r *Ring) Sign(purpose string, msg []byte) []byte { return r.keys[0].mac(purpose, msg) }

// Verify reports whether any key of the ring signed this message for this purpose. It takes the
// same time wherever the two differ.
func (r *Ring) Verify(purpose string, msg, mac []byte) bool {
	for _, k := range r.keys {
		if hmac.Equal(mac, k.mac(purpose, msg)) {
			return true
		}
	}
	return false
}

// String keeps the ring out of logs.
func (r *Ring) String() string { return "secrets.Ring(" + r.KeyID() + ")" }

// GoString keeps the ring out of %#v.
func (r *Ring) GoString() string { return r.String() }

func (k key) mac(purpose string, msg []byte) []byte {
	h := hmac.New(sha256.New, k.derive("sign", purpose))
	h.Write(msg)
	return h.Sum(nil)
}

func (r *Ring) find(id [idBytes]byte) (key, bool) {
	for _, k := range r.keys {
		if k.id == id {
			return k, true
		}
	}
	return key{}, false
}

// parse takes a sealed text apart.
func parse(sealed string) (id [idBytes]byte, body []byte, ok bool) {
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != textVersion || len(parts[1]) != 2*idBytes {
		return id, nil, false
	}
	if _, err := hex.Decode(id[:], []byte(parts[1])); err != nil {
		return id, nil, false
	}
	// Strict: without it, the spare bits of the last character could be changed unnoticed.
	body, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	return id, body, err == nil
}

func unreadable(purpose, why string) error {
	return fault.New(fault.Internal, "sealed_value_unreadable", "A stored secret (%s) can't be opened: %s", purpose, why).
		WithRemedy("If SECRET_KEY was changed, add the old one to SECRET_KEY_PREVIOUS").WithCause(ErrUnreadable)
}
