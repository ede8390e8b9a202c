package models_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// A full disk is told as what it is, until something could be written again.
func TestAFullDisk(t *testing.T) {
	s := testkit.Store(t, testkit.SQLite(t), models.Options{})
	ctx, _ := testkit.Tenant(t, s, "a")
	require.NoError(t, s.Ping(ctx))
	free := s.FillDisk(t)
	write := func() error {
		for range 50 {
			err := s.Uploads.Create(ctx, &models.Upload{ObjectKey: strings.Repeat("k", 4000), SHA256: "s", Format: "png", Width: 1, Height: 1, Bytes: 1})
			if err != nil {
				return err
			}
		}
		return nil
	}
	requireCode(t, write(), fault.Unavailable, models.CodeFull)
	requireCode(t, s.Ping(ctx), fault.Unavailable, models.CodeFull)
	_, err := s.Uploads.List(ctx, "", 1)
	require.NoError(t, err, "what is there can be read")
	requireCode(t, s.Ping(ctx), fault.Unavailable, models.CodeFull)

	free()
	require.NoError(t, write())
	require.NoError(t, s.Ping(ctx))
}
