//go:build unix && !linux

package supervise

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// attributes puts a child into a group of its own; without Linux's parent-death signal the pid
// file is what ends an orphan at the next start.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// startTime returns when a process began, or "" when there is none.
func startTime(pid int) string {
	out, err := exec.Command("ps", "-o", "lstart=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(strings.TrimSpace(string(out)), " ", "_")
}

// usage is not available here.
func usage(int) (Usage, bool) { return Usage{}, false }
