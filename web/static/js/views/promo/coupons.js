/** Coupons: a code is tried, and what the CRM was asked about lately. */
import { may } from '../../api.js';
import { listCouponChecks } from '../../api/coupons.js';
import { h, replace } from '../../dom.js';
import { on } from '../../events.js';
import { watch } from '../../live.js';
import { remember } from '../../router.js';
import { button } from '../../components/button.js';
import { cardTable } from '../../components/list/card-table.js';
import { liveList } from '../../components/list/live-list.js';
import { page } from '../../components/page.js';
import { blank, skeleton } from '../../components/states.js';
import { filterBar } from './coupons/filters.js';
import { checkRow } from './coupons/row.js';
import { couponTrial } from './coupons/trial.js';
import { PATH, asked, filterOf, isFiltered } from './coupons/words.js';

/** @typedef {import('../../types.js').CouponCheck} CouponCheck */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `code`, `outcome`, `source`, `days`
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  const { signal } = view;
  let filter = filterOf(params);

  const filters = filterBar({
    signal,
    onnarrow: (changes) => {
      filter = { ...filter, ...changes };
      reload();
    },
  });
  const table = cardTable('Recent checks', ['Code', 'Outcome', 'Source', 'Person', 'When']);
  /** @type {ReturnType<typeof liveList<CouponCheck, ReturnType<typeof checkRow>>>} */
  const list = liveList({
    what: 'the checks',
    noun: ['check'],
    class: 'card-list',
    holder: table.body,
    frame: table.root,
    page: 50,
    read: (of, own) => listCouponChecks(asked(filter, Date.now()), of, own),
    entry: checkRow,
    shapes: () => [1, 2, 3, 4].map(() => skeleton('skeleton-row')),
    focus: 'a, time',
    found: filters.found,
    onfill: (some) => (filters.root.hidden = !some && !isFiltered(filter)),
    empty: () => nothing(),
    signal,
  });
  const frame = page({ title: 'Coupons' });
  replace(
    frame.content,
    may('promos.render') ? couponTrial(signal) : null,
    h('section', { 'aria-label': 'Recent checks' }, h('h2', null, 'Recent checks'), filters.root, ...list.nodes),
  );
  replace(root, frame.root);

  const nothing = () =>
    isFiltered(filter)
      ? blank({
          picture: 'search',
          title: 'No check matches',
          text: 'The CRM was not asked about a code like this.',
          action: button('Show all checks', showAll),
        })
      : blank({
          title: 'No codes were checked yet',
          text: 'Whenever the generator, the bot or a bulk job asks the CRM about a code, it is listed here with the answer.',
        });

  const reload = () => {
    remember(PATH, { ...filter });
    void list.reload();
  };

  const showAll = () => {
    filter = filterOf({});
    filters.draw(filter);
    reload();
    filters.focus();
  };

  filters.draw(filter);
  watch('coupon', null, () => void list.lookAgain(), signal);
  on('recovered', () => void list.lookAgain(), signal);
  void list.reload();
  return () => view.abort();
}
