/** What closed signals come to: equity, win rates, when it was good and when not, and the record that proves it. */
import { listStrategies, performanceTable, readPerformance, readRecord } from '../../api/forex.js';
import { h, replace } from '../../dom.js';
import { whole } from '../../format.js';
import { calmed, watch } from '../../live.js';
import { remember } from '../../router.js';
import { callout } from '../../components/callout.js';
import { chart } from '../../components/chart/chart.js';
import { icon } from '../../components/icons.js';
import { page } from '../../components/page.js';
import { segmented } from '../../components/segmented.js';
import { blank, failed, loading, skeleton } from '../../components/states.js';
import { groupTable } from './performance/groups.js';
import { heatMap } from './performance/heat-map.js';
import { recordPanel } from './performance/record.js';
import { inPips, inR, PATH, rateText, toneOf, WEEKDAYS } from './performance/words.js';

/**
 * @typedef {import('../../types.js').Performance} Performance
 * @typedef {import('../../types.js').RecordEnd} RecordEnd
 */

/** Between two looks while signals are closed (ms). */
const PAUSE = 3000;

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `from`, `to`, `strategy`, `market`
 * @returns {() => void}
 */
export function mount(root, params) {
  const life = new AbortController();
  const { signal } = life;
  const filter = {
    from: params.from ?? '',
    to: params.to ?? '',
    strategy: params.strategy ?? '',
    market: params.market ?? '',
  };
  let unit = 'pips';
  let query = new AbortController();
  /** @type {import('../../components/chart/chart.js').Chart | null} */
  let drawing = null;
  /** @type {Performance | null} */
  let last = null;
  let shown = '';
  /** @type {Record<string, string>} */
  let titles = {};

  const csv = h('a', { class: 'button', download: '' }, icon('download'), 'Download CSV');
  const frame = page({ title: 'Performance', actions: [csv] });
  const body = h('div', { class: 'market' });
  const proof = h('div');
  const markets = h('div');
  const by = h('select', {
    class: 'input performance-strategy',
    'aria-label': 'Strategy',
    on: { change: () => change({ strategy: by.value }) },
  });
  /** @param {'from' | 'to'} name @param {string} label */
  const day = (name, label) => {
    const input = h('input', {
      class: 'input performance-day',
      type: 'date',
      value: filter[name],
      on: { change: () => change({ [name]: input.value }) },
    });
    return h('label', { class: 'performance-date' }, h('span', { class: 'muted small' }, label), input);
  };
  const filters = h('div', { class: 'filters' }, day('from', 'From'), day('to', 'To'), by, markets);
  replace(frame.content, filters, h('div', { class: 'market' }, body, proof));
  replace(root, frame.root);
  replace(body, loading('the performance', skeleton('skeleton-banner'), skeleton('skeleton-row')));

  /** @param {Partial<typeof filter>} some */
  const change = (some) => {
    Object.assign(filter, some);
    remember(PATH, filter);
    void load();
  };

  const load = async () => {
    query.abort();
    query = new AbortController();
    const own = query.signal;
    csv.setAttribute('href', performanceTable(filter));
    try {
      const [figures, record] = await Promise.all([readPerformance(filter, own), readRecord(own)]);
      if (own.aborted || signal.aborted) return;
      replace(
        proof,
        recordPanel(record, () => void load(), signal),
      );
      await show(figures);
    } catch (error) {
      if (own.aborted || signal.aborted) return;
      shown = '';
      replace(body, failed(error, 'the performance', load));
    }
  };

  /** @param {Performance} figures */
  const show = async (figures) => {
    const mark = JSON.stringify(figures);
    if (mark === shown) return;
    shown = mark;
    last = figures;
    chooseMarket(figures);
    const simulated =
      figures.market === 'simulated'
        ? callout(
            'warn',
            h(
              'p',
              null,
              h('strong', null, 'On a made-up market. '),
              'These figures show how signals work. They are no results.',
            ),
          )
        : null;
    if (figures.total.signals === 0) {
      drawing = null;
      replace(body, simulated, nothing());
      return;
    }
    drawing ??= await chart({
      label: 'Equity of closed signals',
      format: (value) => value.toFixed(unit === 'r' ? 2 : 1),
      signal,
    });
    if (signal.aborted) return;
    replace(
      body,
      simulated,
      totals(figures),
      h(
        'section',
        { class: 'market-panel', 'aria-labelledby': 'equity-title' },
        h('div', { class: 'performance-head' }, h('h2', { id: 'equity-title' }, 'Equity'), units.root),
        drawing.root,
      ),
      heatMap(figures.days),
      groupTable(
        'By strategy',
        'Strategy',
        figures.strategies.map((one) => ({ name: titles[one.strategy] ?? one.strategy, group: one })),
      ),
      h(
        'div',
        { class: 'performance-pair' },
        groupTable(
          'By hour of opening, UTC',
          'Hour',
          figures.hours
            .map((group, hour) => ({ name: `${String(hour).padStart(2, '0')}:00`, group }))
            .filter(({ group }) => group.signals > 0),
        ),
        groupTable(
          'By weekday of opening',
          'Weekday',
          figures.weekdays
            .map((group, i) => ({ name: WEEKDAYS[i] ?? '', group }))
            .filter(({ group }) => group.signals > 0),
        ),
      ),
    );
    draw();
  };

  const draw = () => {
    if (!last || !drawing) return;
    const points = last.equity;
    drawing.draw(
      points.map(({ at }) => Date.parse(at) / 1000),
      [
        {
          label: unit === 'r' ? 'R' : 'Pips',
          values: points.map((point) => Number(unit === 'r' ? point.r : point.pips)),
        },
      ],
    );
  };

  const units = segmented({
    label: 'Equity in',
    quietLabel: true,
    choices: [
      { value: 'pips', label: 'Pips' },
      { value: 'r', label: 'R' },
    ],
    value: unit,
    onchange: (value) => {
      unit = value;
      draw();
    },
  });

  /** Where there are signals on both kinds of markets, one is chosen. @param {Performance} figures */
  const chooseMarket = (figures) => {
    if (figures.markets.length < 2 || markets.firstChild) return;
    replace(
      markets,
      segmented({
        label: 'Market',
        quietLabel: true,
        choices: [
          { value: 'real', label: 'Real market' },
          { value: 'simulated', label: 'Made-up market' },
        ],
        value: figures.market,
        onchange: (value) => change({ market: value }),
      }).root,
    );
  };

  const nothing = () =>
    filter.from || filter.to || filter.strategy
      ? blank({ picture: 'search', title: 'No closed signal matches', text: 'Choose other days or another strategy.' })
      : blank({
          picture: 'market',
          title: 'No closed signals yet',
          text: 'Figures begin with the first signal that is closed.',
          action: h('a', { class: 'button', href: '#forex/signals' }, 'Open signals'),
        });

  const drawStrategies = () =>
    replace(
      by,
      h('option', { value: '' }, 'All strategies'),
      Object.entries(titles).map(([value, title]) =>
        h('option', { value, selected: value === filter.strategy }, title),
      ),
    );

  const start = async () => {
    drawStrategies();
    const known = await listStrategies(signal).catch(() => ({ items: [] }));
    if (signal.aborted) return;
    titles = Object.fromEntries(known.items.map(({ name, title }) => [name, title]));
    drawStrategies();
    void load();
  };

  watch('signal', null, calmed(load, signal, PAUSE), signal);
  watch('record', null, calmed(load, signal, PAUSE), signal);
  signal.addEventListener('abort', () => query.abort(), { once: true });
  void start();
  return () => life.abort();
}

/** @param {Performance} figures */
function totals({ total, max_drawdown_pips, max_drawdown_r, longest_losing_streak }) {
  /** @type {[string, string, string, string][]} */
  const all = [
    ['Pips', inPips(total.pips), toneOf(total.pips), `${inR(total.r)} R`],
    [
      'Won',
      rateText(total.win_rate),
      'even',
      `${whole(total.wins)} won, ${whole(total.losses)} lost, ${whole(total.draws)} neither`,
    ],
    ['Closed signals', whole(total.signals), 'even', `At most ${whole(longest_losing_streak)} lost in a row`],
    [
      'Deepest fall',
      `${Number(max_drawdown_pips).toFixed(1)} pips`,
      'even',
      `${Number(max_drawdown_r).toFixed(2)} R below the highest point`,
    ],
  ];
  return h(
    'dl',
    { class: 'performance-totals figures' },
    all.map(([term, value, tone, more]) =>
      h(
        'div',
        { class: 'market-panel' },
        h('dt', null, term),
        h('dd', { class: `performance-total performance-${tone}` }, value),
        h('dd', { class: 'muted small' }, more),
      ),
    ),
  );
}
