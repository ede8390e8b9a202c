/**
 * What the parity tests share: the Go side's fonts and pictures, made once per test run by
 * `go run ./internal/test/parity`, and a loader that reads them from there.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/**
 * Runs the Go helper into a new folder; call remove when done.
 * @param {{pictures?: boolean}} [options]
 */
export function makeServerSide({ pictures = false } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'promostack-render-'));
  const args = ['run', './internal/test/parity', '-out', dir];
  if (pictures) args.push('-pictures');
  execFileSync('go', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  /** @param {string} path an address of the API, or a file of the folder */
  const read = (path) => readFileSync(join(dir, path === '/api/v1/fonts' ? 'fonts.json' : path));
  return {
    dir,
    read,
    /** @param {string} path @returns {Promise<any>} */
    fetchJson: async (path) => JSON.parse(read(path).toString('utf8')),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
