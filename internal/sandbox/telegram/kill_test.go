package telegram_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/sandbox/telegram"
	"github.com/promostack/promostack/internal/test/testkit"
)

// fileOfChild names the database of the process that TestNothingAnsweredIsLost kills.
const fileOfChild = "SANDBOX_TEST_FILE"

// TestTheChildThatIsKilled sends messages without end and tells each answer. It does so in a
// process of its own alone.
func TestTheChildThatIsKilled(t *testing.T) {
	file := os.Getenv(fileOfChild)
	if file == "" {
		return // this is the parent
	}
	w := start(t, file)
	w.unlimited()
	w.say(ada, "/start")
	for i := 0; ; i++ {
		var m sentMessage
		w.must("sendMessage", map[string]any{"chat_id": ada, "text": strconv.Itoa(i)}, &m)
		_, _ = fmt.Fprintf(os.Stdout, "answered %d\n", m.ID)
	}
}

// Whatever was answered is there after kill -9, message and line of the log alike, and nothing is
// there twice.
func TestNothingAnsweredIsLost(t *testing.T) {
	file := testkit.SQLite(t)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestTheChildThatIsKilled$", "-test.v")
	child.Env = append(os.Environ(), fileOfChild+"="+file)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	var answered []int64
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "answered "); ok {
			id, err := strconv.ParseInt(text, 10, 64)
			require.NoError(t, err)
			answered = append(answered, id)
		}
		if len(answered) == 200 {
			require.NoError(t, child.Process.Kill())
		}
	}
	require.Error(t, child.Wait())
	require.GreaterOrEqual(t, len(answered), 200)

	w := start(t, file)
	seen, logged := map[int64]int{}, map[int64]int{}
	var list struct {
		Items []struct{ Message sentMessage }
	}
	w.order("GET", "/chats/"+strconv.FormatInt(ada, 10)+"/messages?limit=1000", "", &list)
	for _, item := range list.Items {
		seen[item.Message.ID]++
	}
	var log struct{ Items []telegram.Call }
	w.order("GET", "/calls?method=sendMessage&limit=1000", "", &log)
	for _, c := range log.Items {
		logged[c.MessageID]++
	}
	for _, id := range answered {
		require.Equal(t, 1, seen[id], "message %d", id)
		require.Equal(t, 1, logged[id], "call of message %d", id)
	}
	w.must("sendMessage", map[string]any{"chat_id": ada, "text": "and on"}, nil)
	var updates []heard
	w.must("getUpdates", nil, &updates)
	require.Len(t, updates, 1, "the update still waits")
}
