/** The list of a record's signals: one card each, what happened to it folded away. */
import { h, replace } from '../dom.js';
import { dateTime, whole } from '../format.js';
import { percent, price } from './decimal.js';
import { messageAddress } from './model.js';
import { change, inPips, inR, STATES, strategyName, told } from './words.js';

/** @typedef {import('./model.js').Shown} Shown */

/** Cards that are drawn at once. */
const AT_ONCE = 40;

/** @param {number} seconds */
const when = (seconds) => h('time', { datetime: new Date(seconds * 1000).toISOString() }, dateTime(seconds * 1000));

/** @param {string} term @param {...import('../dom.js').Child} value */
const fact = (term, ...value) => h('div', null, h('dt', null, term), h('dd', null, value));

/** @param {Shown} one */
function outcome(one) {
  if (one.pips === null || one.r === null) return null;
  const tone = one.pips > 0n ? 'good' : one.pips < 0n ? 'bad' : 'even';
  const word = one.pips > 0n ? 'Won' : one.pips < 0n ? 'Lost' : 'Even';
  return h(
    'p',
    { class: `record-outcome record-${tone}` },
    h('strong', null, `${word} ${inPips(one.pips)}`),
    h('span', null, inR(one.r)),
  );
}

/** @param {Shown} one */
function messages(one) {
  const posted = one.entries.filter((e) => e.kind === 'posted');
  return posted.map((e, i) => {
    const address = messageAddress(e);
    const text = `${i > 0 ? ', ' : ''}${e.chat} ${e.message}`;
    return address ? h('a', { href: address, rel: 'noopener noreferrer' }, text) : text;
  });
}

/** @param {Shown} one */
function timeline(one) {
  return h(
    'ol',
    { class: 'record-timeline' },
    one.entries.map((e) => {
      const levels = change(e);
      return h(
        'li',
        null,
        when(e.milestone?.at ?? e.at),
        h('span', null, told(e)),
        levels &&
          h(
            'dl',
            { class: 'record-change' },
            fact('Before', h('del', null, levels[0])),
            fact('After', h('ins', null, levels[1])),
          ),
      );
    }),
  );
}

/** @param {Shown} one */
function card(one) {
  const plan = one.opened?.plan ?? one.first.plan;
  const [tone, word] = STATES[one.state] ?? ['quiet', one.state];
  const side = plan?.side === 'sell' ? 'Sell' : 'Buy';
  const symbol = one.opened?.symbol || 'gold';
  const edits = one.entries.filter((e) => e.kind === 'edited').length;
  const sent = messages(one);
  const exits = one.entries.flatMap((e) => (e.milestone && e.milestone.share > 0 ? [e.milestone] : []));
  const holder = h('div');
  const details = h(
    'details',
    {
      on: {
        toggle: () => {
          if (details.open && !holder.firstChild) replace(holder, timeline(one));
        },
      },
    },
    h(
      'summary',
      null,
      `What happened${edits > 0 ? `, with ${edits === 1 ? 'a change' : `${edits} changes`} of its levels` : ''}`,
    ),
    holder,
  );
  return h(
    'li',
    { class: 'record-card', 'data-number': one.number },
    h(
      'div',
      { class: 'record-top' },
      h('h3', null, h('span', { class: 'muted' }, `#${one.number} `), `${side} ${symbol}`),
      h('span', { class: `record-chip record-chip-${tone}` }, word),
      one.opened?.simulated ? h('span', { class: 'record-chip record-chip-warn' }, 'On a made-up market') : null,
      outcome(one),
    ),
    h(
      'dl',
      { class: 'record-facts' },
      fact('Strategy', strategyName(one.first.strategy) || '–'),
      one.opened?.entry != null ? fact('Entry', price(one.opened.entry)) : null,
      plan && fact('Stop', price(plan.stop)),
      plan && fact('Targets', plan.targets.map((t) => price(t.price)).join(', ')),
      exits.length > 0 ? fact('Exits', exits.map((m) => `${price(m.price)} (${percent(m.share)})`).join(', ')) : null,
      fact(one.opened ? 'Opened' : 'Proposed', when(one.opened?.openedAt ?? one.first.at)),
      one.state === 'open' || one.state === 'proposed' ? null : fact(word, when(one.until)),
      sent.length > 0 ? fact('Message', sent) : null,
    ),
    details,
  );
}

/**
 * @param {Element} root
 * @param {Shown[]} all The newest first.
 */
export function showSignals(root, all) {
  const list = h('ol', { class: 'record-list', reversed: true });
  const more = h('button', { class: 'record-button', type: 'button', on: { click: () => add(true) } });
  let drawn = 0;
  /** @param {boolean} focus */
  const add = (focus) => {
    const cards = all.slice(drawn, drawn + AT_ONCE).map(card);
    drawn += cards.length;
    list.append(...cards);
    more.textContent = `Show more (${whole(all.length - drawn)} left)`;
    more.hidden = drawn >= all.length;
    if (focus) /** @type {HTMLElement | null | undefined} */ (cards[0]?.querySelector('summary'))?.focus();
  };
  add(false);
  replace(root, all.length > 0 ? list : h('p', { class: 'record-note' }, 'There is no signal yet.'), more);
}
