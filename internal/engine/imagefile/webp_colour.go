package imagefile

import "image"

// fullRange turns the brightness and colours of a lossy WebP picture into RGB. They run from 16 to 235
// and 240, where Go's own conversion takes them for 0 to 255, and a colour is mixed from the four next to
// a pixel. Both are libwebp's way, which browsers use: its constants are 2^14 times the factors of
// ITU-R BT.601.
func fullRange(img image.Image) image.Image {
	var planes *image.YCbCr
	var alpha []byte
	alphaStride := 0
	switch p := img.(type) {
	case *image.YCbCr:
		planes = p
	case *image.NYCbCrA:
		planes, alpha, alphaStride = &p.YCbCr, p.A, p.AStride
	default:
		return img
	}
	w, h := planes.Rect.Dx(), planes.Rect.Dy()
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		row := out.Pix[y*out.Stride:]
		near, far := colourRows(y, (h+1)/2)
		near, far = near*planes.CStride, far*planes.CStride
		for x := range w {
			a, b := colourRows(x, (w+1)/2)
			u := mix(planes.Cb[near+a], planes.Cb[near+b], planes.Cb[far+a], planes.Cb[far+b])
			v := mix(planes.Cr[near+a], planes.Cr[near+b], planes.Cr[far+a], planes.Cr[far+b])
			light := int(planes.Y[y*planes.YStride+x]) * 19077 >> 8
			row[4*x] = clip(light + v*26149>>8 - 14234)
			row[4*x+1] = clip(light - u*6419>>8 - v*13320>>8 + 8708)
			row[4*x+2] = clip(light + u*33050>>8 - 17685)
			row[4*x+3] = 0xff
			if alpha != nil {
				row[4*x+3] = alpha[y*alphaStride+x]
			}
		}
	}
	return out
}

// colourRows are the nearest and the second nearest of n rows (or columns) of colour for a row of pixels.
func colourRows(at, n int) (near, far int) {
	near = at / 2
	far = near - 1 + 2*(at%2)
	return near, min(max(far, 0), n-1)
}

// mix weighs the four colours around a pixel, the nearest first.
func mix(a, b, c, d uint8) int { return (9*int(a) + 3*int(b) + 3*int(c) + int(d) + 8) >> 4 }

func clip(v int) uint8 { return uint8(min(max(v>>6, 0), 0xff)) }
