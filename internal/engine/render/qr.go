package render

// The QR code is drawn from one specification in both languages: ISO/IEC 18004 model 2, byte mode,
// error correction level M, the smallest version that holds the text, the mask with the lowest
// penalty (the first of equals).

// maxQRBytes is what a version 40 code of level M holds.
const maxQRBytes = 2331

// qrQuiet is the width of the quiet zone in modules.
const qrQuiet = 4

// Error correction level M by version: codewords per block and number of blocks.
var (
	qrECPerBlock = [41]int{0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28}
	qrBlocks     = [41]int{0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49}
)

func placeQR(l *Layer, text string, placed *Placed) *problem {
	code := newQR(text)
	if code == nil {
		return &problem{"qr_too_long", "Is too long for a QR code"}
	}
	side := min(floorInt(l.Box.Width), floorInt(l.Box.Height))
	modules := int64(code.size + 2*qrQuiet)
	module := side / modules
	if module < 1 {
		return &problem{"qr_too_small", "Is too long for the size of the QR code: use a shorter address"}
	}
	free := func(at, room float64) int {
		return int(floorInt(at+0.5) + (floorInt(room)-module*int64(code.size))>>1)
	}
	placed.QR = &PlacedQR{Box: l.Box, X: free(l.Box.X, l.Box.Width), Y: free(l.Box.Y, l.Box.Height),
		Module: int(module), Color: l.Color, Background: l.Background, Rows: code.rows()}
	return nil
}

type qrCode struct {
	version, size int
	dark          [][]bool
	function      [][]bool
}

// newQR returns nil for a text that no version can hold.
func newQR(text string) *qrCode {
	data := []byte(text)
	version := 1
	for ; ; version++ {
		if version > 40 {
			return nil
		}
		if 4+qrCountBits(version)+8*len(data) <= 8*qrDataCodewords(version) {
			break
		}
	}
	q := &qrCode{version: version, size: 17 + 4*version}
	q.dark, q.function = grid(q.size), grid(q.size)
	q.drawFunction()
	q.drawCodewords(qrInterleave(qrData(data, version), version))
	best, least := 0, 0
	for mask := range 8 {
		q.drawFormat(mask)
		q.applyMask(mask)
		if p := q.penalty(); mask == 0 || p < least {
			best, least = mask, p
		}
		q.applyMask(mask) // once more takes it away
	}
	q.drawFormat(best)
	q.applyMask(best)
	return q
}

func grid(n int) [][]bool {
	cells := make([]bool, n*n)
	rows := make([][]bool, n)
	for i := range rows {
		rows[i] = cells[i*n : (i+1)*n]
	}
	return rows
}

func (q *qrCode) rows() []string {
	out := make([]string, q.size)
	line := make([]byte, q.size)
	for y, row := range q.dark {
		for x, dark := range row {
			line[x] = '0'
			if dark {
				line[x] = '1'
			}
		}
		out[y] = string(line)
	}
	return out
}

func qrCountBits(version int) int {
	if version < 10 {
		return 8
	}
	return 16
}

// qrRawModules counts the modules for data and error correction.
func qrRawModules(v int) int {
	n := (16*v+128)*v + 64
	if v >= 2 {
		align := v/7 + 2
		n -= (25*align-10)*align - 55
		if v >= 7 {
			n -= 36
		}
	}
	return n
}

func qrDataCodewords(v int) int { return qrRawModules(v)/8 - qrECPerBlock[v]*qrBlocks[v] }

func qrData(data []byte, version int) []byte {
	capacity := qrDataCodewords(version)
	var bits []byte
	put := func(value, n int) {
		for i := n - 1; i >= 0; i-- {
			bits = append(bits, byte(value>>i&1))
		}
	}
	put(4, 4)
	put(len(data), qrCountBits(version))
	for _, b := range data {
		put(int(b), 8)
	}
	put(0, min(4, capacity*8-len(bits)))
	put(0, (8-len(bits)%8)%8)
	for pad := 0xEC; len(bits) < capacity*8; pad ^= 0xEC ^ 0x11 {
		put(pad, 8)
	}
	out := make([]byte, capacity)
	for i, b := range bits {
		out[i/8] |= b << (7 - i%8)
	}
	return out
}

func qrInterleave(data []byte, v int) []byte {
	blocks, ec, raw := qrBlocks[v], qrECPerBlock[v], qrRawModules(v)/8
	short := blocks - raw%blocks
	shortLen := raw/blocks - ec
	divisor := qrDivisor(ec)
	var parts, checks [][]byte
	for i, at := 0, 0; i < blocks; i++ {
		n := shortLen
		if i >= short {
			n++
		}
		parts = append(parts, data[at:at+n])
		checks = append(checks, qrRemainder(data[at:at+n], divisor))
		at += n
	}
	out := make([]byte, 0, raw)
	for i := 0; i <= shortLen; i++ {
		for _, p := range parts {
			if i < len(p) {
				out = append(out, p[i])
			}
		}
	}
	for i := range ec {
		for _, c := range checks {
			out = append(out, c[i])
		}
	}
	return out
}

func qrDivisor(degree int) []byte {
	out := make([]byte, degree)
	out[degree-1] = 1
	root := byte(1)
	for range degree {
		for j := range out {
			out[j] = qrMultiply(out[j], root)
			if j+1 < degree {
				out[j] ^= out[j+1]
			}
		}
		root = qrMultiply(root, 2)
	}
	return out
}

func qrRemainder(data, divisor []byte) []byte {
	out := make([]byte, len(divisor))
	for _, b := range data {
		factor := b ^ out[0]
		copy(out, out[1:])
		out[len(out)-1] = 0
		for i := range out {
			out[i] ^= qrMultiply(divisor[i], factor)
		}
	}
	return out
}

// qrMultiply multiplies in GF(2^8) modulo 0x11D.
func qrMultiply(x, y byte) byte {
	z := 0
	for i := 7; i >= 0; i-- {
		z = z<<1 ^ z>>7*0x11D
		z ^= int(y>>i&1) * int(x)
	}
	return byte(z)
}
