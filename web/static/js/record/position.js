/**
 * What may happen to an opened signal, as the program's position engine has it: whatever a record tells must follow
 * from the levels that it told before. Pure.
 *
 * @typedef {import('./entry.js').Plan} Plan
 * @typedef {import('./entry.js').Target} Target
 * @typedef {import('./entry.js').Milestone} Milestone
 *
 * @typedef {object} Position
 * @property {Plan} plan Its stop is the first one, by which R is counted.
 * @property {bigint} entry
 * @property {bigint} stop Where it stands now.
 * @property {number} hit Targets that were hit.
 * @property {number} steps Of progress that were passed.
 * @property {number} left In 1/10000.
 * @property {{ at: number, price: bigint, share: number }[]} exits
 */
import { divide, ONE, percent, price, R_SIZE, WHOLE } from './decimal.js';

/** Why something does not follow. */
export class Refused extends Error {}

const MOST_TARGETS = 5;
const LEAST_PROGRESS = ONE / 2n;
const RULES = ['breakeven', 'moving_target', 'moving_2_target', 'fixed'];

/** @param {string} side */
export const signOf = (side) => (side === 'sell' ? -1n : 1n);

/** How far a price is from the entry, positive in favour. @param {Position} p @param {bigint} at */
const gain = (p, at) => (at - p.entry) * signOf(p.plan.side);

/**
 * @param {Target[]} targets
 * @param {number} whole What they must share.
 * @param {(target: Target, before: Target | undefined) => string} wrong
 */
function checkTargets(targets, whole, wrong) {
  if (targets.length < 1 || targets.length > MOST_TARGETS)
    throw new Refused(`targets: There must be 1 to ${MOST_TARGETS} targets`);
  let sum = 0;
  targets.forEach((target, i) => {
    const why = wrong(target, targets[i - 1]);
    if (why) throw new Refused(`targets[${i}].price: ${why}`);
    if (target.share < 1) throw new Refused(`targets[${i}].share: Each target must close a part of the trade`);
    sum += target.share;
  });
  if (sum !== whole)
    throw new Refused(`targets: The parts that the targets close must make up ${percent(whole)}, not ${percent(sum)}`);
}

/** @param {Plan} plan @param {bigint} entry */
function checkPlan(plan, entry) {
  if (plan.side !== 'buy' && plan.side !== 'sell') throw new Refused('side: Must be buy or sell');
  const sign = signOf(plan.side);
  const [away, towards] = plan.side === 'buy' ? ['below', 'above'] : ['above', 'below'];
  if (plan.stop <= 0n || plan.stop * sign >= entry * sign)
    throw new Refused(`stop: The stop of a ${plan.side} must be ${away} the entry ${price(entry)}`);
  if (!RULES.includes(plan.rule))
    throw new Refused('stop_rule: Must be breakeven, moving_target, moving_2_target or fixed');
  if (plan.every !== 0n && plan.every < LEAST_PROGRESS)
    throw new Refused(`progress_every: Must be 0 or at least ${price(LEAST_PROGRESS)}`);
  if (plan.expires < 0) throw new Refused('expires_at: Must be a time after 1970');
  checkTargets(plan.targets, WHOLE, (target, before) => {
    if (target.price <= 0n) return 'Must be above 0';
    if (!before && target.price * sign <= entry * sign)
      return `A target of a ${plan.side} must be ${towards} the entry ${price(entry)}`;
    if (before && target.price * sign <= before.price * sign)
      return 'Targets must lie further and further from the entry';
    return '';
  });
}

/**
 * @param {Plan} plan
 * @param {bigint} entry
 * @returns {Position}
 */
export function open(plan, entry) {
  checkPlan(plan, entry);
  return { plan: { ...plan }, entry, stop: plan.stop, hit: 0, steps: 0, left: WHOLE, exits: [] };
}

/** Moves the levels. @param {Position} p @param {bigint} stop @param {Target[]} targets */
export function edit(p, stop, targets) {
  const sign = signOf(p.plan.side);
  const hit = p.plan.targets.slice(0, p.hit);
  if (hit.length + targets.length > MOST_TARGETS)
    throw new Refused(`targets: There must be at most ${MOST_TARGETS} targets, with those that were hit`);
  checkTargets(targets, p.left, (target, before) => {
    const from = before?.price ?? hit.at(-1)?.price ?? p.entry;
    return target.price <= 0n || target.price * sign <= from * sign
      ? 'Targets must lie further and further from the entry, and beyond those that were hit'
      : '';
  });
  const next = targets[0]?.price ?? 0n;
  if (stop <= 0n || stop * sign >= next * sign)
    throw new Refused(`stop: The stop must lie before the next target ${price(next)}`);
  p.stop = stop;
  p.plan.targets = [...hit, ...targets];
}

/** How many targets the stop stays behind, by its rule; null when it stays. @param {Position} p */
function behind(p) {
  switch (p.plan.rule) {
    case 'breakeven':
      return p.hit > 1 ? null : 1;
    case 'moving_target':
      return 1;
    case 'moving_2_target':
      return 2;
    default:
      return null;
  }
}

/** @param {Position} p */
function moveStop(p) {
  const back = behind(p);
  if (back === null || p.hit < back) return;
  const to = p.hit === back ? p.entry : (p.plan.targets[p.hit - back - 1]?.price ?? p.entry);
  const sign = signOf(p.plan.side);
  if (p.stop === 0n || to * sign > p.stop * sign) p.stop = to;
}

/**
 * @param {Position} p
 * @param {Milestone} m
 * @param {number} share
 * @returns {Milestone}
 */
function leave(p, m, share) {
  p.left -= share;
  p.exits.push({ at: m.at, price: m.price, share });
  const stop = p.left > 0 ? p.stop : 0n;
  return {
    kind: m.kind,
    at: m.at,
    target: 0,
    price: m.price,
    share,
    gain: gain(p, m.price),
    left: p.left,
    stop,
    moved: false,
  };
}

/** @param {Position} p @param {bigint} fill */
function stopKind(p, fill) {
  const won = gain(p, fill);
  if (won > 0n) return 'stop_in_profit';
  return won === 0n ? 'breakeven' : 'stop';
}

/** @param {Position} p @param {Milestone} m @returns {Milestone} */
function takeProgress(p, m) {
  if (p.left === 0 || p.plan.every === 0n || m.gain !== BigInt(p.steps + 1) * p.plan.every)
    throw new Refused('it is not the next step of progress');
  p.steps += 1;
  return {
    kind: m.kind,
    at: m.at,
    target: 0,
    price: m.price,
    share: 0,
    gain: gain(p, m.price),
    left: p.left,
    stop: p.stop,
    moved: false,
  };
}

/** @param {Position} p @param {Milestone} m @returns {Milestone} */
function takeTarget(p, m) {
  const sign = signOf(p.plan.side);
  const target = p.plan.targets[p.hit];
  if (p.left === 0 || !target || m.target !== p.hit + 1 || (m.price - target.price) * sign < 0n)
    throw new Refused(`the next target was not hit at ${price(m.price)}`);
  if (p.plan.every > 0n && p.entry * sign + BigInt(p.steps + 1) * p.plan.every === target.price * sign) p.steps += 1;
  const before = p.stop;
  p.hit += 1;
  const last = p.hit === p.plan.targets.length;
  if (!last) moveStop(p);
  return { ...leave(p, m, last ? p.left : target.share), target: p.hit, moved: p.stop !== before };
}

/** @param {Position} p @param {Milestone} m @returns {Milestone} */
function takeStop(p, m) {
  const sign = signOf(p.plan.side);
  if (p.left === 0 || p.stop === 0n || m.kind !== stopKind(p, m.price) || (p.stop - m.price) * sign < 0n)
    throw new Refused(`the stop was not hit at ${price(m.price)}`);
  return leave(p, m, p.left);
}

/** @param {Position} p @param {Milestone} m @returns {Milestone} */
function takeEnd(p, m) {
  if (p.left === 0) throw new Refused('it was closed before');
  const sign = signOf(p.plan.side);
  const target = p.plan.targets[p.hit];
  if ((p.stop !== 0n && m.price * sign < p.stop * sign) || (target && m.price * sign > target.price * sign))
    throw new Refused(`at ${price(m.price)} a stop or a target comes first`);
  if (m.kind === 'expired' && (p.plan.expires === 0 || m.at < p.plan.expires))
    throw new Refused('its time was not over');
  return leave(p, m, p.left);
}

/** @type {Record<string, (p: Position, m: Milestone) => Milestone>} */
const TAKES = {
  progress: takeProgress,
  target: takeTarget,
  stop: takeStop,
  breakeven: takeStop,
  stop_in_profit: takeStop,
  expired: takeEnd,
  closed_by_hand: takeEnd,
  closed_at_market: takeEnd,
};

/** Makes a milestone happen, as far as it follows. @param {Position} p @param {Milestone} m */
export function take(p, m) {
  const how = Object.hasOwn(TAKES, m.kind) ? TAKES[m.kind] : undefined;
  if (!how) throw new Refused(`${JSON.stringify(m.kind)} is no milestone of a signal`);
  const out = /** @type {Record<string, unknown>} */ (how(p, m));
  if (Object.entries(m).some(([name, value]) => out[name] !== value))
    throw new Refused("what it says does not follow from the signal's levels");
}

/** What the closed parts have brought, in 10⁻⁵ pips. @param {Position} p @param {bigint} size */
export function result(p, size) {
  const sum = p.exits.reduce((so, exit) => so + gain(p, exit.price) * (ONE / size) * BigInt(exit.share), 0n);
  return divide(sum, BigInt(WHOLE));
}

/** The same by what was risked at first, in 10⁻⁵ R. @param {Position} p */
export function ratio(p) {
  const risk = -gain(p, p.plan.stop) * (ONE / R_SIZE);
  return risk === 0n ? 0n : divide(result(p, R_SIZE) * ONE, risk);
}
