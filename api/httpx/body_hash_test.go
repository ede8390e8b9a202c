package httpx

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
)

// However a body comes in pieces, its hash is that of the body without the boundary.
func TestTheBoundaryIsOmitted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		boundary := bytes.Repeat([]byte("ab"), 1+random.IntN(3))
		var body []byte
		for range random.IntN(12) {
			switch random.IntN(3) {
			case 0:
				body = append(body, boundary...)
			case 1:
				body = append(body, "ab"...)
			default:
				body = append(body, "aXb"[random.IntN(3)])
			}
		}
		want := sha256.Sum256(bytes.ReplaceAll(body, boundary, nil))
		o := &omitting{hash: sha256.New(), what: boundary}
		for rest := body; len(rest) > 0; {
			n := 1 + random.IntN(len(rest))
			o.write(rest[:n])
			rest = rest[n:]
		}
		require.Equal(t, hex.EncodeToString(want[:]), o.sum(), "%q without %q", body, boundary)
	}
}

// endless is a file that is never in memory.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// A file of 16 MiB is hashed without being held.
func TestALargeBodyIsNotHeld(t *testing.T) {
	const size = 16 << 20
	gin.SetMode(gin.TestMode)
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodPost, "/", nil)
	c.Request.Header.Set("Content-Type", "multipart/form-data; boundary=something")
	body := newHashedBody(c, io.NopCloser(io.LimitReader(endless{}, size)))
	piece := make([]byte, 64<<10)
	// What the loop allocates in all is more than what it holds at any time.
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	read := 0
	for {
		n, err := body.Read(piece)
		read += n
		if err != nil {
			require.ErrorIs(t, err, io.EOF)
			break
		}
	}
	hash, err := body.sum()
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.NotEmpty(t, hash)
	require.Equal(t, size, read)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2<<20))
}
