package render

func (q *qrCode) set(x, y int, dark bool) {
	q.dark[y][x] = dark
	q.function[y][x] = true
}

func (q *qrCode) drawFunction() {
	n := q.size
	for i := range n {
		q.set(6, i, i%2 == 0)
		q.set(i, 6, i%2 == 0)
	}
	q.drawFinder(3, 3)
	q.drawFinder(n-4, 3)
	q.drawFinder(3, n-4)
	at := q.alignments()
	last := len(at) - 1
	for i := range at {
		for j := range at {
			if i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0 {
				continue
			}
			for dy := -2; dy <= 2; dy++ {
				for dx := -2; dx <= 2; dx++ {
					q.set(at[i]+dx, at[j]+dy, max(abs(dx), abs(dy)) != 1)
				}
			}
		}
	}
	q.drawFormat(0)
	q.drawVersion()
}

func (q *qrCode) drawFinder(cx, cy int) {
	for dy := -4; dy <= 4; dy++ {
		for dx := -4; dx <= 4; dx++ {
			x, y := cx+dx, cy+dy
			if x < 0 || y < 0 || x >= q.size || y >= q.size {
				continue
			}
			d := max(abs(dx), abs(dy))
			q.set(x, y, d != 2 && d != 4)
		}
	}
}

func (q *qrCode) alignments() []int {
	if q.version == 1 {
		return nil
	}
	count := q.version/7 + 2
	step := (q.version*8 + count*3 + 5) / (count*4 - 4) * 2
	at := make([]int, count)
	at[0] = 6
	for i, pos := count-1, q.size-7; i >= 1; i, pos = i-1, pos-step {
		at[i] = pos
	}
	return at
}

// drawFormat writes the 15 format bits (level M is 0) twice.
func (q *qrCode) drawFormat(mask int) {
	rem := mask
	for range 10 {
		rem = rem<<1 ^ rem>>9*0x537
	}
	bits := (mask<<10 | rem) ^ 0x5412
	bit := func(i int) bool { return bits>>i&1 == 1 }
	n := q.size
	for i := range 6 {
		q.set(8, i, bit(i))
	}
	q.set(8, 7, bit(6))
	q.set(8, 8, bit(7))
	q.set(7, 8, bit(8))
	for i := 9; i < 15; i++ {
		q.set(14-i, 8, bit(i))
	}
	for i := range 8 {
		q.set(n-1-i, 8, bit(i))
	}
	for i := 8; i < 15; i++ {
		q.set(8, n-15+i, bit(i))
	}
	q.set(8, n-8, true)
}

func (q *qrCode) drawVersion() {
	if q.version < 7 {
		return
	}
	rem := q.version
	for range 12 {
		rem = rem<<1 ^ rem>>11*0x1F25
	}
	bits := q.version<<12 | rem
	for i := range 18 {
		dark := bits>>i&1 == 1
		a, b := q.size-11+i%3, i/3
		q.set(a, b, dark)
		q.set(b, a, dark)
	}
}

func (q *qrCode) drawCodewords(data []byte) {
	i := 0
	for right := q.size - 1; right >= 1; right -= 2 {
		if right == 6 {
			right = 5
		}
		for vert := range q.size {
			for j := range 2 {
				x, y := right-j, vert
				if (right+1)&2 == 0 {
					y = q.size - 1 - vert
				}
				if !q.function[y][x] && i < len(data)*8 {
					q.dark[y][x] = data[i>>3]>>(7-i&7)&1 == 1
					i++
				}
			}
		}
	}
}

func (q *qrCode) applyMask(mask int) {
	for y := range q.size {
		for x := range q.size {
			if !q.function[y][x] && qrMask(mask, x, y) {
				q.dark[y][x] = !q.dark[y][x]
			}
		}
	}
}

func qrMask(mask, x, y int) bool {
	switch mask {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (x/3+y/2)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	}
	return ((x+y)%2+x*y%3)%2 == 0
}

// penalty follows the standard's four rules. Finder-like patterns are looked for as the eleven
// modules 1011101 with four light ones before or after, within the symbol.
func (q *qrCode) penalty() int {
	n, result, dark := q.size, 0, 0
	for y := range n {
		result += linePenalty(n, func(i int) bool { return q.dark[y][i] })
		result += linePenalty(n, func(i int) bool { return q.dark[i][y] })
		for x := range n {
			if q.dark[y][x] {
				dark++
			}
			if x+1 < n && y+1 < n && q.dark[y][x] == q.dark[y][x+1] && q.dark[y][x] == q.dark[y+1][x] && q.dark[y][x] == q.dark[y+1][x+1] {
				result += 3
			}
		}
	}
	return result + abs(dark*20-n*n*10)/(n*n)*10
}

func linePenalty(n int, at func(int) bool) int {
	result, run, window := 0, 0, 0
	for i := range n {
		if i > 0 && at(i) == at(i-1) {
			run++
			if run == 5 {
				result += 3
			} else if run > 5 {
				result++
			}
		} else {
			run = 1
		}
		window = window << 1 & 0x7FF
		if at(i) {
			window |= 1
		}
		if i >= 10 && (window == 0x05D || window == 0x5D0) {
			result += 40
		}
	}
	return result
}
