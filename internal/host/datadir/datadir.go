// Package datadir knows the data folder of `promostack up`: where each part keeps its state, the
// secrets that were generated once, and whether a supervisor is running on it now.
package datadir

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/joho/godotenv"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
)

// Dir is a data folder.
type Dir struct{ path string }

// Addresses are where the parts of a running `up` listen, host:port each.
type Addresses struct {
	HTTP       string `json:"http"`
	Temporal   string `json:"temporal"`
	TemporalUI string `json:"temporal_ui"`
	S3         string `json:"s3"`
	Sandbox    string `json:"sandbox"`
	MTProto    string `json:"mtproto,omitempty"` // of the simulated Telegram for user accounts; empty is none
}

// Create makes the folder when it is missing, readable by its owner only.
func Create(path string) (*Dir, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	d := &Dir{path: abs}
	for _, sub := range []string{"", "run", "logs", "s3", "s3/objects", "s3/metadata"} {
		err := os.MkdirAll(d.Path(sub), 0o700)
		if err == nil {
			err = os.Chmod(d.Path(sub), 0o700) // it may have been there, open to others
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, "data_folder", "The data folder %s can't be created", path).
				WithRemedy("Choose another with --data").WithCause(err)
		}
	}
	return d, nil
}

// Open returns a folder that `up` has filled before.
func Open(path string) (*Dir, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	d := &Dir{path: abs}
	if _, err := os.Stat(d.secretsFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Forbidden, "data_folder_unreadable", "The data folder %s can't be read", path).
			WithRemedy("Run this as the user who runs `promostack up`").WithCause(err)
	} else if err != nil {
		return nil, fault.New(fault.NotFound, "no_data_folder", "There is no PromoStack data in %s", path).
			WithRemedy("Start `promostack up` once, name another folder with --data, or set DATABASE_URL").WithCause(err)
	}
	return d, nil
}

// Path joins parts to the folder's absolute path.
func (d *Dir) Path(parts ...string) string {
	return filepath.Join(append([]string{d.path}, parts...)...)
}

func (d *Dir) secretsFile() string { return d.Path("secrets.env") }

// Secrets returns the settings that were generated at the first start, making those that are
// missing. The file has mode 0600.
func (d *Dir) Secrets() (config.Env, error) {
	env, err := config.ReadFile(d.secretsFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	changed := false
	for _, name := range []string{"SECRET_KEY", "ADMIN_PASSWORD", "SPACES_ACCESS_KEY", "SPACES_SECRET_KEY"} {
		if env[name] != "" {
			continue
		}
		env[name] = rand.Text()
		if name != "ADMIN_PASSWORD" {
			env[name] += rand.Text()
		}
		changed = true
	}
	if !changed {
		return env, os.Chmod(d.secretsFile(), 0o600)
	}
	text, err := godotenv.Marshal(env)
	if err != nil {
		return nil, err
	}
	text = "# Made at the first start. Whoever reads this file can read everything that PromoStack seals.\n" + text + "\n"
	return env, WriteFile(d.secretsFile(), []byte(text))
}

// WriteFile replaces a file in one step, with mode 0600, so that a crash leaves the old or the
// new one and never half of it.
func WriteFile(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Chmod(0o600), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// Settings returns the settings under which the parts find each other. What the environment
// sets itself goes first: the caller lays it over these.
func (d *Dir) Settings(a Addresses) (config.Env, error) {
	env, err := d.Secrets()
	if err != nil {
		return nil, err
	}
	for k, v := range map[string]string{
		"DATABASE_URL":         "sqlite://" + d.Path("promostack.db"),
		"HTTP_ADDRESS":         a.HTTP,
		"PUBLIC_URL":           "http://" + Reachable(a.HTTP),
		"TEMPORAL_ADDRESS":     a.Temporal,
		"TEMPORAL_UI_URL":      "http://" + a.TemporalUI,
		"SPACES_ENDPOINT":      "http://" + a.S3,
		"SPACES_PATH_STYLE":    "true",
		"SANDBOX":              "on",
		"SANDBOX_ADDRESS":      a.Sandbox,
		"SANDBOX_DATA":         d.Path("sandbox.db"),
		"TELEGRAM_API_URL":     "http://" + a.Sandbox + config.SandboxTelegram,
		"TELEGRAM_BOT_TOKEN":   SandboxPromoToken,
		"FOREX_BOT_TOKEN":      SandboxSignalToken,
		"FUNDERPRO_API_URL":    "http://" + a.Sandbox + "/sandbox/funderpro",
		"FUNDERPRO_API_KEY":    "sandbox",
		"FUNDERPRO_PRODUCT_ID": "demo",
	} {
		env[k] = v
	}
	if a.MTProto != "" {
		env["TELEGRAM_APP_ID"], env["TELEGRAM_APP_HASH"] = "1", "sandbox"
		env["TELEGRAM_MTPROTO_ADDRESS"], env["TELEGRAM_MTPROTO_KEY"] = a.MTProto, d.Path("sandbox-telegram", "public.pem")
	}
	// Listening on an address of its own, the dashboard is opened by that address.
	host, _, err := net.SplitHostPort(Reachable(a.HTTP))
	if ip := net.ParseIP(host); err == nil && ip != nil && !ip.IsLoopback() {
		env["ADMIN_HOST"], env["DASH_HOST"] = host, host
	}
	return env, nil
}

// lockPatience is how long Lock waits for another command's short look at the lock to end.
const lockPatience = 500 * time.Millisecond

// Lock takes the folder for one supervisor until the returned function is called or the process
// ends, however it ends.
func (d *Dir) Lock() (unlock func(), err error) {
	f, err := d.flock(syscall.LOCK_EX)
	for deadline := time.Now().Add(lockPatience); errors.Is(err, syscall.EWOULDBLOCK) && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
		f, err = d.flock(syscall.LOCK_EX)
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fault.New(fault.Conflict, "data_folder_in_use", "Another `promostack up` runs on %s", d.path).
			WithRemedy("Stop it, or choose another folder with --data").WithCause(err)
	}
	if err != nil {
		return nil, err
	}
	// What an earlier supervisor announced no longer holds.
	if err := os.Remove(d.announcement()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = os.Remove(d.announcement()); _ = f.Close() }, nil
}

func (d *Dir) flock(how int) (*os.File, error) {
	f, err := os.OpenFile(d.Path("run", "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func (d *Dir) announcement() string { return d.Path("run", "addresses.json") }

// Announce notes where the parts of this supervisor listen, for the other commands.
func (d *Dir) Announce(a Addresses) error {
	b, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(d.announcement(), b)
}

// Running returns where the parts listen, and whether a supervisor holds the folder. While it is
// still starting, the error says so.
func (d *Dir) Running() (a Addresses, running bool, err error) {
	f, err := d.flock(syscall.LOCK_SH)
	if err == nil {
		return a, false, f.Close()
	}
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return a, false, err
	}
	b, err := os.ReadFile(d.announcement())
	if errors.Is(err, fs.ErrNotExist) {
		return a, false, fault.New(fault.Unavailable, "starting", "PromoStack is just starting on %s", d.path).
			WithRemedy("Try again when it says that it is ready").WithCause(err)
	}
	if err != nil {
		return a, false, err
	}
	return a, true, json.Unmarshal(b, &a)
}

// Reachable is the address under which this machine's browser reaches a listener: one that
// listens everywhere is reached by loopback.
func Reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Tokens of the two bots that a sandbox of `up` knows by name. They open nothing but the sandbox.
const (
	SandboxPromoToken  = "7000000001:the-promo-bot-of-the-local-sandbox_"
	SandboxSignalToken = "7000000002:the-signal-bot-of-the-local-sandbox"
)
