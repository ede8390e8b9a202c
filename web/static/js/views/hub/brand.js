/** The brand that is worked in, the way to a new one, and the end of the demo. */
import { currentSession, getBrand } from '../../api.js';
import { listTenants } from '../../api/tenants.js';
import { listConnections } from '../../api/telegram.js';
import { h, replace } from '../../dom.js';
import { on } from '../../events.js';
import { watch } from '../../live.js';
import { button } from '../../components/button.js';
import { page } from '../../components/page.js';
import { failed, loading, skeleton } from '../../components/states.js';
import { chip } from '../../components/status.js';
import { guardUnsaved } from '../../components/unsaved.js';
import { firstSteps } from './brand/first-steps.js';
import { newBrand } from './brand/new-brand.js';
import { askRemoval } from './brand/removal.js';

/**
 * @typedef {import('../../types.js').TenantRow} TenantRow
 * @typedef {import('../../types.js').Brand} Brand
 */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `new`: the form for a new brand is open.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  const { signal } = view;
  const card = h('div');
  const steps = h('div');
  const form = newBrand({ signal });
  const place = h('div');
  const frame = page({ title: 'Your brand' });
  replace(frame.content, h('div', { class: 'brand' }, card, steps, place));
  replace(root, frame.root);

  const openForm = () => {
    replace(place, form.root);
    form.focus();
  };
  if (params.new) replace(place, form.root);

  let shown = false;
  const load = async () => {
    if (!shown) replace(card, loading('your brand', skeleton('skeleton-connection')));
    try {
      const [{ items }, brand, connections] = await Promise.all([
        listTenants(signal),
        getBrand(signal),
        listConnections(signal),
      ]);
      if (signal.aborted) return;
      const mine = items.find(({ id }) => id === currentSession().tenant?.id);
      if (!mine) return;
      const others = items.filter(({ id, state }) => id !== mine.id && state !== 'going');
      const demo = items.find(({ kind, state }) => kind === 'demo' && state !== 'going') ?? null;
      shown = true;
      replace(card, brandCard({ mine, brand, others, demo, openForm, signal }));
      if (mine.kind !== 'demo')
        replace(steps, firstSteps({ mine, connections: connections.items, signal, onchange: () => void load() }));
    } catch (error) {
      if (signal.aborted || shown) return;
      replace(card, failed(error, 'your brand', load));
    }
  };
  watch('tenant', null, () => void load(), signal);
  watch('connection', null, () => void load(), signal);
  on('recovered', () => void load(), signal);
  guardUnsaved(() => form.dirty(), signal);
  void load();
  if (params.new) form.focus();
  return () => view.abort();
}

/**
 * @param {object} options
 * @param {TenantRow} options.mine
 * @param {Brand} options.brand
 * @param {TenantRow[]} options.others Those that stay.
 * @param {TenantRow | null} options.demo
 * @param {() => void} options.openForm
 * @param {AbortSignal} options.signal
 */
function brandCard({ mine, brand, others, demo, openForm, signal }) {
  const heir = demo && (demo.id === mine.id ? others[0] : mine);
  return h(
    'section',
    { class: 'panel brand-card', 'aria-labelledby': 'brand-name' },
    h(
      'div',
      { class: 'brand-top' },
      brand.logo
        ? h('img', { class: 'brand-logo', src: brand.logo.url, alt: `Logo of ${mine.name}` })
        : h('span', { class: 'brand-logo brand-no-logo muted small' }, 'No logo'),
      h(
        'div',
        { class: 'brand-words' },
        h('h2', { id: 'brand-name' }, mine.name),
        h('p', { class: 'muted small' }, `Short name: ${mine.slug}`),
      ),
      mine.kind === 'demo'
        ? chip('info', 'Demo')
        : mine.state === 'new'
          ? chip('info', 'Being set up', { busy: true })
          : null,
    ),
    mine.kind === 'demo'
      ? h(
          'p',
          null,
          'This is the demo: look around, nothing here reaches anybody. Your own brand begins beside it, with templates, a bot and a first journey.',
        )
      : null,
    h(
      'div',
      { class: 'row' },
      button('New brand', openForm, { look: mine.kind === 'demo' ? 'primary' : undefined, icon: 'plus' }),
      demo && heir
        ? button('Remove the demo', () => askRemoval({ demo, heir, mine, signal }), { look: 'danger', icon: 'trash' })
        : null,
    ),
    demo && !heir
      ? h('p', { class: 'muted small' }, 'The demo can be removed as soon as you have a brand of your own.')
      : null,
  );
}
