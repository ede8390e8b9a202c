/** The list of templates: search, state, cards with their previews and actions. */
import { getTemplate, listTemplates, patchTemplate, publishTemplate } from '../../api.js';
import { h, replace } from '../../dom.js';
import { watch } from '../../live.js';
import { format, remember } from '../../router.js';
import { button } from '../../components/button.js';
import { icon } from '../../components/icons.js';
import { liveList, MOST } from '../../components/list/live-list.js';
import { page } from '../../components/page.js';
import { searchInput } from '../../components/list/search.js';
import { segmented } from '../../components/segmented.js';
import { blank, skeleton } from '../../components/states.js';
import { toast, toastError } from '../../components/toast.js';
import { templateCard } from './template-card.js';

/** @typedef {import('../../types.js').TemplateSummary} TemplateSummary */

const PATH = 'promo/templates';
const PAGE = 24;
/** How long to wait between polls without the stream (ms). */
const POLL = 15_000;

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `q`, `state`
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  let q = params.q ?? '';
  let state = params.state === 'published' || params.state === 'draft' ? params.state : '';

  const search = searchInput({
    label: 'Search templates',
    value: q,
    onsearch: (typed) => {
      q = typed;
      reload();
    },
    signal: view.signal,
  });
  const states = segmented({
    label: 'State',
    quietLabel: true,
    value: state,
    choices: [
      { value: '', label: 'All' },
      { value: 'published', label: 'Published' },
      { value: 'draft', label: 'Drafts' },
    ],
    onchange: (value) => {
      state = value;
      reload();
    },
  });
  const found = h('p', { class: 'muted small', role: 'status' });
  const list = liveList({
    what: 'the templates',
    noun: ['template'],
    holder: h('ul', { class: 'cards' }),
    page: PAGE,
    read: (of, own) => listTemplates({ ...of, q, state }, own),
    entry: (/** @type {TemplateSummary} */ item) => templateCard(item, { onpublish: publish, onpatch: patch }),
    shapes: () => [
      h(
        'div',
        { class: 'cards' },
        Array.from({ length: 6 }, () => skeleton('skeleton-card')),
      ),
    ],
    focus: 'a',
    found: (text) => (found.textContent = text),
    empty: () => nothing(),
    signal: view.signal,
  });
  const cards = list.entries;
  const frame = page({
    title: 'Templates',
    actions: [
      h('a', { class: 'button button-primary', href: format('promo/generate') }, icon('generate'), 'Make an image'),
    ],
  });
  replace(frame.content, h('div', { class: 'filters' }, search.root, states.root, found), ...list.nodes);
  replace(root, frame.root);

  const reload = () => {
    remember(PATH, { q, state });
    void list.reload();
  };

  const nothing = () =>
    q || state
      ? blank({
          picture: 'search',
          title: 'No template matches',
          text: q ? `Nothing is called “${q}”${state ? ' in this state' : ''}.` : 'No template is in this state.',
          action: button('Show all templates', () => showAll()),
        })
      : blank({
          title: 'No templates yet',
          text: 'A template is a picture with places for your text. The demo brings some; restore them from their backups with “promostack migrate --restore-templates”.',
          action: button('Check again', reload, { icon: 'refresh' }),
        });

  const showAll = () => {
    search.clear();
    states.choose('');
    q = '';
    state = '';
    reload();
    search.input.focus();
  };

  const pending = () => [...cards.values()].filter((card) => card.item().previews.state === 'pending');

  /** Refreshes the cards: a template was published elsewhere, or its previews are ready. */
  const lookAgain = async () => {
    if (cards.size === 0) return void reload(); // the first ones of a new brand
    const signal = list.query();
    try {
      const { items } = await listTemplates({ limit: Math.min(cards.size, MOST), after: null, q, state }, signal);
      if (signal.aborted) return;
      for (const item of items) {
        const card = cards.get(item.id);
        const known = card?.item();
        // An unchanged card is left alone: its menu may be open.
        const newer = known && (item.version > known.version || item.previews.state !== known.previews.state);
        if (newer && item.version >= known.version) card?.show(item);
      }
      // A card that no longer matches the filter, or was pushed off the page, still waits for its previews.
      const listed = new Set(items.map((item) => item.id));
      const rest = pending().filter((card) => !listed.has(card.item().id));
      for (const card of rest) {
        const fresh = await getTemplate(card.item().id, signal);
        if (!signal.aborted) card.show(fresh);
      }
    } catch {
      // The strip shows the trouble; the next poll may succeed.
    }
  };
  watch('template', null, () => void lookAgain(), view.signal);
  watch('tenant', null, () => void reload(), view.signal); // a new brand has all of its templates
  // The stream may be down while the rest works.
  const poll = setInterval(() => {
    if (pending().length > 0) void lookAgain();
  }, POLL);

  /** @param {TemplateSummary} item */
  const publish = async (item) => {
    try {
      const fresh = await publishTemplate(item);
      cards.get(item.id)?.show(fresh);
      toast(`${fresh.name} is published as version ${fresh.published_version}. Its previews are being rendered.`);
    } catch (error) {
      await refresh(item, error, 'Publishing');
    }
  };

  /**
   * @param {TemplateSummary} item
   * @param {{ visible_web?: boolean, visible_bot?: boolean }} changes
   */
  const patch = async (item, changes) => {
    try {
      const fresh = await patchTemplate(item, changes);
      cards.get(item.id)?.show(fresh);
      const where = 'visible_web' in changes ? 'the generator' : 'the bot';
      const visible = changes.visible_web ?? changes.visible_bot;
      toast(`${fresh.name} is ${visible ? 'offered' : 'no longer offered'} in ${where}.`);
    } catch (error) {
      await refresh(item, error, 'The change');
    }
  };

  /**
   * After a refusal the card shows the current state.
   *
   * @param {TemplateSummary} item
   * @param {unknown} error
   * @param {string} doing
   */
  const refresh = async (item, error, doing) => {
    toastError(error, doing);
    try {
      const fresh = await getTemplate(item.id, view.signal);
      cards.get(item.id)?.show(fresh);
    } catch {
      // The first error is shown already.
    }
  };

  void list.reload();
  return () => {
    clearInterval(poll);
    view.abort();
  };
}
