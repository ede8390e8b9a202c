package mtproto

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"math/big"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/crypto/srp"
	"github.com/gotd/td/exchange"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

// srpSession is the server's side of one password check (core.telegram.org/api/srp).
type srpSession struct {
	key          string
	salt1, salt2 []byte
	p, v, b, gb  *big.Int
}

const srpG = 3

// srpPrime is the prime of the key exchange; clients know it as a safe one.
func srpPrime() (*big.Int, error) { return exchange.TestServerRNG{}.DhPrime() }

func (s *Simulator) getPassword(c *conn, a *account, _ *bin.Buffer) (reply, error) {
	if key := s.state.Keys[keyName(c.key.ID)]; key.Account != 0 {
		a = s.account(key.Account)
	}
	out := &tg.AccountPassword{NewAlgo: &tg.PasswordKdfAlgoUnknown{}, NewSecureAlgo: &tg.SecurePasswordKdfAlgoUnknown{}, SecureRandom: random(256)}
	if a == nil {
		return reply{}, tgerr.New(401, "AUTH_KEY_UNREGISTERED")
	}
	if !a.hasPassword() {
		out.SetFlags()
		return reply{result: out}, nil
	}
	p, err := srpPrime()
	if err != nil {
		return reply{}, err
	}
	session := &srpSession{key: keyName(c.key.ID), salt2: random(16), p: p}
	input := srp.Input{Salt1: random(8), Salt2: session.salt2, G: srpG, P: p.Bytes()}
	hash, salt1, err := srp.NewSRP(rand.Reader).NewHash([]byte(Password), input)
	if err != nil {
		return reply{}, err
	}
	session.salt1, session.v = salt1, new(big.Int).SetBytes(hash)
	// g_b = k·v + g^b (mod p)
	session.b = new(big.Int).SetBytes(random(256))
	session.gb = new(big.Int).Exp(big.NewInt(srpG), session.b, p)
	session.gb.Add(session.gb, new(big.Int).Mul(session.k(), session.v)).Mod(session.gb, p)
	id := randomID()
	s.srps[id] = session
	out.HasPassword, out.Hint = true, "the name of this place"
	out.CurrentAlgo = &tg.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow{Salt1: salt1, Salt2: session.salt2, G: srpG, P: p.Bytes()}
	out.SRPID, out.SRPB = id, padded(session.gb)
	out.SetFlags()
	return reply{result: out}, nil
}

func (s *Simulator) checkPassword(c *conn, _ *account, b *bin.Buffer) (reply, error) {
	var in tg.AuthCheckPasswordRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	given, ok := in.Password.(*tg.InputCheckPasswordSRP)
	if !ok {
		return reply{}, tgerr.New(400, "PASSWORD_HASH_INVALID")
	}
	key := s.state.Keys[keyName(c.key.ID)]
	session := s.srps[given.SRPID]
	if session == nil || session.key != keyName(c.key.ID) || key.Account == 0 {
		return reply{}, tgerr.New(400, "SRP_ID_INVALID")
	}
	delete(s.srps, given.SRPID)
	if subtle.ConstantTimeCompare(session.proof(given.A), given.M1) != 1 {
		return reply{}, tgerr.New(400, "PASSWORD_HASH_INVALID")
	}
	return s.welcome(c, s.account(key.Account), true)
}

// k = H(p | g)
func (s *srpSession) k() *big.Int {
	return new(big.Int).SetBytes(hash(padded(s.p), padded(big.NewInt(srpG))))
}

// proof is the M1 of who knows the password: H(H(p) xor H(g) | H(salt1) | H(salt2) | g_a | g_b | k_a).
func (s *srpSession) proof(a []byte) []byte {
	ga := new(big.Int).SetBytes(a)
	u := new(big.Int).SetBytes(hash(padded(ga), padded(s.gb)))
	// s_b = (g_a · v^u)^b
	secret := new(big.Int).Exp(s.v, u, s.p)
	secret.Mul(secret, ga).Exp(secret, s.b, s.p)
	both := hash(padded(s.p))
	for i, g := range hash(padded(big.NewInt(srpG))) {
		both[i] ^= g
	}
	return hash(both, hash(s.salt1), hash(s.salt2), padded(ga), padded(s.gb), hash(padded(secret)))
}

func hash(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func padded(n *big.Int) []byte {
	var out [256]byte
	crypto.FillBytes(n, out[:])
	return out[:]
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
