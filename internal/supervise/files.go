package supervise

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

const logLimit = 10 << 20 // bytes

// openLog appends to a log file; one that grew over the limit is kept once as "….1".
func openLog(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
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
