/** The sandbox: play the people who meet your bots, see every call, and make things go wrong. */
import { sandboxRead } from '../../api/sandbox.js';
import { h, replace } from '../../dom.js';
import { page } from '../../components/page.js';
import { failed } from '../../components/states.js';
import { tabs } from '../../components/tabs.js';
import { accountsPanel } from './sandbox/accounts.js';
import { callsPanel } from './sandbox/calls.js';
import { crowdPanel } from './sandbox/crowd.js';
import { faultsPanel } from './sandbox/faults.js';
import { marketPanel } from './sandbox/market.js';
import { modelPanel } from './sandbox/model.js';
import { phone } from './sandbox/phone.js';
import { setupPanel } from './sandbox/setup.js';
import { openStream } from './sandbox/stream.js';

/** @typedef {import('./sandbox/types.js').Bot} Bot */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `user` and `chat` say what the phone shows.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  const { signal } = view;
  const stream = openStream(signal);
  const panel = h('div', { class: 'sandbox-panel' });
  /** @type {AbortController | null} */
  let inside = null;

  /** @param {string} id */
  const show = async (id) => {
    inside?.abort();
    inside = new AbortController();
    const mine = inside;
    signal.addEventListener('abort', () => mine.abort(), { once: true });
    const options = { stream, signal: mine.signal };
    const alone = { setup: setupPanel, accounts: accountsPanel, market: marketPanel, model: modelPanel }[id];
    if (alone) {
      replace(panel, alone(options));
      return;
    }
    try {
      /** @type {{ items: Bot[] }} */
      const { items: bots } = await sandboxRead('/bots', {}, mine.signal);
      if (mine.signal.aborted) return;
      const make = { calls: callsPanel, faults: faultsPanel, crowd: crowdPanel }[id] ?? callsPanel;
      replace(panel, make({ ...options, bots }));
    } catch (error) {
      if (mine.signal.aborted) return;
      replace(
        panel,
        failed(error, 'the sandbox', () => show(id)),
      );
    }
  };

  const choice = tabs({
    label: 'Sandbox',
    panel,
    choices: [
      { id: 'calls', label: 'Calls' },
      { id: 'faults', label: 'Faults' },
      { id: 'crowd', label: 'Crowd' },
      { id: 'accounts', label: 'Accounts' },
      { id: 'market', label: 'Market' },
      { id: 'model', label: 'Model' },
      { id: 'setup', label: 'Setup' },
    ],
    onchange: (id) => void show(id),
  });
  const frame = page({ title: 'Sandbox', wide: true, class: 'sandbox' });
  replace(
    frame.content,
    h(
      'div',
      { class: 'sandbox-bench' },
      phone({ params, stream, signal }),
      h('div', { class: 'sandbox-tools' }, choice.root, panel),
    ),
  );
  replace(root, frame.root);
  void show('calls');
  return () => view.abort();
}
