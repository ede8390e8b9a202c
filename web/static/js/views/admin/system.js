/** The health of every service, polled every five seconds. */
import { currentSession, getSystem } from '../../api.js';
import { h, redraw, replace, svg } from '../../dom.js';
import { on } from '../../events.js';
import { count, duration, milliseconds } from '../../format.js';
import { sentence } from '../../problem.js';
import { icon } from '../../components/icons.js';
import { page } from '../../components/page.js';
import { failed, loading, skeleton } from '../../components/states.js';
import { chip, madeUpTag } from '../../components/status.js';
import { age } from '../../components/time.js';

/**
 * @typedef {import('../../types.js').System} SystemReport
 * @typedef {import('../../types.js').Check} ServiceHealth
 */

const EVERY = 5000;
/** How many measurements the small chart of a service keeps: two minutes. */
const KEPT = 24;

const WORDS = /** @type {const} */ ({
  ok: ['good', 'Working'],
  degraded: ['warn', 'Degraded'],
  down: ['bad', 'Down'],
});

/**
 * @param {HTMLElement} root
 * @returns {() => void}
 */
export function mount(root) {
  const controller = new AbortController();
  const { signal } = controller;
  /** @type {Map<string, number[]>} */
  const history = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let paused = false;
  let busy = false;
  /** @type {SystemReport | null} */
  let last = null;

  const pause = h('button', {
    class: 'button',
    type: 'button',
    on: {
      click: () => {
        paused = !paused;
        drawPause();
        clearTimeout(timer);
        if (!paused) void load();
      },
    },
  });
  const drawPause = () => replace(pause, icon(paused ? 'play' : 'pause'), paused ? 'Resume' : 'Pause');
  drawPause();
  const checked = h('span', { class: 'muted small figures' });
  const frame = page({ title: 'System', aside: checked, actions: [pause] });
  const body = h('div', { class: 'system' });
  const summary = h('p', { class: 'visually-hidden', role: 'status' });
  replace(frame.content, summary, body);
  replace(root, frame.root);
  replace(
    body,
    loading(
      'the services',
      skeleton('skeleton-banner'),
      skeleton('skeleton-row'),
      skeleton('skeleton-row'),
      skeleton('skeleton-row'),
    ),
  );

  const load = async () => {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    try {
      const report = await getSystem(signal);
      if (signal.aborted) return;
      last = report;
      show(report);
    } catch (error) {
      if (signal.aborted) return;
      if (last) {
        body.classList.add('system-stale');
        replace(checked, 'Last seen ', age(last.checked_at));
      } else {
        replace(body, failed(error, 'the state of the services', load));
      }
    } finally {
      busy = false;
      if (!signal.aborted && !paused) timer = setTimeout(load, EVERY);
    }
  };

  /** @param {SystemReport} report */
  const show = (report) => {
    const bad = report.services.filter((service) => service.state !== 'ok');
    const down = bad.filter((service) => service.state === 'down');
    const tone = down.length > 0 ? 'bad' : bad.length > 0 ? 'warn' : 'good';
    const title =
      tone === 'good'
        ? 'Everything works'
        : tone === 'bad'
          ? `${count(down.length, 'service is', 'services are')} down`
          : `${count(bad.length, 'service needs', 'services need')} attention`;
    const text =
      tone === 'good'
        ? `${count(report.services.length, 'service is', 'services are')} healthy.`
        : `${bad.map((service) => service.label).join(', ')}. See below what to do.`;
    for (const service of report.services) {
      const points = history.get(service.name) ?? [];
      points.push(service.state === 'down' ? 0 : (service.latency_ms ?? 0));
      history.set(service.name, points.slice(-KEPT));
    }
    body.classList.remove('system-stale');
    replace(checked, 'Checked ', age(report.checked_at));
    if (summary.textContent !== title) summary.textContent = title;
    redraw(
      body,
      h(
        'section',
        { class: ['banner', `banner-${tone}`], 'aria-label': 'Summary' },
        h('span', { class: 'dot dot-large', 'aria-hidden': 'true' }),
        h('div', null, h('h2', null, title), h('p', { class: 'muted' }, text)),
        h(
          'dl',
          { class: 'figures-row' },
          figure('Up for', duration(report.uptime_seconds)),
          figure('Version', report.version),
        ),
      ),
      h('ul', { class: 'services', 'aria-label': 'Services' }, report.services.map(row)),
      temporal(report),
    );
  };

  /** @param {ServiceHealth} service */
  const row = (service) => {
    const [tone, word] = WORDS[service.state] ?? ['quiet', service.state];
    return h(
      'li',
      { class: ['service', `service-${service.state}`] },
      h('div', { class: 'service-name' }, h('h3', null, service.label), service.simulated ? madeUpTag() : null),
      h('div', { class: 'service-state' }, chip(tone, word)),
      h(
        'div',
        { class: 'service-detail' },
        h('p', null, service.detail ?? ''),
        service.address ? h('p', { class: 'mono small muted' }, service.address) : null,
      ),
      h(
        'div',
        { class: 'service-latency' },
        spark(history.get(service.name) ?? []),
        h(
          'span',
          { class: 'mono' },
          h('span', { class: 'visually-hidden' }, 'Answers in '),
          service.latency_ms == null || service.state === 'down' ? '–' : milliseconds(service.latency_ms),
        ),
      ),
      service.remedy && service.state !== 'ok'
        ? h('p', { class: 'warn-note service-remedy' }, icon('info', 'small'), sentence(service.remedy))
        : null,
    );
  };

  on('recovered', () => void load(), signal);
  void load();
  return () => {
    clearTimeout(timer);
    controller.abort();
  };
}

/**
 * @param {string} term
 * @param {string} value
 */
function figure(term, value) {
  return h('div', null, h('dt', null, term), h('dd', { class: 'mono' }, value));
}

/** @param {SystemReport} report */
function temporal(report) {
  const address = report.links?.temporal_ui ?? currentSession().links?.temporal_ui;
  if (!address) return null;
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'temporal-title' },
    h(
      'div',
      null,
      h('h2', { id: 'temporal-title' }, 'Temporal Web UI'),
      h(
        'p',
        { class: 'muted' },
        'See every workflow with its history and timers. Payloads are stored encrypted; they are readable there while you are signed in here.',
      ),
    ),
    h(
      'a',
      { class: 'button', href: address, target: '_blank', rel: 'noopener', 'data-keep': 'temporal' },
      'Open Temporal',
      icon('external'),
      h('span', { class: 'visually-hidden' }, ' (new tab)'),
    ),
  );
}

/**
 * The latest response times as small bars; the figure beside them is the newest.
 *
 * @param {number[]} points
 */
function spark(points) {
  const most = Math.max(1, ...points);
  return svg(
    'svg',
    { class: 'spark', viewBox: `0 0 ${KEPT * 3} 20`, 'aria-hidden': 'true', focusable: 'false' },
    ...points.map((value, i) => {
      const height = Math.max(1.5, (value / most) * 18);
      return svg('rect', { x: (KEPT - points.length + i) * 3, y: 20 - height, width: 2, height, rx: 1 });
    }),
  );
}
