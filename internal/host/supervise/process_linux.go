package supervise

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// attributes puts a child into a group of its own that is killed when this process dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// startTime returns when a process began, in clock ticks since boot, or "" when there is none or
// it is dead and only waits to be reaped (proc(5), fields 3 and 22 of stat).
func startTime(pid int) string {
	fields := stat(pid)
	if len(fields) < 20 || fields[0] == "Z" {
		return ""
	}
	return fields[19]
}

// stat returns the fields of a process's stat from the third on (proc(5)).
func stat(pid int) []string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return strings.Fields(rest)
}

// usage reads fields 14 and 15 of stat, in ticks of which Linux shows 100 a second, and VmHWM of
// status, in kB.
func usage(pid int) (Usage, bool) {
	fields := stat(pid)
	if len(fields) < 13 {
		return Usage{}, false
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	kernel, kernelErr := strconv.ParseInt(fields[12], 10, 64)
	status, readErr := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	peak, peakErr := kibibytes(string(status), "VmHWM:")
	now, nowErr := kibibytes(string(status), "VmRSS:")
	u := Usage{CPU: time.Duration(user+kernel) * 10 * time.Millisecond, Peak: peak, Now: now}
	return u, errors.Join(err, kernelErr, readErr, peakErr, nowErr) == nil
}

// kibibytes reads a line of a process's status, as bytes.
func kibibytes(status, name string) (n int64, err error) {
	_, rest, _ := strings.Cut(status, name)
	_, err = fmt.Sscan(rest, &n)
	return n << 10, err
}
