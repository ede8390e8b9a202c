package fastjpeg

import "math/bits"

// block holds the quantised coefficients of 8×8 samples in zigzag order; nonzero has a bit for
// each that isn't zero, so that the entropy coder need not look at the others.
type block struct {
	nonzero uint64
	coef    [64]int16
}

// fdct is the fast forward transform of Arai, Agui and Nakajima: 5 multiplications per row. Its
// results are scaled; divisors undoes that together with the quantisation.
func fdct(s *[64]float32) {
	for i := 0; i < 64; i += 8 {
		r := (*[8]float32)(s[i:])
		r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7] = fdct8(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7])
	}
	for i := range 8 {
		s[i], s[8+i], s[16+i], s[24+i], s[32+i], s[40+i], s[48+i], s[56+i] =
			fdct8(s[i], s[8+i], s[16+i], s[24+i], s[32+i], s[40+i], s[48+i], s[56+i])
	}
}

func fdct8(s0, s1, s2, s3, s4, s5, s6, s7 float32) (o0, o1, o2, o3, o4, o5, o6, o7 float32) {
	a0, a7 := s0+s7, s0-s7
	a1, a6 := s1+s6, s1-s6
	a2, a5 := s2+s5, s2-s5
	a3, a4 := s3+s4, s3-s4

	b0, b3 := a0+a3, a0-a3
	b1, b2 := a1+a2, a1-a2
	o0, o4 = b0+b1, b0-b1
	z1 := (b2 + b3) * 0.707106781
	o2, o6 = b3+z1, b3-z1

	c0, c1, c2 := a4+a5, a5+a6, a6+a7
	z5 := (c0 - c2) * 0.382683433
	z2 := 0.541196100*c0 + z5
	z4 := 1.306562965*c2 + z5
	z3 := c1 * 0.707106781
	d0, d1 := a7+z3, a7-z3
	o5, o3 = d1+z2, d1-z2
	o1, o7 = d0+z4, d0-z4
	return
}

// quantize rounds the transformed samples to multiples of the table.
func (b *block) quantize(s *[64]float32, factor *[64]float32) {
	var nonzero uint64
	for i := range 64 {
		// Adding and truncating a large number rounds half up, without a call or a branch.
		v := int32(s[zigzag[i]&63]*factor[i]+16384.5) - 16384
		b.coef[i] = int16(v)
		if v != 0 {
			nonzero |= 1 << i
		}
	}
	b.nonzero = nonzero
}

// bitWriter gathers bits, and puts a zero byte after each 0xFF as the format asks.
type bitWriter struct {
	out   []byte
	acc   uint64
	count uint32
}

func (w *bitWriter) put(bits, n uint32) {
	w.acc = w.acc<<n | uint64(bits)
	w.count += n
	for w.count >= 32 {
		w.count -= 32
		w.flush32(uint32(w.acc >> w.count))
	}
}

func (w *bitWriter) flush32(v uint32) {
	if (v&0x80808080)&((v&0x7F7F7F7F)+0x01010101) == 0 { // no byte is 0xFF
		w.out = append(w.out, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
		return
	}
	for shift := 24; shift >= 0; shift -= 8 {
		b := byte(v >> shift)
		w.out = append(w.out, b)
		if b == 0xFF {
			w.out = append(w.out, 0)
		}
	}
}

// align fills the last byte with ones.
func (w *bitWriter) align() {
	if n := w.count % 8; n != 0 {
		w.put(1<<(8-n)-1, 8-n)
	}
	for w.count >= 8 {
		w.count -= 8
		b := byte(w.acc >> w.count)
		w.out = append(w.out, b)
		if b == 0xFF {
			w.out = append(w.out, 0)
		}
	}
}

// write appends a block's codes. It returns the block's DC coefficient for the next one.
func (w *bitWriter) write(b *block, previous int32, dc, ac *[256]code) int32 {
	v := int32(b.coef[0])
	w.value(dc, 0, v-previous)
	rest := b.nonzero >> 1 << 1
	last := 0
	for rest != 0 {
		at := bits.TrailingZeros64(rest)
		rest &= rest - 1
		run := at - last - 1
		for run >= 16 {
			w.put(ac[0xF0].bits, ac[0xF0].length)
			run -= 16
		}
		w.value(ac, uint32(run)<<4, int32(b.coef[at]))
		last = at
	}
	if last != 63 {
		w.put(ac[0].bits, ac[0].length)
	}
	return v
}

// value writes a Huffman code for run and size, and the bits of the value.
func (w *bitWriter) value(table *[256]code, run uint32, v int32) {
	sign := v >> 31
	size := uint32(bits.Len32(uint32((v ^ sign) - sign)))
	c := table[run|size]
	low := uint32(v+sign) & (1<<size - 1)
	w.put(c.bits<<size|low, c.length+size)
}
