/**
 * The book of a record: entry by entry, what happened to each signal, and what it comes to. Pure.
 *
 * @typedef {import('./entry.js').Entry} Entry
 *
 * @typedef {object} Figures
 * @property {number} signals
 * @property {number} open
 * @property {number} wins
 * @property {number} draws
 * @property {number} losses
 * @property {number} unused
 * @property {bigint} pips
 * @property {bigint} r
 * @property {number} simulated
 *
 * @typedef {object} Line A signal in the book.
 * @property {import('./entry.js').Plan | null} proposed
 * @property {boolean} closed
 * @property {boolean} simulated
 * @property {number} last When the last milestone happened.
 * @property {import('./position.js').Position | null} position
 * @property {bigint} size
 */
import { edit, open, ratio, Refused, result, take } from './position.js';

/** @returns {Figures} */
export const noFigures = () => ({
  signals: 0,
  open: 0,
  wins: 0,
  draws: 0,
  losses: 0,
  unused: 0,
  pips: 0n,
  r: 0n,
  simulated: 0,
});

/** @param {import('./entry.js').Target[]} a @param {import('./entry.js').Target[]} b */
const sameTargets = (a, b) =>
  a.length === b.length && a.every((t, i) => t.price === b[i]?.price && t.share === b[i]?.share);

export class Book {
  /** @type {Map<number, Line>} */
  signals = new Map();
  /** What counts. */
  figures = noFigures();
  /** What the signals on a made-up market come to: it counts for nothing. */
  madeUp = noFigures();
  #size = 0n;
  #ended = false;
  #at = -Infinity;

  /** Counts an entry; what can't be is refused. @param {Entry} e */
  add(e) {
    if (this.#ended) throw new Refused('the record ended before');
    if ((e.seq === 1) !== (e.kind === 'begun')) throw new Refused('a record begins once, with its first entry');
    if (e.at < this.#at) throw new Refused('it says that it was made before the entry before it');
    this.#at = e.at;
    switch (e.kind) {
      case 'begun':
      case 'resized':
        if (e.pipSize === null || e.pipSize <= 0n) throw new Refused('it has no pip size');
        this.#size = e.pipSize;
        return;
      case 'ended':
        for (const [number, line] of this.signals)
          if (!line.closed) throw new Refused(`the record ends while signal ${number} is open`);
        this.#ended = true;
        return;
    }
    this.#addTo(this.#line(e), e);
  }

  /** @param {Entry} e */
  #line(e) {
    if (e.signal < 1) throw new Refused('it names no signal');
    let line = this.signals.get(e.signal);
    if (!line) {
      if (e.kind !== 'proposed' && e.kind !== 'opened')
        throw new Refused(`signal ${e.signal} was neither proposed nor opened`);
      const next = this.signals.size + 1;
      if (e.signal !== next) throw new Refused(`signal ${e.signal} comes before signal ${next}: one is missing`);
      line = { proposed: null, closed: false, simulated: false, last: 0, position: null, size: 0n };
      this.signals.set(e.signal, line);
    }
    if (line.closed && e.kind !== 'posted') throw new Refused(`signal ${e.signal} was over before`);
    return line;
  }

  /** @param {Line} line @param {Entry} e */
  #addTo(line, e) {
    const needsLive = e.kind === 'milestone' || e.kind === 'edited';
    if (e.kind !== 'posted' && needsLive !== (line.position !== null))
      throw new Refused(`signal ${e.signal} is not live, or is already`);
    switch (e.kind) {
      case 'proposed':
        if (line.proposed || !e.plan) throw new Refused(`signal ${e.signal} was proposed before, or has no plan`);
        line.proposed = e.plan;
        return;
      case 'rejected':
      case 'lapsed':
      case 'cancelled':
        line.closed = true;
        this.figures.unused += 1;
        return;
      case 'opened':
        this.#opened(line, e);
        return;
      case 'edited':
        edited(line, e);
        return;
      case 'milestone':
        this.#happened(line, e);
        return;
      case 'posted':
        return;
    }
    throw new Refused(`${JSON.stringify(e.kind)} is no kind of entry`);
  }

  /** @param {Line} line @param {Entry} e */
  #opened(line, e) {
    if (!e.plan || e.entry === null) throw new Refused('it has no plan or no entry');
    const said = line.proposed;
    if (said && (said.side !== e.plan.side || said.stop !== e.plan.stop || !sameTargets(said.targets, e.plan.targets)))
      throw new Refused(`signal ${e.signal} was opened with other levels than it was proposed with`);
    if (e.openedAt <= 0 || e.openedAt > e.at) throw new Refused('it was opened at no time, or after it was told');
    line.position = open(e.plan, e.entry);
    line.size = this.#size;
    line.simulated = e.simulated;
    line.last = e.openedAt;
    const sum = this.#sum(line);
    sum.signals += 1;
    sum.open += 1;
    if (line.simulated) this.figures.simulated += 1;
  }

  /** @param {Line} line */
  #sum(line) {
    return line.simulated ? this.madeUp : this.figures;
  }

  /** @param {Line} line @param {Entry} e */
  #happened(line, e) {
    if (!e.milestone || !line.position) throw new Refused('it has no milestone');
    const { at } = e.milestone;
    if (at < line.last || at > e.at)
      throw new Refused('what it tells happened before what was told already, or after it was told');
    line.last = at;
    take(line.position, e.milestone);
    if (line.position.left > 0) return;
    line.closed = true;
    const sum = this.#sum(line);
    const came = result(line.position, line.size);
    sum.open -= 1;
    sum.pips += came;
    sum.r += ratio(line.position);
    sum[came > 0n ? 'wins' : came < 0n ? 'losses' : 'draws'] += 1;
  }
}

/** @param {Line} line @param {Entry} e */
function edited(line, e) {
  const p = line.position;
  if (!p || !e.old || !e.new || e.old.stop !== p.stop || !sameTargets(e.old.targets, p.plan.targets.slice(p.hit)))
    throw new Refused('the levels before the edit are not those that stood');
  edit(p, e.new.stop, e.new.targets);
}
