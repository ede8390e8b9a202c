package bytecache

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func value(v string, bytes int) func() (string, int, error) {
	return func() (string, int, error) { return v, bytes, nil }
}

func TestKeepsToItsLimit(t *testing.T) {
	c := New[string, string](10)
	made := func(key, want string, bytes int) {
		got, err := c.Make(key, value(want, bytes))
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.LessOrEqual(t, c.used, 10)
	}
	kept := func(key string) bool { _, ok := c.Get(key); return ok }
	made("a", "A", 4)
	made("b", "B", 4)
	require.True(t, kept("a"))
	made("c", "C", 4)
	require.False(t, kept("b"), "the one that was used longest ago makes room")
	require.True(t, kept("a"))
	made("huge", "H", 11)
	require.False(t, kept("huge"))
	require.Equal(t, 8, c.used)
	got, err := c.Make("a", value("never", 1))
	require.NoError(t, err)
	require.Equal(t, "A", got, "it is there already")
}

func TestAnErrorIsNotKept(t *testing.T) {
	c := New[string, string](10)
	_, err := c.Make("a", func() (string, int, error) { return "", 0, errors.New("away") })
	require.EqualError(t, err, "away")
	got, err := c.Make("a", value("A", 4))
	require.NoError(t, err)
	require.Equal(t, "A", got)
	require.Empty(t, c.making)
}

// Those who ask while a value is made get the same one.
func TestMakesAValueOnce(t *testing.T) {
	c := New[string, int](10)
	started, end := make(chan struct{}), make(chan struct{})
	made := 0
	var wait sync.WaitGroup
	ask := func(build func() (int, int, error)) {
		wait.Go(func() {
			got, err := c.Make("a", build)
			if err != nil || got != 1 {
				t.Errorf("got %d, %v", got, err)
			}
		})
	}
	ask(func() (int, int, error) { close(started); <-end; made++; return 1, 4, nil })
	<-started
	for range 5 {
		ask(func() (int, int, error) { made++; return 2, 4, nil })
	}
	close(end)
	wait.Wait()
	require.Equal(t, 1, made)
	require.Equal(t, 4, c.used)
}

// A panic while a value is made poisons nothing: it is made anew, also for those who waited for it.
func TestForgetsWhatPanicked(t *testing.T) {
	c := New[string, int](100)
	require.Panics(t, func() { _, _ = c.Make("a", func() (int, int, error) { panic("once") }) })
	require.Empty(t, c.making)
	require.Zero(t, c.kept.Len())

	started, end := make(chan struct{}), make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		defer func() { _ = recover() }()
		_, _ = c.Make("b", func() (int, int, error) { close(started); <-end; panic("once") })
	})
	<-started
	got := make(chan int, 1)
	wait.Go(func() {
		v, _ := c.Make("b", func() (int, int, error) { return 2, 10, nil })
		got <- v
	})
	close(end)
	wait.Wait()
	require.Equal(t, 2, <-got)
	require.Equal(t, 10, c.used)
}
