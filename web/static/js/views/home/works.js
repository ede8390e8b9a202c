/** What works and what does not, one line each. */
import { currentSession } from '../../api.js';
import { h } from '../../dom.js';
import { chip } from '../../components/status.js';
import { factsOf } from './words.js';

/** @param {import('../../types.js').Home} home */
export const works = (home) =>
  h(
    'ul',
    { class: 'home-facts' },
    factsOf(home, currentSession().sandbox).map(({ name, tone, word, text, href, simulated }) =>
      h(
        'li',
        null,
        h(
          'a',
          { class: 'home-fact', href, 'data-keep': href },
          h('span', { class: 'home-fact-name' }, name, text ? h('span', { class: 'muted small' }, text) : null),
          simulated ? h('span', { class: 'tag' }, 'Simulated') : null,
          chip(tone, word),
        ),
      ),
    ),
  );
