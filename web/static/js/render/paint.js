/**
 * paint(ctx, layout, …) draws a layout on a canvas with the outlines of the fonts, never with the
 * browser's text functions. The Go side is internal/engine/render/painter.go and paint_*.go; both keep to
 * the pixel budget in test/render/pixels.test.mjs. Synchronous; outlines are cached as Path2D.
 */

/**
 * @typedef {import('./types.js').Layout} Layout
 * @typedef {import('./types.js').Placed} Placed
 * @typedef {import('./types.js').PlacedText} PlacedText
 * @typedef {import('./types.js').PlacedQR} PlacedQR
 * @typedef {import('./types.js').Box} Box
 * @typedef {import('./fonts.js').Fonts} Fonts
 * @typedef {import('./fonts.js').Face} Face
 * @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context
 * @typedef {HTMLImageElement | HTMLCanvasElement | ImageBitmap | OffscreenCanvas} Picture
 *
 * @typedef {object} Scene
 * @property {Fonts} fonts
 * @property {Picture | null} [background] 1× or 2×
 * @property {Record<string, Picture | null | undefined>} [images] by field name
 * @property {Picture | null} [logo]
 * @property {number} [scale] device pixels per layout pixel; 1 and 2 give the server's pixels
 * @property {Map<string, Picture>} [emoji] pictures by key; those of fonts.emoji when left out
 */

/**
 * Draws the whole picture; the canvas must be layout.width × scale pixels wide.
 * @param {Context} ctx
 * @param {Layout} layout
 * @param {Scene} scene
 */
export function paint(ctx, layout, scene) {
  const scale = scene.scale ?? 1;
  ctx.save();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.globalCompositeOperation = 'source-over';
  ctx.globalAlpha = 1;
  ctx.imageSmoothingEnabled = true;
  ctx.imageSmoothingQuality = 'high';
  const width = Math.round(layout.width * scale);
  const height = Math.round(layout.height * scale);
  ctx.fillStyle = '#ffffff';
  ctx.fillRect(0, 0, width, height);
  if (scene.background) ctx.drawImage(scene.background, 0, 0, width, height);
  for (const layer of layout.layers) {
    ctx.save();
    ctx.globalAlpha = layer.opacity;
    if (layer.text) paintText(ctx, layer.text, scene, scale);
    else if (layer.qr) paintQR(ctx, layer.qr, scale);
    else if (layer.shape) paintShape(ctx, layer.shape, scale);
    else if (layer.type === 'logo') paintSlot(ctx, layer, scene.logo, scale);
    else if (layer.type === 'image') paintSlot(ctx, layer, scene.images?.[layer.field ?? ''], scale);
    ctx.restore();
  }
  ctx.restore();
}

/**
 * @param {Face} face
 * @param {number} code
 */
function glyphPath(face, code) {
  let path = face.paths.get(code);
  if (!path) {
    path = new Path2D(face.glyph(code)?.path ?? '');
    face.paths.set(code, path);
  }
  return path;
}

/**
 * All letters of a text as one path in device pixels.
 * @param {PlacedText} text
 * @param {Fonts} fonts
 * @param {number} scale
 */
function textPath(text, fonts, scale) {
  const path = new Path2D();
  const faces = text.fonts.map((hash) => fonts.faces.get(hash));
  for (const g of text.glyphs) {
    const face = faces[g.f];
    if (!face) continue;
    const k = (text.size * scale) / face.unitsPerEm;
    path.addPath(glyphPath(face, g.c), { a: k, b: 0, c: 0, d: k, e: g.x * scale, f: g.y * scale });
  }
  return path;
}

/**
 * Shadow, outline, letters, emoji.
 * @param {Context} ctx
 * @param {PlacedText} text
 * @param {Scene} scene
 * @param {number} scale
 */
function paintText(ctx, text, scene, scale) {
  if (text.glyphs.length > 0) {
    const path = textPath(text, scene.fonts, scale);
    if (text.stroke) {
      if (text.shadow) shadowOnly(ctx, text, path, scale);
      strokePath(ctx, text, path, scale);
    } else if (text.shadow) {
      setShadow(ctx, text.shadow, scale);
    }
    ctx.fillStyle = text.color;
    ctx.fill(path);
    ctx.shadowColor = 'transparent';
  }
  const pictures = scene.emoji ?? scene.fonts.emoji;
  for (const e of text.emoji ?? []) {
    const picture = pictures.get(e.key);
    if (picture) ctx.drawImage(picture, e.x * scale, e.y * scale, e.side * scale, e.side * scale);
  }
}

/**
 * @param {Context} ctx
 * @param {PlacedText} text
 * @param {Path2D} path
 * @param {number} scale
 */
function strokePath(ctx, text, path, scale) {
  if (!text.stroke) return;
  ctx.lineWidth = 2 * text.stroke.width * scale; // the inner half lies below the letters
  ctx.lineJoin = 'round';
  ctx.lineCap = 'round';
  ctx.strokeStyle = text.stroke.color;
  ctx.stroke(path);
}

/**
 * @param {Context} ctx
 * @param {import('./types.js').Shadow} shadow
 * @param {number} scale
 * @param {number} [away] how far left of its place the shape is drawn
 */
function setShadow(ctx, shadow, scale, away = 0) {
  ctx.shadowColor = shadow.color;
  ctx.shadowBlur = shadow.blur * scale;
  ctx.shadowOffsetX = Math.round(shadow.x * scale) + away;
  ctx.shadowOffsetY = Math.round(shadow.y * scale);
}

/**
 * The shadow of letters and outline together, without them: they are drawn off the canvas.
 * @param {Context} ctx
 * @param {PlacedText} text
 * @param {Path2D} path
 * @param {number} scale
 */
function shadowOnly(ctx, text, path, scale) {
  if (!text.shadow) return;
  const { width, height } = ctx.canvas;
  const shape = new OffscreenCanvas(width, height).getContext('2d');
  if (!shape) return;
  strokePath(shape, text, path, scale);
  shape.fillStyle = text.color;
  shape.fill(path);
  setShadow(ctx, text.shadow, scale, 2 * width);
  ctx.drawImage(shape.canvas, -2 * width, 0);
  ctx.shadowColor = 'transparent';
}

/**
 * A box on whole device pixels: its corner is rounded, and so is its size.
 * @param {Box} box
 * @param {number} scale
 */
function device(box, scale) {
  const round = (/** @type {number} */ v) => Math.floor(v * scale + 0.5);
  return {
    x: round(box.x),
    y: round(box.y),
    width: Math.max(1, round(box.width)),
    height: Math.max(1, round(box.height)),
  };
}

/**
 * @param {Context} ctx
 * @param {import('./types.js').PlacedShape} shape
 * @param {number} scale
 */
function paintShape(ctx, shape, scale) {
  const box = device(shape.box, scale);
  const radius = Math.min(Math.round(shape.radius * scale), Math.floor(box.width / 2), Math.floor(box.height / 2));
  ctx.fillStyle = shape.color;
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, box.width, box.height, radius);
  ctx.fill();
}

/**
 * @param {Context} ctx
 * @param {PlacedQR} qr
 * @param {number} scale
 */
function paintQR(ctx, qr, scale) {
  const box = device(qr.box, scale);
  ctx.fillStyle = qr.background;
  ctx.fillRect(box.x, box.y, box.width, box.height);
  ctx.fillStyle = qr.color;
  const edge = (/** @type {number} */ v) => Math.round(v * scale);
  qr.rows.forEach((row, y) => {
    for (const run of row.matchAll(/1+/g)) {
      const x = qr.x + run.index * qr.module;
      const top = qr.y + y * qr.module;
      const left = edge(x);
      ctx.fillRect(left, edge(top), edge(x + run[0].length * qr.module) - left, edge(top + qr.module) - edge(top));
    }
  });
}

/**
 * Where a picture lands in a box, in device pixels, and which part of it is visible. Go: FitRect.
 * @param {Box} box
 * @param {number} width of the picture
 * @param {number} height
 * @param {string} fit
 * @param {string} align
 * @param {string} valign
 * @param {number} scale
 */
export function fitRect(box, width, height, fit, align, valign, scale) {
  const slot = device(box, scale);
  const kx = slot.width / width;
  const ky = slot.height / height;
  if (fit === 'cover') {
    const k = Math.max(kx, ky);
    const w = Math.min(width, Math.max(1, Math.floor(slot.width / k + 0.5)));
    const h = Math.min(height, Math.max(1, Math.floor(slot.height / k + 0.5)));
    return { ...slot, sx: shift(align, width - w), sy: shift(valign, height - h), swidth: w, sheight: h };
  }
  const k = Math.min(kx, ky);
  const w = Math.min(slot.width, Math.max(1, Math.floor(width * k + 0.5)));
  const h = Math.min(slot.height, Math.max(1, Math.floor(height * k + 0.5)));
  const x = slot.x + shift(align, slot.width - w);
  const y = slot.y + shift(valign, slot.height - h);
  return { x, y, width: w, height: h, sx: 0, sy: 0, swidth: width, sheight: height };
}

/**
 * @param {string} align
 * @param {number} room
 */
function shift(align, room) {
  if (align === 'left' || align === 'top') return 0;
  return align === 'right' || align === 'bottom' ? room : Math.floor(room / 2);
}

/**
 * @param {Context} ctx
 * @param {Placed} layer
 * @param {Picture | null | undefined} picture
 * @param {number} scale
 */
function paintSlot(ctx, layer, picture, scale) {
  const slot = layer.slot;
  if (!picture || !slot) return;
  const width = 'naturalWidth' in picture ? picture.naturalWidth : picture.width;
  const height = 'naturalHeight' in picture ? picture.naturalHeight : picture.height;
  if (width < 1 || height < 1) return;
  const r = fitRect(slot.box, width, height, slot.fit, slot.align, slot.valign, scale);
  const radius = Math.min(Math.round(slot.radius * scale), Math.floor(r.width / 2), Math.floor(r.height / 2));
  if (radius > 0) {
    ctx.beginPath();
    ctx.roundRect(r.x, r.y, r.width, r.height, radius);
    ctx.clip();
  }
  ctx.drawImage(picture, r.sx, r.sy, r.swidth, r.sheight, r.x, r.y, r.width, r.height);
}

/**
 * The emoji of a layout whose pictures haven't loaded yet.
 * @param {Layout} layout
 * @param {Fonts} fonts
 * @returns {{key: string, url: string}[]}
 */
export function missingEmoji(layout, fonts) {
  const keys = new Set(layout.layers.flatMap((l) => l.text?.emoji?.map((e) => e.key) ?? []));
  return [...keys].filter((key) => !fonts.emoji.has(key)).map((key) => ({ key, url: fonts.emojiIndex.url(key) }));
}

/**
 * Loads the pictures that a layout needs into fonts.emoji; one that fails stays missing.
 * @param {Layout} layout
 * @param {Fonts} fonts
 * @param {(url: string) => Promise<ImageBitmap>} loadImage
 */
export async function loadEmoji(layout, fonts, loadImage) {
  await Promise.allSettled(
    missingEmoji(layout, fonts).map(async ({ key, url }) => {
      fonts.emoji.set(key, await loadImage(url));
    }),
  );
  return fonts.emoji;
}
