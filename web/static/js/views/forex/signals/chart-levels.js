/** The levels of a signal as the chart shows them. Pure. */

/**
 * @typedef {import('../../../types.js').SignalDetail} SignalDetail
 * @typedef {import('../../../components/chart/levels.js').Level} Level
 */

/**
 * Levels of the same price are one line with both names. The stop is drawn where it stood while it stood there.
 *
 * @param {Pick<SignalDetail, 'entry' | 'stop' | 'first_stop' | 'targets' | 'events' | 'opened_at' | 'closed_at'>} item
 * @returns {Level[]}
 */
export function levelsOf(item) {
  const seconds = (/** @type {string} */ iso) => Date.parse(iso) / 1000;
  const from = item.opened_at ? seconds(item.opened_at) : undefined;
  const to = item.closed_at ? seconds(item.closed_at) : undefined;
  /** @type {Level[]} */
  const all = [];
  /** @param {Level} level */
  const add = (level) => {
    const same = all.find(({ value }) => value === level.value);
    if (same) {
      same.short = `${same.short ?? same.label}, ${(level.short ?? level.label).toLowerCase()}`;
      same.label += `, ${level.label.toLowerCase()}`;
    } else all.push(level);
  };
  if (item.entry) add({ label: 'Entry', value: Number(item.entry), tone: 'muted', from, to });
  const moves = item.events.filter((event, i) => event.stop !== (item.events[i - 1]?.stop ?? item.first_stop));
  const first = moves[0];
  add({
    label: first ? 'First stop' : 'Stop',
    value: Number(item.first_stop),
    tone: 'bad',
    from,
    to: first ? seconds(first.at) : to,
  });
  moves.forEach((event, i) => {
    const next = moves[i + 1];
    if (Number(event.stop) === Number(item.first_stop)) return;
    add({
      label: next ? `Stop ${i + 2}` : 'Stop',
      value: Number(event.stop),
      tone: 'bad',
      from: seconds(event.at),
      to: next ? seconds(next.at) : to,
    });
  });
  item.targets.forEach((target, i) => {
    const mark = `${i + 1}${target.hit ? ' ✓' : ''}`;
    add({ label: `Target ${mark}`, short: `TP${mark}`, value: Number(target.price), tone: 'good', from, to });
  });
  return all;
}
