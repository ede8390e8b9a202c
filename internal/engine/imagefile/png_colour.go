package imagefile

import (
	"encoding/binary"
	"math"
)

// chromaticity is where the three primaries and white lie: x and y of each.
type chromaticity [4][2]float64

var (
	srgbPrimaries = chromaticity{{.64, .33}, {.30, .60}, {.15, .06}, {.3127, .3290}}
	p3Primaries   = chromaticity{{.68, .32}, {.265, .69}, {.15, .06}, {.3127, .3290}}
	wide2020      = chromaticity{{.708, .292}, {.17, .797}, {.131, .046}, {.3127, .3290}}
)

// srgbCurve is sRGB's transfer function, as ICC.1 writes it: g, a, b, c, d.
var srgbCurve = []float64{2.4, 1 / 1.055, .055 / 1.055, 1 / 12.92, .04045}

// takeColour keeps what a chunk says of the colours, beside an embedded profile.
func (f *pngFile) takeColour(c pngChunk) {
	switch {
	case c.kind == "sRGB":
		f.colour.srgb = true
	case c.kind == "gAMA" && len(c.body) == 4:
		f.colour.gamma = float64(binary.BigEndian.Uint32(c.body)) / 100_000
	case c.kind == "cHRM" && len(c.body) == 32:
		number := func(i int) float64 { return float64(binary.BigEndian.Uint32(c.body[4*i:])) / 100_000 }
		f.colour.primaries = &chromaticity{{number(2), number(3)}, {number(4), number(5)}, {number(6), number(7)}, {number(0), number(1)}}
	case c.kind == "cICP" && len(c.body) == 4:
		f.colour.codes = c.body
	}
}

// pngColour is what the chunks say; gamma is 0 where none does.
type pngColour struct {
	srgb      bool
	gamma     float64
	primaries *chromaticity
	codes     []byte // of ITU-T H.273: primaries, curve, matrix, full range
}

// colourProfile is the profile by which a browser converts the file: that of its code points, else the
// embedded one, else one made of its gamma and primaries; nil for sRGB.
func (f *pngFile) colourProfile() []byte {
	if c := f.colour.codes; c != nil && c[2] == 0 && c[3] == 1 {
		primaries, known := map[byte]chromaticity{1: srgbPrimaries, 9: wide2020, 12: p3Primaries}[c[0]]
		curve := map[byte][]float64{4: {2.2}, 8: {1}, 13: srgbCurve}[c[1]]
		if known && curve != nil {
			return madeProfile(primaries, curve)
		}
	}
	const usual, near = .45455, .0005 // the gamma that stands for sRGB
	gamma, primaries := f.colour.gamma, srgbPrimaries
	switch {
	case f.profile != nil:
		return f.profile
	case f.colour.srgb || gamma < .01 || gamma > 10:
		return nil
	case f.colour.primaries != nil:
		primaries = *f.colour.primaries
	case math.Abs(gamma-usual) < near:
		return nil
	}
	return madeProfile(primaries, []float64{1 / gamma})
}

// madeProfile is an ICC profile of a colour space with these primaries and one curve; nil where the
// primaries can't be.
func madeProfile(c chromaticity, curve []float64) []byte {
	for _, p := range c {
		if p[1] < .001 || p[0] < 0 || p[0]+p[1] > 1.001 {
			return nil
		}
	}
	xyz := func(p [2]float64) vector { return vector{p[0] / p[1], 1, (1 - p[0] - p[1]) / p[1]} }
	white := xyz(c[3])
	columns := matrix{xyz(c[0]), xyz(c[1]), xyz(c[2])}.transposed()
	inverse, ok := columns.inverted()
	if !ok {
		return nil
	}
	weights := inverse.times(white)
	adapt := adaptation(white)
	body := append([]byte("para"), 0, 0, 0, 0, 0, 0, 0, 0)
	if len(curve) > 1 {
		body[9] = 3
	}
	for _, v := range curve {
		body = appendFixed(body, v)
	}
	var tags []iccTag
	for i, name := range []string{"rXYZ", "gXYZ", "bXYZ"} {
		v := adapt.times(vector{columns[0][i] * weights[i], columns[1][i] * weights[i], columns[2][i] * weights[i]})
		point := append([]byte("XYZ "), 0, 0, 0, 0)
		for _, n := range v {
			point = appendFixed(point, n)
		}
		tags = append(tags, iccTag{name, point}, iccTag{name[:1] + "TRC", body})
	}
	return profileOf("RGB ", "XYZ ", tags...)
}

type iccTag struct {
	name string
	body []byte
}

// profileOf writes an ICC profile of a device's colour space and a connection space.
func profileOf(space, connection string, tags ...iccTag) []byte {
	const head, entry = 128, 12
	out := make([]byte, head)
	binary.BigEndian.PutUint32(out[8:], 0x02400000)
	copy(out[12:], "mntr")
	copy(out[16:], space)
	copy(out[20:], connection)
	copy(out[36:], "acsp")
	for i, v := range d50 {
		copy(out[68+4*i:], appendFixed(nil, v))
	}
	out = binary.BigEndian.AppendUint32(out, uint32(len(tags)))
	at := head + 4 + entry*len(tags)
	for _, t := range tags {
		out = append(out, t.name...)
		out = binary.BigEndian.AppendUint32(out, uint32(at))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.body)))
		at += len(t.body)
	}
	for _, t := range tags {
		out = append(out, t.body...)
	}
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}

// appendFixed writes a number as ICC's s15Fixed16Number.
func appendFixed(out []byte, v float64) []byte {
	return binary.BigEndian.AppendUint32(out, uint32(int32(math.Round(v*65536))))
}

type (
	vector [3]float64
	matrix [3]vector // rows
)

var d50 = vector{.9642, 1, .8249}

// adaptation is Bradford's matrix from a white to ICC's (ICC.1, annex E).
func adaptation(white vector) matrix {
	cone := matrix{{.8951, .2664, -.1614}, {-.7502, 1.7135, .0367}, {.0389, -.0685, 1.0296}}
	back, _ := cone.inverted()
	from, to := cone.times(white), cone.times(d50)
	var scaled matrix
	for i := range cone {
		for j := range cone {
			scaled[i][j] = cone[i][j] * to[i] / from[i]
		}
	}
	var out matrix
	for i := range out {
		for j := range out {
			for k := range out {
				out[i][j] += back[i][k] * scaled[k][j]
			}
		}
	}
	return out
}

func (m matrix) times(v vector) (out vector) {
	for i := range out {
		out[i] = m[i][0]*v[0] + m[i][1]*v[1] + m[i][2]*v[2]
	}
	return out
}

func (m matrix) transposed() (out matrix) {
	for i := range m {
		for j := range m {
			out[j][i] = m[i][j]
		}
	}
	return out
}

func (m matrix) inverted() (out matrix, ok bool) {
	minor := func(i, j int) float64 {
		a, b, c, d := (i+1)%3, (i+2)%3, (j+1)%3, (j+2)%3
		return m[a][c]*m[b][d] - m[a][d]*m[b][c]
	}
	det := m[0][0]*minor(0, 0) + m[0][1]*minor(0, 1) + m[0][2]*minor(0, 2)
	if math.Abs(det) < 1e-9 {
		return out, false
	}
	for i := range out {
		for j := range out {
			out[i][j] = minor(j, i) / det
		}
	}
	return out, true
}
