/** The browser of the tests: Debian's Chromium, without its windows where that is installed: it takes half the time. */
import { existsSync } from 'node:fs';

export const CHROMIUM =
  process.env.CHROMIUM ||
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path)) ||
  'chromium';
