package imagefile

import (
	"image"
	"image/color"
	"image/draw"
)

// straightOf gives a picture's pixels with eight bits a channel, colours not multiplied with alpha. It
// takes over the memory of a picture that has this form already.
func straightOf(img image.Image) *image.NRGBA {
	size := image.Rectangle{Max: img.Bounds().Size()}
	switch p := img.(type) {
	case *image.NRGBA:
		if p.Rect.Min == (image.Point{}) {
			return p
		}
	case *image.RGBA:
		if p.Rect.Min == (image.Point{}) && p.Opaque() {
			return &image.NRGBA{Pix: p.Pix, Stride: p.Stride, Rect: p.Rect}
		}
	case *image.NRGBA64:
		out := image.NewNRGBA(size)
		for y := range size.Max.Y {
			from, to := p.Pix[y*p.Stride:], out.Pix[y*out.Stride:][:4*size.Max.X]
			for i := range to {
				to[i] = from[2*i]
			}
		}
		return out
	case *image.Paletted:
		out := image.NewNRGBA(size)
		var colours [256]color.NRGBA
		for i, c := range p.Palette[:min(len(p.Palette), len(colours))] {
			colours[i], _ = color.NRGBAModel.Convert(c).(color.NRGBA)
		}
		for y := range size.Max.Y {
			from, to := p.Pix[y*p.Stride:], out.Pix[y*out.Stride:]
			for x := range size.Max.X {
				c := colours[from[x]]
				to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = c.R, c.G, c.B, c.A
			}
		}
		return out
	}
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() { // then both forms are the same
		out := image.NewRGBA(size)
		draw.Draw(out, size, img, img.Bounds().Min, draw.Src)
		return &image.NRGBA{Pix: out.Pix, Stride: out.Stride, Rect: out.Rect}
	}
	out := image.NewNRGBA(size)
	draw.Draw(out, size, img, img.Bounds().Min, draw.Src)
	return out
}

// onCanvas puts a frame on a transparent canvas.
func onCanvas(frame *image.NRGBA, at image.Point, width, height int) *image.NRGBA {
	canvas := image.Rect(0, 0, width, height)
	if at == (image.Point{}) && frame.Rect == canvas {
		return frame
	}
	out := image.NewNRGBA(canvas)
	seen := frame.Rect.Add(at).Intersect(canvas)
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		from := frame.Pix[frame.PixOffset(seen.Min.X-at.X, y-at.Y):]
		copy(out.Pix[out.PixOffset(seen.Min.X, y):][:4*seen.Dx()], from)
	}
	return out
}

// premultiply turns the pixels, in place, into the form that is drawn with, rounded as image/draw does.
func premultiply(img *image.NRGBA) *image.RGBA {
	pix := img.Pix
	for i := 0; i+3 < len(pix); i += 4 {
		if pix[i+3] == 0xff {
			continue
		}
		a := uint32(pix[i+3]) * 0x101
		for c := i; c < i+3; c++ {
			pix[c] = uint8(uint32(pix[c]) * a / 0xff >> 8)
		}
	}
	return &image.RGBA{Pix: pix, Stride: img.Stride, Rect: img.Rect}
}

// turn turns and mirrors pixels as EXIF orientation 1 to 8 says.
func turn(src *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dw, dh := w, h
	if orientation >= 5 {
		dw, dh = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for y := range h {
		for x := range w {
			dx, dy := x, y
			switch orientation {
			case 2:
				dx = w - 1 - x
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dy = h - 1 - y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			copy(dst.Pix[dst.PixOffset(dx, dy):][:4], src.Pix[src.PixOffset(x, y):][:4])
		}
	}
	return dst
}
