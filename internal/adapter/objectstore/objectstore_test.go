package objectstore_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, c objectstore.Config) *objectstore.Store {
	t.Helper()
	store, err := objectstore.New(c)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

func requireCode(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, kind, fault.From(err).Kind, "%v", err)
	require.Equal(t, code, fault.From(err).Code, "%v", err)
}

func TestObjects(t *testing.T) {
	store := open(t, testkit.S3(t))
	ctx := context.Background()
	require.NoError(t, store.EnsureBucket(ctx), "a second time is fine")
	took, err := store.Ping(ctx)
	require.NoError(t, err)
	require.Positive(t, took)

	big := make([]byte, 6<<20)
	_, _ = rand.Read(big)
	for key, data := range map[string][]byte{"a/empty": {}, "a/small.txt": []byte("hello"), "a/b c+ü&=?#%.png": []byte("odd"), "big": big} {
		require.NoError(t, store.Put(ctx, key, "image/png", data, "public, max-age=60"), key)
		got, info, err := store.Get(ctx, key, 8<<20)
		require.NoError(t, err, key)
		require.True(t, bytes.Equal(data, got), key)
		require.Equal(t, "image/png", info.ContentType)
		require.Equal(t, int64(len(data)), info.Size)
		head, err := store.Head(ctx, key)
		require.NoError(t, err)
		require.Equal(t, info, head)
		require.NotEmpty(t, head.ETag)
		require.NotContains(t, head.ETag, `"`)
		require.False(t, head.Modified.IsZero())
	}
	_, _, err = store.Get(ctx, "big", 1<<20)
	requireCode(t, err, fault.TooLarge, "object_too_large")
	body, info, err := store.Open(ctx, "big")
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, body)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	require.Equal(t, info.Size, n)

	_, _, err = store.Get(ctx, "nothing", 10)
	requireCode(t, err, fault.NotFound, "object_not_found")
	_, err = store.Head(ctx, "nothing")
	requireCode(t, err, fault.NotFound, "object_not_found")

	require.NoError(t, store.Put(ctx, "a/small.txt", "text/plain", []byte("replaced"), ""))
	got, _, err := store.Get(ctx, "a/small.txt", 100)
	require.NoError(t, err)
	require.Equal(t, "replaced", string(got))

	var keys []string
	collect := func(i objectstore.Info) error { keys = append(keys, i.Key); return nil }
	require.NoError(t, store.List(ctx, "a/", collect))
	require.Equal(t, []string{"a/b c+ü&=?#%.png", "a/empty", "a/small.txt"}, keys)
	boom := errors.New("boom")
	require.ErrorIs(t, store.List(ctx, "", func(objectstore.Info) error { return boom }), boom)

	require.NoError(t, store.Delete(ctx, "a/empty"))
	require.NoError(t, store.Delete(ctx, "a/empty"))
	_, err = store.Head(ctx, "a/empty")
	requireCode(t, err, fault.NotFound, "object_not_found")
}

func TestListGoesOverPages(t *testing.T) {
	store := open(t, testkit.S3(t))
	ctx := context.Background()
	const many = 1010 // a page has 1,000
	for i := range many {
		require.NoError(t, store.Put(ctx, fmt.Sprintf("p/%04d", i), "text/plain", nil, ""))
	}
	n := 0
	require.NoError(t, store.List(ctx, "p/", func(objectstore.Info) error { n++; return nil }))
	require.Equal(t, many, n)
}

func TestStoreGoesAndComesBack(t *testing.T) {
	server := testkit.NewS3Server(t)
	store := open(t, server.Config)
	ctx := context.Background()
	require.NoError(t, store.Put(ctx, "k", "text/plain", []byte("kept"), ""))
	server.Stop(t)
	for range 3 {
		_, _, err := store.Get(ctx, "k", 10)
		requireCode(t, err, fault.Unavailable, "object_store_unavailable")
		require.NotEmpty(t, fault.From(err).Remedy)
		requireCode(t, store.Put(ctx, "k", "text/plain", []byte("x"), ""), fault.Unavailable, "object_store_unavailable")
		_, err = store.Ping(ctx)
		requireCode(t, err, fault.Unavailable, "object_store_unavailable")
		requireCode(t, store.List(ctx, "", func(objectstore.Info) error { return nil }), fault.Unavailable, "object_store_unavailable")
	}
	server.Start(t)
	data, _, err := store.Get(ctx, "k", 10)
	require.NoError(t, err)
	require.Equal(t, "kept", string(data))
}

func TestWrongCredentialsAndBucket(t *testing.T) {
	config := testkit.S3(t)
	ctx := context.Background()
	wrong := config
	wrong.SecretKey = "another-secret"
	_, _, err := open(t, wrong).Get(ctx, "k", 10)
	requireCode(t, err, fault.Unavailable, "object_store_unavailable")
	require.ErrorContains(t, err, "SPACES_SECRET_KEY")
	require.NotContains(t, err.Error(), "another-secret")
	wrong = config
	wrong.Bucket = "no-such-bucket"
	_, _, err = open(t, wrong).Get(ctx, "k", 10)
	requireCode(t, err, fault.NotFound, "bucket_not_found")
}

func TestATruncatedBodyIsNoFile(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("short"))
	}))
	defer server.Close()
	store := open(t, objectstore.Config{Endpoint: server.URL, Bucket: "b", AccessKey: "a", SecretKey: "s", PathStyle: true})
	_, _, err := store.Get(context.Background(), "k", 1000)
	requireCode(t, err, fault.Unavailable, "object_store_unavailable")
}

func TestACancelledCallIsNoOutage(t *testing.T) {
	store := open(t, testkit.S3(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := store.Head(ctx, "k")
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, fault.Is(err, fault.Unavailable))
}

func TestSettingsAreChecked(t *testing.T) {
	_, err := objectstore.New(objectstore.Config{Endpoint: "nonsense", CDN: "nonsense"})
	require.Len(t, fault.From(err).Fields, 5)
	store := open(t, objectstore.Config{Endpoint: "http://x", Bucket: "b", AccessKey: "a", SecretKey: "s", CDN: "https://cdn.example.com/"})
	address, ok := store.URL("a/b c?.png")
	require.True(t, ok)
	require.Equal(t, "https://cdn.example.com/a/b%20c%3F.png", address)
	_, ok = open(t, objectstore.Config{Endpoint: "http://x", Bucket: "b", AccessKey: "a", SecretKey: "s"}).URL("k")
	require.False(t, ok)
}
