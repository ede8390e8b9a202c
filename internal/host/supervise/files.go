package supervise

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
)

const logLimit = 10 << 20 // bytes

// rotate keeps a log under the limit: one that grew over it is copied to "….1" and emptied. The
// child goes on writing to the same file, which is open for appending.
func rotate(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() <= logLimit {
		return nil
	}
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	to, err := os.OpenFile(path+".1", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, from); err != nil {
		return errors.Join(err, to.Close())
	}
	return errors.Join(to.Close(), os.Truncate(path, 0))
}

// openLog appends to a log file.
func openLog(path string) (*os.File, error) {
	if err := rotate(path); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// tail returns the last n lines of a file, for an error message.
func tail(path string, n int) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// writePid notes which process it is. The start time tells it from a later process that was
// given the same number.
func writePid(path string, pid int) error {
	return os.WriteFile(path, fmt.Appendf(nil, "%d %s\n", pid, startTime(pid)), 0o600)
}

// endOrphan kills the process that a pid file names, if it is still that process.
func endOrphan(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var pid int
	var start string
	_, err = fmt.Sscan(string(b), &pid, &start)
	if err == nil && pid > 1 && start != "" && startTime(pid) == start {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
		_ = syscall.Kill(pid, syscall.SIGKILL)
		deadline := time.Now().Add(5 * time.Second)
		for startTime(pid) == start {
			if time.Now().After(deadline) {
				return fmt.Errorf("process %d, left by an earlier start, does not end: end it by hand", pid)
			}
			time.Sleep(readyPoll)
		}
	}
	return os.Remove(path)
}
