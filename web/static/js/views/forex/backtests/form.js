/** The form of a new backtest: strategy, period, spread, parameters. */
import { backtestForm, createBacktest, getBacktest } from '../../../api/backtests.js';
import { h, replace } from '../../../dom.js';
import { date } from '../../../format.js';
import { format } from '../../../router.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { field } from '../../../components/field.js';
import { workForm } from '../../../components/form-dialog.js';
import { page } from '../../../components/page.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { PATH } from './words.js';

/**
 * @typedef {import('../../../types.js').Strategy} Strategy
 * @typedef {import('../../../types.js').Backtest} Backtest
 * @typedef {Awaited<ReturnType<typeof backtestForm>>} Given
 */

/**
 * @param {HTMLElement} root
 * @param {{ strategy: string, like: string }} wanted A strategy's name, or the id of a run to begin with.
 * @param {AbortSignal} signal
 */
export function mountForm(root, wanted, signal) {
  const frame = page({ title: 'Run a backtest', trail: [{ label: 'Backtests', href: format(PATH) }] });
  replace(root, frame.root);
  const load = async () => {
    replace(frame.content, loading('the strategies', ...[1, 2, 3].map(() => skeleton('skeleton-field'))));
    try {
      const [given, like] = await Promise.all([
        backtestForm(signal),
        wanted.like ? getBacktest(wanted.like, signal).catch(() => null) : null,
      ]);
      if (signal.aborted) return;
      replace(frame.content, form(given, like, wanted.strategy, signal));
    } catch (error) {
      if (!signal.aborted) replace(frame.content, failed(error, 'the strategies', load));
    }
  };
  void load();
}

/**
 * @param {Given} given
 * @param {Backtest | null} like
 * @param {string} name
 * @param {AbortSignal} signal
 */
function form({ strategies, market, settings }, like, name, signal) {
  let chosen = strategies.find((item) => item.name === (like?.strategy ?? name)) ?? strategies[0];
  let key = crypto.randomUUID();
  const summary = h('p', { class: 'muted' });
  const select = h(
    'select',
    { class: 'input', on: { change: () => choose() } },
    strategies.map((item) => h('option', { value: item.name, selected: item === chosen }, item.title)),
  );
  const { first, last } = market.bars;
  const day = (/** @type {string | null} */ time) => time?.slice(0, 10) ?? '';
  const dates = { min: day(first), max: day(last) };
  const from = h('input', {
    class: 'input figures',
    type: 'date',
    ...dates,
    value: like ? day(like.from) : day(first),
  });
  const to = h('input', { class: 'input figures', type: 'date', ...dates, value: like ? day(last) : day(last) });
  const spread = h('input', {
    class: 'input figures backtest-number',
    type: 'number',
    min: '0',
    max: '10',
    step: '0.01',
    inputmode: 'decimal',
    value: like?.terms.spread ?? settings.spread,
  });
  const fields = {
    strategy: field({ label: 'Strategy', control: select, required: true }),
    from: field({ label: 'From', control: from }),
    to: field({ label: 'To', control: to, help: 'The last day that counts.' }),
    spread: field({
      label: 'Spread in dollars',
      control: spread,
      help: `What each trade pays between buying and selling price. Your signals count with ${settings.spread}.`,
    }),
  };
  const grid = h('div', { class: 'backtest-params' });
  /** @type {Map<string, { input: HTMLInputElement, field: import('../../../components/field.js').Field }>} */
  let params = new Map();

  /** @param {Backtest | null} [seed] */
  const choose = (seed = null) => {
    chosen = strategies.find((item) => item.name === select.value) ?? chosen;
    summary.textContent = chosen?.summary ?? '';
    params = new Map();
    for (const param of chosen?.params ?? []) {
      const start = seed?.params.find((other) => other.name === param.name)?.value ?? param.value;
      const input = h('input', {
        class: 'input figures backtest-number',
        type: 'number',
        min: String(param.min),
        max: String(param.max),
        step: 'any',
        value: String(start),
      });
      params.set(param.name, {
        input,
        field: field({
          label: param.title,
          control: input,
          required: true,
          help: `${param.help}. ${param.min} to ${param.max}, usually ${param.default}.`,
        }),
      });
    }
    replace(grid, ...[...params.values()].map((item) => item.field.root));
  };
  choose(like);

  const usual = () => {
    for (const param of chosen?.params ?? []) {
      const item = params.get(param.name);
      if (item) item.input.value = String(param.default);
    }
  };

  const work = async () => {
    for (const item of [...Object.values(fields), ...[...params.values()].map((one) => one.field)]) item.setError('');
    if (!chosen) return;
    /** @type {Record<string, number>} */
    const changed = {};
    for (const param of chosen.params) {
      const item = params.get(param.name);
      if (item && Number(item.input.value) !== param.default) changed[param.name] = Number(item.input.value);
    }
    const run = await createBacktest(
      {
        strategy: chosen.name,
        params: changed,
        spread: spread.value || null,
        from: from.value && from.value > dates.min ? `${from.value}T00:00:00Z` : null,
        to: to.value && to.value < dates.max ? new Date(Date.parse(to.value) + 86_400_000).toISOString() : null,
      },
      key,
    );
    location.hash = format(`${PATH}/${run.id}`);
  };

  /** @param {import('../../../problem.js').ApiError} error */
  const onerror = (error) => {
    key = crypto.randomUUID();
    let shown = false;
    for (const { name: at, message } of error.fields) {
      const inner = at.replace(/^params\./, '');
      const place = at === inner ? fields[/** @type {keyof typeof fields} */ (at)] : params.get(inner)?.field;
      if (!place) continue;
      place.setError(message);
      if (!shown) place.root.querySelector('input, select')?.scrollIntoView({ block: 'center' });
      if (!shown) /** @type {HTMLElement | null} */ (place.root.querySelector('input, select'))?.focus();
      shown = true;
    }
    return shown;
  };

  return h(
    'div',
    { class: 'market-panel backtest-form' },
    first
      ? null
      : callout('info', 'The market’s history has not begun yet. A backtest can run once the first candles are there.'),
    workForm({
      body: [
        fields.strategy.root,
        summary,
        h('div', { class: 'backtest-period' }, fields.from.root, fields.to.root, fields.spread.root),
        first && last
          ? h(
              'p',
              { class: 'muted small' },
              `There are prices from ${date(first)} to ${date(last)}, in candles of 15 minutes.`,
            )
          : null,
        h(
          'details',
          { class: 'backtest-more', open: like !== null },
          h('summary', null, 'Parameters'),
          h(
            'div',
            { class: 'backtest-more-body' },
            h(
              'p',
              { class: 'muted small' },
              'They begin as your strategy has them. What you change here counts for this backtest alone.',
            ),
            grid,
            h('div', { class: 'row' }, button('Set all to usual', usual, { icon: 'reset', small: true })),
          ),
        ),
      ],
      verb: 'Run the backtest',
      work,
      onerror,
      signal,
    }),
  );
}
