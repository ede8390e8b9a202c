package supervise

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// attributes puts a child into a group of its own that is killed when this process dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// startTime returns when a process began, in clock ticks since boot, or "" when there is none or
// it is dead and only waits to be reaped (proc(5), fields 3 and 22 of stat).
func startTime(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	_, rest, ok := strings.Cut(string(b), ") ")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 20 || fields[0] == "Z" {
		return ""
	}
	return fields[19]
}
