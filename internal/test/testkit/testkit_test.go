package testkit_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/stretchr/testify/require"
)

func TestEachPostgresDatabaseIsFresh(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		dsn := testkit.Postgres(t)
		require.False(t, seen[dsn])
		seen[dsn] = true
		conn, err := pgx.Connect(context.Background(), dsn)
		require.NoError(t, err)
		_, err = conn.Exec(context.Background(), "CREATE TABLE there (x INT)")
		require.NoError(t, err)
		require.NoError(t, conn.Close(context.Background()))
	}
}

func TestAPostgresServerKeepsItsDataOverACrash(t *testing.T) {
	pg := testkit.PostgresServer(t)
	ctx := context.Background()
	connect := func() (*pgx.Conn, error) { return pgx.Connect(ctx, pg.DSN()) }
	conn, err := connect()
	require.NoError(t, err)
	_, err = conn.Exec(ctx, "CREATE TABLE there AS SELECT 1 AS x")
	require.NoError(t, err)
	pg.Stop(t)
	pg.Stop(t)
	require.Error(t, conn.Ping(ctx))
	_, err = connect()
	require.Error(t, err)
	pg.Start(t)
	conn, err = connect()
	require.NoError(t, err)
	var x int
	require.NoError(t, conn.QueryRow(ctx, "SELECT x FROM there").Scan(&x))
	require.NoError(t, conn.Close(ctx))
}

func TestSmallHelpers(t *testing.T) {
	require.FileExists(t, filepath.Join(testkit.Root(t), "go.mod"))
	listener, err := net.Listen("tcp", testkit.FreeAddr(t))
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	n := 0
	testkit.Eventually(t, time.Second, "three calls", func() bool { n++; return n == 3 })
}
