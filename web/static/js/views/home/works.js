/** What works and what does not, one line each. */
import { isSimulated } from '../../api.js';
import { h } from '../../dom.js';
import { chip, madeUpTag, serviceOf } from '../../components/status.js';
import { factsOf } from './words.js';

/** @param {import('../../types.js').Home} home */
export const works = (home) =>
  h(
    'ul',
    { class: 'home-facts' },
    factsOf(home, (kind) => isSimulated(serviceOf(kind))).map(({ name, tone, word, text, href, simulated }) =>
      h(
        'li',
        null,
        h(
          'a',
          { class: 'home-fact', href, 'data-keep': href },
          h('span', { class: 'home-fact-name' }, name, text ? h('span', { class: 'muted small' }, text) : null),
          simulated ? madeUpTag() : null,
          chip(tone, word),
        ),
      ),
    ),
  );
