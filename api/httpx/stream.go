package httpx

import (
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// stallLimit is how long a client of a long answer may take nothing before the connection ends.
const stallLimit = 30 * time.Second

// Patient lets a long answer take as long as its client goes on reading: each piece of r gets a
// write deadline of its own in place of the server's for the whole.
func Patient(c *gin.Context, r io.Reader) io.Reader {
	control := http.NewResponseController(c.Writer)
	_ = control.SetReadDeadline(time.Time{}) // the request is read; its deadline would end the answer
	return readerFunc(func(p []byte) (int, error) {
		// Without a deadline of its own (in tests) the writer has nothing to move.
		_ = control.SetWriteDeadline(time.Now().Add(stallLimit))
		return r.Read(p)
	})
}

// PatientWriter is Patient for what is written piece by piece.
func PatientWriter(c *gin.Context) io.Writer {
	control := http.NewResponseController(c.Writer)
	_ = control.SetReadDeadline(time.Time{})
	return writerFunc(func(p []byte) (int, error) {
		_ = control.SetWriteDeadline(time.Now().Add(stallLimit))
		return c.Writer.Write(p)
	})
}

// Endless lets a request take as long as whoever answers it wants: polls and streams wait.
func Endless(c *gin.Context) {
	control := http.NewResponseController(c.Writer)
	// Without deadlines of its own (in tests) the writer has nothing to move.
	_ = control.SetWriteDeadline(time.Time{})
	_ = control.SetReadDeadline(time.Time{})
}

type readerFunc func([]byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

type writerFunc func([]byte) (int, error)

// Write implements io.Writer.
func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
