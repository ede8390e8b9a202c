/**
 * Copies what others made (fonts, emoji pictures, and their licences) from web/node_modules to
 * internal/base/assets/made_by_make_assets/, from where the Go program embeds it. Nothing of it is
 * committed. Run by `make assets`; a second run rewrites the same bytes.
 *
 *   fonts/   static TTFs that the renderer draws with, index.json, licences (SIL OFL 1.1)
 *   emoji/   emoji.bin: the 64 px pictures end to end; index.json: [key, offset, length, short form]
 *   ui/      woff2 of the dashboard's own type, index.json with unicode ranges, licences; uPlot, which draws charts
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, '..', 'node_modules');
const out = join(here, '..', '..', 'internal', 'base', 'assets', 'made_by_make_assets');

/** The static fonts of the renderer: package, family id, label, class, and the weights worth their bytes. */
const families = [
  {
    pkg: 'inter',
    family: 'inter',
    label: 'Inter',
    file: 'Inter',
    kind: 'sans',
    weights: [400, 500, 600, 700, 800, 900],
  },
  {
    pkg: 'montserrat',
    family: 'montserrat',
    label: 'Montserrat',
    file: 'Montserrat',
    kind: 'sans',
    weights: [400, 500, 600, 700, 800, 900],
  },
  {
    pkg: 'oswald',
    family: 'oswald',
    label: 'Oswald',
    file: 'Oswald',
    kind: 'condensed',
    weights: [400, 500, 600, 700],
  },
  {
    pkg: 'bebas-neue',
    family: 'bebas-neue',
    label: 'Bebas Neue',
    file: 'BebasNeue',
    kind: 'condensed',
    weights: [400],
  },
  {
    pkg: 'playfair-display',
    family: 'playfair-display',
    label: 'Playfair Display',
    file: 'PlayfairDisplay',
    kind: 'serif',
    weights: [400, 600, 700, 900],
  },
  {
    pkg: 'jetbrains-mono',
    family: 'jetbrains-mono',
    label: 'JetBrains Mono',
    file: 'JetBrainsMono',
    kind: 'mono',
    weights: [400, 600, 800],
  },
];
/** @type {Record<number, string>} */
const weightNames = { 400: 'Regular', 500: 'Medium', 600: 'SemiBold', 700: 'Bold', 800: 'ExtraBold', 900: 'Black' };

/** Variable woff2 files for the dashboard itself. */
const uiFonts = [
  { pkg: 'inter', family: 'Inter', subsets: ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'vietnamese'] },
  { pkg: 'jetbrains-mono', family: 'JetBrains Mono', subsets: ['latin', 'latin-ext', 'cyrillic'] },
];

if (!existsSync(join(modules, '@expo-google-fonts'))) {
  console.error('web/node_modules is missing: run `npm ci` in web/ first (make assets does)');
  process.exit(1);
}
rmSync(out, { recursive: true, force: true });
copyFonts();
packEmoji();
copyUi();

/** @param {string} name @param {unknown} value */
function writeJSON(name, value) {
  writeFileSync(join(out, name), JSON.stringify(value) + '\n');
}

function copyFonts() {
  mkdirSync(join(out, 'fonts'), { recursive: true });
  const index = [];
  for (const f of families) {
    const dir = join(modules, '@expo-google-fonts', f.pkg);
    for (const weight of f.weights) {
      const style = `${weight}${weightNames[weight]}`;
      const file = `${f.family}-${weight}.ttf`;
      copyFileSync(join(dir, style, `${f.file}_${style}.ttf`), join(out, 'fonts', file));
      index.push({ file, family: f.family, label: f.label, kind: f.kind, weight });
    }
    copyFileSync(join(dir, 'LICENSE_FONT'), join(out, 'fonts', `${f.family}.LICENSE.txt`));
  }
  writeJSON('fonts/index.json', index);
}

function packEmoji() {
  mkdirSync(join(out, 'emoji'), { recursive: true });
  const dir = join(modules, 'emoji-datasource-google');
  /** @type {any[]} */
  const data = JSON.parse(readFileSync(join(dir, 'emoji.json'), 'utf8'));
  const all = data.flatMap((e) => [e, ...Object.values(e.skin_variations ?? {})]).filter((e) => e.has_img_google);
  /** @type {Map<string, [string, number, number, string]>} */
  const index = new Map();
  const parts = [];
  let offset = 0;
  for (const e of all) {
    const key = e.unified.toLowerCase();
    if (index.has(key)) continue;
    const png = readFileSync(join(dir, 'img', 'google', '64', e.image));
    const short = (e.non_qualified ?? '').toLowerCase();
    index.set(key, [key, offset, png.length, short]);
    parts.push(png);
    offset += png.length;
  }
  writeFileSync(join(out, 'emoji', 'emoji.bin'), Buffer.concat(parts));
  writeJSON(
    'emoji/index.json',
    [...index.values()].sort((a, b) => (a[0] < b[0] ? -1 : 1)),
  );
  // The npm package names the pictures' licence without its text; a Go module that the program uses has it.
  const download = ['mod', 'download', '-json', 'github.com/prometheus/client_golang'];
  const module = JSON.parse(execFileSync('go', download, { cwd: here, encoding: 'utf8' }));
  const apache = readFileSync(join(module.Dir, 'LICENSE'), 'utf8');
  writeFileSync(
    join(out, 'emoji', 'LICENSE.txt'),
    'The emoji pictures are Noto Emoji, copyright Google, under the Apache License 2.0:\n\n' +
      apache +
      '\n\nThe list of emoji comes from emoji-datasource-google:\n\n' +
      readFileSync(join(dir, 'LICENSE'), 'utf8'),
  );
}

function copyUi() {
  mkdirSync(join(out, 'ui'), { recursive: true });
  const index = [];
  for (const f of uiFonts) {
    const dir = join(modules, '@fontsource-variable', f.pkg);
    const ranges = JSON.parse(readFileSync(join(dir, 'unicode.json'), 'utf8'));
    for (const subset of f.subsets) {
      const file = `${f.pkg}-${subset}.woff2`;
      copyFileSync(join(dir, 'files', `${f.pkg}-${subset}-wght-normal.woff2`), join(out, 'ui', file));
      index.push({ file, family: f.family, subset, unicode_range: ranges[subset] });
    }
    copyFileSync(join(dir, 'LICENSE'), join(out, 'ui', `${f.pkg}.LICENSE.txt`));
  }
  writeJSON('ui/index.json', index);
  const uplot = join(modules, 'uplot');
  copyFileSync(join(uplot, 'dist', 'uPlot.esm.js'), join(out, 'ui', 'uplot.js'));
  copyFileSync(join(uplot, 'dist', 'uPlot.min.css'), join(out, 'ui', 'uplot.css'));
  copyFileSync(join(uplot, 'LICENSE'), join(out, 'ui', 'uplot.LICENSE.txt'));
}
