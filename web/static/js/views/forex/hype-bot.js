/** The hype bot: its flows, which send messages to the FREE channel after the call to action, and their prompts. */
import { h, redraw, replace } from '../../dom.js';
import { format } from '../../router.js';
import { button } from '../../components/button.js';
import { callout } from '../../components/callout.js';
import { page } from '../../components/page.js';
import { blank, failed, loading, skeleton } from '../../components/states.js';
import { flowsPart } from './hype-bot/flows.js';
import { promptsPart } from './hype-bot/prompts.js';
import { keepHype } from './hype-bot/store.js';
import { PURPOSE } from './hype-bot/words.js';
import { missingOf } from './cross-promotion/words.js';
import { may } from './signals/parts.js';

/** @typedef {import('./hype-bot/store.js').Known} Known */

/**
 * @param {HTMLElement} root
 * @returns {() => void}
 */
export function mount(root) {
  const view = new AbortController();
  const { signal } = view;
  const write = may('signals.write');
  /** @type {Known | null} */
  let known = null;
  let drawn = '';

  const create = button('New flow', () => flows.add(), {
    look: 'primary',
    icon: 'plus',
    hidden: true,
    'data-keep': 'new-flow',
  });
  const frame = page({ title: 'Hype Bot', actions: [create] });
  const place = h('div', { class: 'hype-page' });
  const top = h('div', { class: 'stack' });
  const body = h('div', { class: 'hype-page' });
  replace(frame.content, place);
  replace(root, frame.root);
  replace(
    place,
    loading('the hype bot', skeleton('skeleton-banner'), ...[1, 2, 3].map(() => skeleton('skeleton-row'))),
  );

  /** After a dialog the focus goes back to where it was opened, though the page was drawn anew meanwhile. @param {string} keep */
  const back = (keep) => () => {
    if (document.activeElement !== document.body) return;
    for (const one of [keep, 'new-flow', 'first-flow', 'new-prompt', 'first-prompt']) {
      const element = /** @type {HTMLElement | null} */ (root.querySelector(`[data-keep="${one}"]:not([hidden])`));
      if (!element?.checkVisibility()) continue;
      element.focus();
      return;
    }
  };
  const parts = {
    known: () => /** @type {Known} */ (known),
    reload: () => reload(),
    back,
    signal,
  };
  const flows = flowsPart({ ...parts, put: (list) => known && show({ ...known, flows: list }) });
  const prompts = promptsPart(parts);

  const first = () =>
    blank({
      picture: 'stack',
      title: 'Nothing to say yet',
      text: 'Begin with a prompt: what the messages are about, and how they sound. Then a flow says when they go out.',
      action: write
        ? button('Write the first prompt', () => prompts.add(), {
            look: 'primary',
            icon: 'plus',
            'data-keep': 'first-prompt',
          })
        : h('p', { class: 'muted' }, 'Somebody of your team who may change signals can begin.'),
    });

  /** @param {Known} fresh */
  function show(fresh) {
    known = fresh;
    // What looks the same stays, and with it the focus of whoever is in it.
    const looks = JSON.stringify(fresh);
    if (looks === drawn) return;
    if (!drawn) replace(place, h('p', { class: 'muted hype-lead' }, PURPOSE), top, body);
    drawn = looks;
    create.hidden = !write || fresh.prompts.length === 0;
    redraw(top, held(fresh));
    top.hidden = top.childElementCount === 0;
    if (fresh.prompts.length === 0 && fresh.flows.length === 0) {
      redraw(body, first());
      return;
    }
    if (!flows.root.isConnected) replace(body, flows.root, prompts.root);
    flows.show();
    prompts.show();
  }

  const reload = keepHype({
    onchange: show,
    onfail: (error) => {
      if (!known)
        replace(
          place,
          failed(error, 'the hype bot', () => reload()),
        );
    },
    signal,
  });

  return () => view.abort();
}

/** What keeps flows from starting by themselves, or their messages from going out; null for nothing. @param {Known} known */
function held({ flows, bot, promotion }) {
  if (!flows.some(({ enabled }) => enabled)) return null;
  const lack = missingOf(bot);
  if (lack && lack.role !== 'vip')
    return callout(
      'warn',
      lack.text,
      h(
        'a',
        {
          class: 'button button-small',
          href: format('hub/connections', { open: 'signal_bot' }),
          'data-keep': 'connections',
        },
        lack.role ? 'Add the FREE channel' : 'Connect a Signal Bot',
      ),
    );
  if (!promotion || (promotion.on && promotion.teaser.on)) return null;
  return callout(
    'warn',
    `${promotion.on ? 'The VIP teaser' : 'Cross-promotion'} is off: no call to action goes out, so no flow starts by itself.`,
    h(
      'a',
      { class: 'button button-small', href: '#forex/cross-promotion', 'data-keep': 'promotion' },
      'See cross-promotion',
    ),
  );
}
