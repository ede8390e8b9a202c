package imagefile

// Memory is what Decode may allocate for a picture, in bytes, by its format and form: a progressive JPEG
// holds all its coefficients, at four bytes each, before there is a pixel. It reads the header alone. Errors
// are those of Decode.
func Memory(data []byte, limits Limits) (int64, error) {
	s, err := open(data, limits)
	if err != nil {
		return 0, err
	}
	const rgba = 4 // the picture that is returned
	perPixel := s.perPixel + rgba
	if s.orientation > 1 {
		perPixel += rgba
	}
	const blocks = 64 // pixels by which a side may be rounded up
	need := int64(perPixel * float64(s.width+blocks) * float64(s.height+blocks))
	if len(s.profile) > 0 {
		need += profileMemory + profileFactor*int64(len(s.profile))
	}
	return need, nil
}

// What a profile takes: the largest table, and its own tables in numbers of eight bytes.
const (
	profileMemory = 8 << 20
	profileFactor = 24
)
