package render

import (
	"image"
	"math"
)

// edgePoint is the point of the letters' edges that is nearest to a pixel in row `row`.
type edgePoint struct {
	x, y float32
	row  int32
}

func (e *edgePoint) from(x, y int) float32 {
	dx, dy := float32(x)-e.x, float32(y)-e.y
	return dx*dx + dy*dy
}

// edgeField finds for each pixel the nearest point of the letters' edges. Its cost depends on the
// pixels, not on how wide an outline is: the points are found for the pixels beside the edges, and
// then carried on along the columns and along the rows, as in Felzenszwalb and Huttenlocher,
// “Distance Transforms of Sampled Functions”, Theory of Computing 8 (2012). As it carries the points
// themselves, an outline's edge is off by less than a pixel.
type edgeField struct {
	w, h   int
	near   []int32 // by pixel: an index into points, 0 for none
	points []edgePoint
	list   []int32 // of a row: points from left to right
	hull   []hullPart
}

// hullPart is a point of a row's lower hull and from where on it is the nearest.
type hullPart struct {
	point int32
	from  float32
}

// edgeBand is how far from the edges points are found; every edge crosses such pixels.
const edgeBand = 2.5

func (p *painter) wideOutline(t *PlacedText, r image.Rectangle, radius float32) coverage {
	f := &edgeField{w: r.Dx(), h: r.Dy(), near: grow(&p.scratch.near, r.Dx()*r.Dy()), points: make([]edgePoint, 1, 1<<12)}
	p.pieces(t, r, f.add)
	f.columns()
	m := coverage{rect: r, pix: grow(&p.scratch.mask2, r.Dx()*r.Dy())}
	for y := range f.h {
		f.row(y, radius, m.pix[y*f.w:(y+1)*f.w])
	}
	return m
}

// add notes the points of one piece for the pixels beside it.
func (f *edgeField) add(e segment) {
	minX, maxX := max(0, int(min(e.x0, e.x1)-edgeBand)), min(f.w-1, int(max(e.x0, e.x1)+edgeBand)+1)
	minY, maxY := max(0, int(min(e.y0, e.y1)-edgeBand)), min(f.h-1, int(max(e.y0, e.y1)+edgeBand)+1)
	dx, dy := e.x1-e.x0, e.y1-e.y0
	inverse := float32(0)
	if l := dx*dx + dy*dy; l > 0 {
		inverse = 1 / l
	}
	for y := minY; y <= maxY; y++ {
		row := f.near[y*f.w : (y+1)*f.w]
		for x := minX; x <= maxX; x++ {
			along := max(0, min(1, ((float32(x)-e.x0)*dx+(float32(y)-e.y0)*dy)*inverse))
			point := edgePoint{e.x0 + along*dx, e.y0 + along*dy, int32(y)}
			d := point.from(x, y)
			switch known := row[x]; {
			case d > edgeBand*edgeBand:
			case known == 0:
				row[x] = int32(len(f.points))
				f.points = append(f.points, point)
			case d < f.points[known].from(x, y):
				f.points[known] = point
			}
		}
	}
}

// columns gives each pixel the nearest of the points that its column has.
func (f *edgeField) columns() {
	for i := f.w; i < len(f.near); i++ {
		if f.near[i] == 0 {
			f.near[i] = f.near[i-f.w]
		}
	}
	below := make([]int32, f.w)
	for y := f.h - 1; y >= 0; y-- {
		row := f.near[y*f.w : (y+1)*f.w]
		for x, above := range row {
			switch {
			case above != 0 && f.points[above].row == int32(y):
				below[x] = above
			case below[x] == 0:
			case above == 0 || f.points[below[x]].from(x, y) < f.points[above].from(x, y):
				row[x] = below[x]
			}
		}
	}
}

// row covers one row: the lower hull of the parabolas of its points says which is the nearest.
func (f *edgeField) row(y int, radius float32, out []byte) {
	reach := radius + 0.5
	list := f.list[:0]
	for _, i := range f.near[y*f.w : (y+1)*f.w] {
		if i == 0 || len(list) > 0 && list[len(list)-1] == i {
			continue
		}
		e := &f.points[i]
		if height := float32(y) - e.y; height > reach || height < -reach {
			continue
		}
		list = append(list, i) // points of neighbouring columns may stand in the wrong order
		for j := len(list) - 1; j > 0 && f.points[list[j-1]].x > e.x; j-- {
			list[j-1], list[j] = i, list[j-1]
		}
	}
	f.list = list
	hull := f.hull[:0]
	for _, i := range list {
		e := &f.points[i]
		from := float32(math.Inf(-1))
		for len(hull) > 0 {
			last := &hull[len(hull)-1]
			from = crossing(&f.points[last.point], e, float32(y))
			if from > last.from {
				break
			}
			hull = hull[:len(hull)-1]
			from = float32(math.Inf(-1))
		}
		hull = append(hull, hullPart{i, from})
	}
	f.hull = hull
	at := 0
	for x := range out {
		for at+1 < len(hull) && hull[at+1].from <= float32(x) {
			at++
		}
		if len(hull) == 0 {
			return
		}
		d := f.points[hull[at].point].from(x, y)
		if d < reach*reach {
			out[x] = uint8(min(255, (reach-float32(math.Sqrt(float64(d))))*255+0.5))
		}
	}
}

// crossing is from which x on b, which isn't left of a, is nearer than a in a row.
func crossing(a, b *edgePoint, y float32) float32 {
	ha, hb := (y-a.y)*(y-a.y), (y-b.y)*(y-b.y)
	if b.x-a.x < 1e-3 {
		if hb < ha {
			return float32(math.Inf(-1))
		}
		return float32(math.Inf(1))
	}
	return (a.x+b.x)/2 + (hb-ha)/(2*(b.x-a.x))
}
