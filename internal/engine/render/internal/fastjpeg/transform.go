package fastjpeg

// coder turns pixels into quantised coefficients.
type coder struct {
	quant  [2][64]uint8
	factor [2][64]float32
}

func newCoder(quality int) *coder {
	c := &coder{quant: quantTables(quality)}
	c.factor = divisors(c.quant)
	return c
}

// transform computes one MCU. Pixels beyond the picture's edge repeat the last ones.
func (c *coder) transform(m *mcu, pix []byte, stride, w, h, mx, my int) {
	var y [4][64]float32
	var cb, cr [64]float32
	x0, y0 := mx*side, my*side
	if x0+side <= w && y0+side <= h {
		for py := 0; py < side; py += 2 {
			at := (y0+py)*stride + 4*x0
			a, b := (*[4 * side]byte)(pix[at:]), (*[4 * side]byte)(pix[at+stride:])
			convert(a, b, &y, &cb, &cr, py)
		}
	} else {
		var a, b [4 * side]byte
		for py := 0; py < side; py += 2 {
			edgeRow(&a, pix, stride, w, h, x0, y0+py)
			edgeRow(&b, pix, stride, w, h, x0, y0+py+1)
			convert(&a, &b, &y, &cb, &cr, py)
		}
	}
	for i := range y {
		fdct(&y[i])
		m[i].quantize(&y[i], &c.factor[0])
	}
	fdct(&cb)
	m[4].quantize(&cb, &c.factor[1])
	fdct(&cr)
	m[5].quantize(&cr, &c.factor[1])
}

func edgeRow(row *[4 * side]byte, pix []byte, stride, w, h, x0, y int) {
	y = min(y, h-1)
	for x := range side {
		at := y*stride + 4*min(x0+x, w-1)
		copy(row[4*x:4*x+3], pix[at:at+3])
	}
}

// convert brings two rows of an MCU to brightness, and to colour averaged over 2×2 pixels (JFIF 1.02).
func convert(a, b *[4 * side]byte, y *[4][64]float32, cb, cr *[64]float32, py int) {
	const (
		yr, yg, yb    = 0.299, 0.587, 0.114
		cbr, cbg, cbb = -0.168735892 / 4, -0.331264108 / 4, 0.5 / 4
		crr, crg, crb = 0.5 / 4, -0.418687589 / 4, -0.081312411 / 4
	)
	half := py / 8 * 2
	at := py % 8 * 8
	colour := py / 2 * 8
	for part := range 2 {
		top := (*[8]float32)(y[half+part][at:])
		low := (*[8]float32)(y[half+part][at+8:])
		u := (*[4]float32)(cb[colour+4*part:])
		v := (*[4]float32)(cr[colour+4*part:])
		s, t := (*[32]byte)(a[32*part:]), (*[32]byte)(b[32*part:])
		for i := range 4 {
			r0, g0, b0 := float32(s[8*i]), float32(s[8*i+1]), float32(s[8*i+2])
			r1, g1, b1 := float32(s[8*i+4]), float32(s[8*i+5]), float32(s[8*i+6])
			r2, g2, b2 := float32(t[8*i]), float32(t[8*i+1]), float32(t[8*i+2])
			r3, g3, b3 := float32(t[8*i+4]), float32(t[8*i+5]), float32(t[8*i+6])
			top[2*i] = yr*r0 + yg*g0 + yb*b0 - 128
			top[2*i+1] = yr*r1 + yg*g1 + yb*b1 - 128
			low[2*i] = yr*r2 + yg*g2 + yb*b2 - 128
			low[2*i+1] = yr*r3 + yg*g3 + yb*b3 - 128
			r, g, b := r0+r1+r2+r3, g0+g1+g2+g3, b0+b1+b2+b3
			u[i] = cbr*r + cbg*g + cbb*b
			v[i] = crr*r + crg*g + crb*b
		}
	}
}
