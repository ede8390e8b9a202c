package objectstore_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
)

func TestMultipartUpload(t *testing.T) {
	store, err := objectstore.New(testkit.S3(t))
	require.NoError(t, err)
	t.Cleanup(store.Close)
	ctx, key := t.Context(), "tenants/x/bulk/a.zip"
	upload, err := store.BeginUpload(ctx, key, "application/zip")
	require.NoError(t, err)
	open, err := store.Uploads(ctx, "tenants/x/")
	require.NoError(t, err)
	require.Len(t, open, 1)

	a, b := bytes.Repeat([]byte("a"), objectstore.MinPart), bytes.Repeat([]byte("b"), objectstore.MinPart+1)
	// Parts come in any order, numbers may be left out, and one that is sent again replaces the first.
	_, err = store.UploadPart(ctx, key, upload, 7, []byte("tail"))
	require.NoError(t, err)
	_, err = store.UploadPart(ctx, key, upload, 3, a)
	require.NoError(t, err)
	_, err = store.UploadPart(ctx, key, upload, 1, a)
	require.NoError(t, err)
	again, err := store.UploadPart(ctx, key, upload, 3, b)
	require.NoError(t, err)
	parts, err := store.Parts(ctx, key, upload)
	require.NoError(t, err)
	require.Equal(t, []int{1, 3, 7}, []int{parts[0].Number, parts[1].Number, parts[2].Number})
	require.Equal(t, again, parts[1])

	wrong := append([]objectstore.Part{}, parts...)
	wrong[1].ETag = parts[0].ETag
	require.True(t, fault.Is(store.CompleteUpload(ctx, key, upload, wrong), fault.Conflict))
	require.NoError(t, store.CompleteUpload(ctx, key, upload, parts))
	data, _, err := store.Get(ctx, key, 32<<20)
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, append(append(append([]byte{}, a...), b...), "tail"...)))

	_, err = store.UploadPart(ctx, key, upload, 1, a)
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	require.NoError(t, store.AbortUpload(ctx, key, upload))
	other, err := store.BeginUpload(ctx, key, "application/zip")
	require.NoError(t, err)
	require.NoError(t, store.AbortUpload(ctx, key, other))
	open, err = store.Uploads(ctx, "tenants/x/")
	require.NoError(t, err)
	require.Empty(t, open)
}
