import { h, svg } from '../../dom.js';
import { qrCode } from '../../render/qr.js';

/** Light modules around a QR code. */
const QUIET = 4;

/**
 * A QR code as a picture: dark on white whatever the page's colours are, since phones read nothing else.
 *
 * @param {string} text
 * @param {string} label For screen readers.
 */
export function qrPicture(text, label) {
  const code = qrCode(text);
  if (!code) return h('p', { class: 'muted' }, 'The code can’t be drawn.');
  const side = code.size + 2 * QUIET;
  const path = code
    .rows()
    .flatMap((row, y) => [...row].map((dark, x) => (dark === '1' ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : '')))
    .join('');
  return h(
    'div',
    { class: 'account-qr-picture' },
    svg(
      'svg',
      {
        viewBox: `0 0 ${side} ${side}`,
        role: 'img',
        'aria-label': label,
        'shape-rendering': 'crispEdges',
      },
      svg('path', { d: path, fill: 'currentColor' }),
    ),
  );
}
