/** What every page says of connections that do not work: a strip above it. */
import { listConnections } from '../api/telegram.js';
import { h, replace } from '../dom.js';
import { on } from '../events.js';
import { watch } from '../live.js';
import { sentence } from '../problem.js';
import { format, parse } from '../router.js';
import { icon } from './icons.js';
import { serviceOf, simulatedTag } from './status.js';

/** The page that shows it by itself. */
const PAGE = 'hub/connections';

/** @type {Record<import('../types.js').Connection['kind'], string>} */
const TITLES = { promo_bot: 'Promo Bot', signal_bot: 'Signal Bot', user_account: 'User Account' };

/**
 * @param {AbortSignal} signal Ends it with the session.
 * @returns {HTMLElement}
 */
export function brokenConnections(signal) {
  const strip = h('div', { class: 'trouble', role: 'status' });
  /** @type {import('../types.js').Connection[]} */
  let broken = [];

  const load = async () => {
    try {
      const { items } = await listConnections(signal);
      if (signal.aborted) return;
      broken = items.filter(({ state }) => state === 'broken');
      draw();
    } catch {
      // What was known stays; the strip for trouble says what is wrong.
    }
  };

  const draw = () => {
    const [first] = broken;
    const here = parse(location.hash).path === PAGE;
    replace(
      strip,
      first && !here
        ? h(
            'div',
            { class: 'trouble-inner' },
            icon('alert'),
            h(
              'p',
              null,
              h('strong', null, TITLES[first.kind]),
              ' ',
              simulatedTag(serviceOf(first.kind)),
              h('strong', null, ' does not work. '),
              first.problem ? `${sentence(first.problem.message)} ${sentence(first.problem.remedy)}` : '',
              broken.length > 1
                ? ` ${broken.length - 1} more ${broken.length > 2 ? 'connections do' : 'connection does'} not work.`
                : '',
            ),
            h('a', { class: 'button button-small', href: format(PAGE, { open: first.kind }) }, 'Open Connections'),
          )
        : null,
    );
  };

  watch('connection', null, () => void load(), signal);
  on('recovered', () => void load(), signal);
  addEventListener('hashchange', draw, { signal });
  void load();
  return strip;
}
