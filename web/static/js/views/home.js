/** Home: what waits for somebody, what works, what goes out next, and the first steps. */
import { readHome } from '../api/home.js';
import { h, redraw, replace } from '../dom.js';
import { on } from '../events.js';
import { calmed, watch } from '../live.js';
import { page } from '../components/page.js';
import { failed, loading, skeleton } from '../components/states.js';
import { nextPosts } from './home/next.js';
import { firstSteps } from './home/steps.js';
import { waiting } from './home/waiting.js';
import { works } from './home/works.js';

/** What changes the page. */
const TOPICS = [
  'connection',
  'post',
  'conversation',
  'signal',
  'journey',
  'subscriber',
  'strategy',
  'crosspromo',
  'hype',
  'tenant',
];

/** How long between two looks at the least, and how often it is read when no event comes (ms). */
const PAUSE = 2_000;
const EVERY = 60_000;

/**
 * @param {HTMLElement} root
 * @returns {() => void}
 */
export function mount(root) {
  const life = new AbortController();
  const { signal } = life;
  const frame = page({ title: 'Home' });
  const body = h('div', { class: 'home' });
  const parts = {
    waiting: section('home-waiting', 'Waits for you'),
    works: section('home-works', 'What works'),
    next: section('home-next', 'Next posts'),
    steps: section('home-steps', 'First steps'),
  };
  replace(frame.content, body);
  replace(root, frame.root);
  replace(
    body,
    loading('the home page', skeleton('skeleton-banner'), skeleton('skeleton-row'), skeleton('skeleton-row')),
  );

  const load = async () => {
    try {
      const home = await readHome(signal);
      if (signal.aborted) return;
      redraw(parts.waiting.body, waiting(home));
      redraw(parts.works.body, works(home));
      redraw(parts.next.body, nextPosts(home.next, Date.now()));
      redraw(parts.steps.body, firstSteps(home.steps));
      if (!parts.works.root.isConnected)
        replace(body, parts.waiting.root, parts.works.root, parts.next.root, parts.steps.root);
    } catch (error) {
      if (!signal.aborted && !parts.works.root.isConnected) replace(body, failed(error, 'the home page', load));
    }
  };

  const look = calmed(load, signal, PAUSE);
  for (const topic of TOPICS) watch(topic, null, look, signal);
  on('recovered', look, signal);
  const timer = setInterval(() => document.hidden || look(), EVERY);
  look();
  return () => {
    clearInterval(timer);
    life.abort();
  };
}

/**
 * @param {string} name Its class.
 * @param {string} title
 */
function section(name, title) {
  const id = `${name}-title`;
  const body = h('div', { class: 'home-body' });
  return {
    body,
    root: h('section', { class: ['home-part', name], 'aria-labelledby': id }, h('h2', { id }, title), body),
  };
}
