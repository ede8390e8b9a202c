/**
 * QR codes: ISO/IEC 18004 model 2, byte mode, error correction level M, the smallest version that
 * holds the text, the mask with the lowest penalty (the first of equals). The Go side is
 * internal/engine/render/qr.go; both give the same modules.
 */

/**
 * @typedef {import('./types.js').Layer} Layer
 * @typedef {import('./types.js').PlacedQR} PlacedQR
 * @typedef {import('./types.js').Problem} Problem
 */

const QUIET = 4;
const EC_PER_BLOCK = [
  0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
const BLOCKS = [
  0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33,
  35, 37, 38, 40, 43, 45, 47, 49,
];

/**
 * An element that is known to exist.
 * @param {ArrayLike<number>} list
 * @param {number} i
 */
function at(list, i) {
  return /** @type {number} */ (list[i]);
}

/**
 * @param {Layer} layer
 * @param {string} text
 * @returns {{qr?: PlacedQR, problem?: Problem}}
 */
export function placeQR(layer, text) {
  const code = qrCode(text);
  if (!code) return { problem: { code: 'qr_too_long', message: 'Is too long for a QR code' } };
  const { box } = layer;
  const side = Math.min(Math.floor(box.width), Math.floor(box.height));
  const module = Math.floor(side / (code.size + 2 * QUIET));
  if (module < 1) {
    return {
      problem: { code: 'qr_too_small', message: 'Is too long for the size of the QR code: use a shorter address' },
    };
  }
  const free = (/** @type {number} */ from, /** @type {number} */ room) =>
    Math.floor(from + 0.5) + Math.floor((Math.floor(room) - module * code.size) / 2);
  return {
    qr: {
      box,
      x: free(box.x, box.width),
      y: free(box.y, box.height),
      module,
      color: layer.color ?? '#000000',
      background: layer.background ?? '#ffffff',
      rows: code.rows(),
    },
  };
}

/**
 * @param {string} text
 * @returns {Matrix | null} null for a text that no version can hold
 */
export function qrCode(text) {
  const data = new TextEncoder().encode(text);
  let version = 1;
  while (4 + countBits(version) + 8 * data.length > 8 * dataCodewords(version)) {
    if (++version > 40) return null;
  }
  const matrix = new Matrix(version);
  matrix.drawFunction();
  matrix.drawCodewords(interleave(encode(data, version), version));
  let best = 0;
  let least = Infinity;
  for (let mask = 0; mask < 8; mask++) {
    matrix.drawFormat(mask);
    matrix.applyMask(mask);
    const penalty = matrix.penalty();
    if (penalty < least) [best, least] = [mask, penalty];
    matrix.applyMask(mask); // once more takes it away
  }
  matrix.drawFormat(best);
  matrix.applyMask(best);
  return matrix;
}

/** @param {number} version */
function countBits(version) {
  return version < 10 ? 8 : 16;
}

/** @param {number} v */
function rawModules(v) {
  let n = (16 * v + 128) * v + 64;
  if (v >= 2) {
    const align = Math.floor(v / 7) + 2;
    n -= (25 * align - 10) * align - 55;
    if (v >= 7) n -= 36;
  }
  return n;
}

/** @param {number} v */
function dataCodewords(v) {
  return Math.floor(rawModules(v) / 8) - at(EC_PER_BLOCK, v) * at(BLOCKS, v);
}

/**
 * @param {Uint8Array} data
 * @param {number} version
 */
function encode(data, version) {
  const capacity = dataCodewords(version);
  /** @type {number[]} */
  const bits = [];
  const put = (/** @type {number} */ value, /** @type {number} */ n) => {
    for (let i = n - 1; i >= 0; i--) bits.push((value >> i) & 1);
  };
  put(4, 4);
  put(data.length, countBits(version));
  for (const b of data) put(b, 8);
  put(0, Math.min(4, capacity * 8 - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < capacity * 8; pad ^= 0xec ^ 0x11) put(pad, 8);
  const out = new Uint8Array(capacity);
  bits.forEach((b, i) => (out[i >> 3] = at(out, i >> 3) | (b << (7 - (i & 7)))));
  return out;
}

/**
 * @param {Uint8Array} data
 * @param {number} v
 */
function interleave(data, v) {
  const blocks = at(BLOCKS, v);
  const ec = at(EC_PER_BLOCK, v);
  const raw = Math.floor(rawModules(v) / 8);
  const short = blocks - (raw % blocks);
  const shortLength = Math.floor(raw / blocks) - ec;
  const divisor = divisorOf(ec);
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const checks = [];
  for (let i = 0, from = 0; i < blocks; i++) {
    const part = data.subarray(from, from + shortLength + (i < short ? 0 : 1));
    from += part.length;
    parts.push(part);
    checks.push(remainder(part, divisor));
  }
  /** @type {number[]} */
  const out = [];
  for (let i = 0; i <= shortLength; i++) {
    for (const part of parts) if (i < part.length) out.push(at(part, i));
  }
  for (let i = 0; i < ec; i++) {
    for (const check of checks) out.push(at(check, i));
  }
  return out;
}

/** @param {number} degree */
function divisorOf(degree) {
  const out = new Uint8Array(degree);
  out[degree - 1] = 1;
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) {
      out[j] = multiply(at(out, j), root) ^ (j + 1 < degree ? at(out, j + 1) : 0);
    }
    root = multiply(root, 2);
  }
  return out;
}

/**
 * @param {Uint8Array} data
 * @param {Uint8Array} divisor
 */
function remainder(data, divisor) {
  const out = new Uint8Array(divisor.length);
  for (const b of data) {
    const factor = b ^ at(out, 0);
    out.copyWithin(0, 1);
    out[out.length - 1] = 0;
    for (let i = 0; i < out.length; i++) out[i] = at(out, i) ^ multiply(at(divisor, i), factor);
  }
  return out;
}

/**
 * In GF(2^8) modulo 0x11D.
 * @param {number} x
 * @param {number} y
 */
function multiply(x, y) {
  let z = 0;
  for (let i = 7; i >= 0; i--) {
    z = (z << 1) ^ ((z >> 7) * 0x11d);
    z ^= ((y >> i) & 1) * x;
  }
  return z & 0xff;
}

/** @type {((x: number, y: number) => boolean)[]} */
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** The modules of one code. */
class Matrix {
  /** @param {number} version */
  constructor(version) {
    this.version = version;
    this.size = 17 + 4 * version;
    this.dark = new Uint8Array(this.size * this.size);
    this.fixed = new Uint8Array(this.size * this.size);
  }

  rows() {
    return Array.from({ length: this.size }, (_, y) => this.dark.subarray(y * this.size, (y + 1) * this.size).join(''));
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {boolean} dark
   */
  set(x, y, dark) {
    this.dark[y * this.size + x] = dark ? 1 : 0;
    this.fixed[y * this.size + x] = 1;
  }

  drawFunction() {
    const n = this.size;
    for (let i = 0; i < n; i++) {
      this.set(6, i, i % 2 === 0);
      this.set(i, 6, i % 2 === 0);
    }
    this.square(3, 3, 4, (d) => d !== 2 && d !== 4);
    this.square(n - 4, 3, 4, (d) => d !== 2 && d !== 4);
    this.square(3, n - 4, 4, (d) => d !== 2 && d !== 4);
    const places = this.alignments();
    const last = places.length - 1;
    places.forEach((x, i) =>
      places.forEach((y, j) => {
        const corner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
        if (!corner) this.square(x, y, 2, (d) => d !== 1);
      }),
    );
    this.drawFormat(0);
    this.drawVersion();
  }

  /**
   * @param {number} cx
   * @param {number} cy
   * @param {number} reach
   * @param {(distance: number) => boolean} dark
   */
  square(cx, cy, reach, dark) {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const x = cx + dx;
        const y = cy + dy;
        if (x < 0 || y < 0 || x >= this.size || y >= this.size) continue;
        this.set(x, y, dark(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    }
  }

  alignments() {
    if (this.version === 1) return [];
    const count = Math.floor(this.version / 7) + 2;
    const step = Math.floor((this.version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
    const places = [6];
    for (let i = count - 1, place = this.size - 7; i >= 1; i--, place -= step) places.splice(1, 0, place);
    return places;
  }

  /** @param {number} mask */
  drawFormat(mask) {
    let rem = mask;
    for (let i = 0; i < 10; i++) rem = (rem << 1) ^ ((rem >> 9) * 0x537);
    const bits = ((mask << 10) | rem) ^ 0x5412;
    const bit = (/** @type {number} */ i) => ((bits >> i) & 1) === 1;
    const n = this.size;
    for (let i = 0; i < 6; i++) this.set(8, i, bit(i));
    this.set(8, 7, bit(6));
    this.set(8, 8, bit(7));
    this.set(7, 8, bit(8));
    for (let i = 9; i < 15; i++) this.set(14 - i, 8, bit(i));
    for (let i = 0; i < 8; i++) this.set(n - 1 - i, 8, bit(i));
    for (let i = 8; i < 15; i++) this.set(8, n - 15 + i, bit(i));
    this.set(8, n - 8, true);
  }

  drawVersion() {
    if (this.version < 7) return;
    let rem = this.version;
    for (let i = 0; i < 12; i++) rem = (rem << 1) ^ ((rem >> 11) * 0x1f25);
    const bits = (this.version << 12) | rem;
    for (let i = 0; i < 18; i++) {
      const dark = ((bits >> i) & 1) === 1;
      const a = this.size - 11 + (i % 3);
      const b = Math.floor(i / 3);
      this.set(a, b, dark);
      this.set(b, a, dark);
    }
  }

  /** @param {number[]} data */
  drawCodewords(data) {
    let i = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      for (let vert = 0; vert < this.size; vert++) {
        for (let j = 0; j < 2; j++) {
          const x = right - j;
          const y = ((right + 1) & 2) === 0 ? this.size - 1 - vert : vert;
          if (this.fixed[y * this.size + x] || i >= data.length * 8) continue;
          this.dark[y * this.size + x] = (at(data, i >> 3) >> (7 - (i & 7))) & 1;
          i++;
        }
      }
    }
  }

  /** @param {number} mask */
  applyMask(mask) {
    const hit = /** @type {(x: number, y: number) => boolean} */ (MASKS[mask]);
    for (let y = 0; y < this.size; y++) {
      for (let x = 0; x < this.size; x++) {
        const i = y * this.size + x;
        if (!this.fixed[i] && hit(x, y)) this.dark[i] = at(this.dark, i) ^ 1;
      }
    }
  }

  penalty() {
    const n = this.size;
    const d = this.dark;
    let result = 0;
    let dark = 0;
    for (let y = 0; y < n; y++) {
      result += this.linePenalty(y * n, 1) + this.linePenalty(y, n);
      for (let x = 0; x < n; x++) {
        const i = y * n + x;
        dark += at(d, i);
        if (x + 1 < n && y + 1 < n && d[i] === d[i + 1] && d[i] === d[i + n] && d[i] === d[i + n + 1]) result += 3;
      }
    }
    return result + Math.floor(Math.abs(dark * 20 - n * n * 10) / (n * n)) * 10;
  }

  /**
   * @param {number} from
   * @param {number} step
   */
  linePenalty(from, step) {
    let result = 0;
    let run = 0;
    let window = 0;
    for (let i = 0; i < this.size; i++) {
      const v = at(this.dark, from + i * step);
      if (i > 0 && v === this.dark[from + (i - 1) * step]) {
        run++;
        if (run === 5) result += 3;
        else if (run > 5) result++;
      } else {
        run = 1;
      }
      window = ((window << 1) & 0x7ff) | v;
      if (i >= 10 && (window === 0x05d || window === 0x5d0)) result += 40;
    }
    return result;
  }
}
