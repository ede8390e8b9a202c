// Command promostack is the whole program: `up` runs everything on one machine; `api`, `worker`
// and `sandbox` are its parts; the rest are tools for operators.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // schedules have time zones, and a container may know none

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := root().ExecuteContext(ctx)
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		explain(os.Stderr, err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "promostack",
		Short:         "Branded promo images in seconds, and the Telegram side of the business around them",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.AddCommand(upCommand(), apiCommand(), workerCommand(), sandboxCommand(), setupCommand(), healthCommand(), migrateCommand(),
		doctorCommand(), resealCommand(), renderCommand(), backtestCommand(), verifyCommand(), benchCommand(), versionCommand())
	return cmd
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run:   func(cmd *cobra.Command, _ []string) { cmd.Println("promostack " + version) },
	}
}

// explain prints an error for a person: what is wrong, each field on its own line, what to do.
func explain(w io.Writer, err error) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		_, _ = fmt.Fprintln(w, "promostack:", err)
		return
	}
	if around := err.Error(); around != f.Error() && strings.HasSuffix(around, f.Error()) {
		_, _ = fmt.Fprintln(w, "promostack:", strings.TrimSuffix(around, f.Error())+f.Message)
	} else if len(f.Fields) == 1 && f.Fields[0].Message == f.Message {
		_, _ = fmt.Fprintf(w, "promostack: %s: %s\n", f.Fields[0].Name, f.Message)
	} else {
		_, _ = fmt.Fprintln(w, "promostack:", f.Message)
	}
	for _, field := range f.Fields {
		if len(f.Fields) == 1 && field.Message == f.Message {
			break // the first line says it, with the field's name
		}
		_, _ = fmt.Fprintf(w, "  %s: %s\n", field.Name, field.Message)
	}
	if f.Remedy != "" {
		_, _ = fmt.Fprintln(w, "  →", f.Remedy)
	}
	if f.Cause != nil && len(f.Fields) == 0 {
		_, _ = fmt.Fprintln(w, "  cause:", f.Cause)
	}
}
