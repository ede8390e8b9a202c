// Package leaks looks for secrets where none may be: in logs, databases, answers and histories.
package leaks

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// tokenForm is a bot's token, as @BotFather gives it and as the sandbox makes it.
var tokenForm = regexp.MustCompile(`\d{8,12}:[A-Za-z0-9_-]{35}\b`)

// loginForm is what a QR code of Telegram's signs in with.
var loginForm = regexp.MustCompile(`tg://login\?token=[A-Za-z0-9_=-]{8,}`)

// minSecret is the least length of a given secret that is looked for: shorter ones are in every
// file by chance.
const minSecret = 6

// In tells which secrets are in data: tokens of bots, logins, and those that are given. It names a
// secret by its beginning alone.
func In(data []byte, secrets ...string) (found []string) {
	for _, form := range []*regexp.Regexp{tokenForm, loginForm} {
		for _, match := range form.FindAll(data, 3) {
			found = append(found, shorten(string(match)))
		}
	}
	for _, secret := range secrets {
		if len(secret) >= minSecret && bytes.Contains(data, []byte(secret)) {
			found = append(found, shorten(secret))
		}
	}
	return found
}

func shorten(secret string) string { return secret[:min(len(secret), 14)] + "…" }

// Files looks through the logs and databases of a data folder. secrets.env, where `up` keeps its own
// secrets, is what it must not find elsewhere.
func Files(folder string, secrets ...string) (found []string, err error) {
	secrets = append(secrets, Own(folder)...)
	for _, pattern := range []string{"logs/*", "*.db", "*.db-wal", "data/*.db", "data/*.db-wal"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			for _, secret := range In(data, secrets...) {
				found = append(found, fmt.Sprintf("%s holds %s", filepath.Base(file), secret))
			}
		}
	}
	return found, nil
}

// Own are the secrets that `up` made for itself in a data folder.
func Own(folder string) (secrets []string) {
	data, err := os.ReadFile(filepath.Join(folder, "secrets.env"))
	if err != nil {
		return nil // a folder of other programs
	}
	for line := range strings.Lines(string(data)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && !strings.HasPrefix(name, "#") && name != "SPACES_ACCESS_KEY" { // an access key is in every signed address
			secrets = append(secrets, strings.Trim(value, `"'`))
		}
	}
	return secrets
}
