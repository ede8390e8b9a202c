package temporal

import (
	"fmt"
	"net"
)

// WebUIPath is the public path of Temporal's Web UI, which the dashboard shows there.
const WebUIPath = "/temporal"

// DevServerArgs returns the arguments with which the official CLI runs as the Temporal server of
// `promostack up`: durable in one SQLite file, Web UI under WebUIPath, eager activities.
// The pragmas double its throughput. Its one shard looks for new tasks 20 times a second unless told
// otherwise, which holds up each turn by up to 50 ms; more often than 100 times costs more than it gives.
func DevServerArgs(file, address, uiAddress string) ([]string, error) {
	ip, port, err := splitLoopback(address)
	if err != nil {
		return nil, fmt.Errorf("--temporal: %w", err)
	}
	uiIP, uiPort, err := splitLoopback(uiAddress)
	if err != nil {
		return nil, fmt.Errorf("--temporal-ui: %w", err)
	}
	return []string{
		"server", "start-dev", "--ip", ip, "--port", port, "--ui-ip", uiIP, "--ui-port", uiPort,
		"--db-filename", file,
		"--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal", "--sqlite-pragma", "temp_store=memory",
		"--dynamic-config-value", "system.enableActivityEagerExecution=true",
		"--dynamic-config-value", "matching.enableFairness=true",
		"--dynamic-config-value", "history.transferProcessorMaxPollRPS=100",
		"--ui-public-path", WebUIPath,
		"--log-level", "warn", "--log-format", "json",
	}, nil
}

func splitLoopback(address string) (ip, port string, err error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", "", err
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if net.ParseIP(host) == nil {
		return "", "", fmt.Errorf("%q is no IP address", host)
	}
	return host, port, nil
}
