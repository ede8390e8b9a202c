/** What a tenant wants of every signal: approval, targets and stop, figures, messages. */
import { changeSignalSettings, signalSettings } from '../../../api/forex.js';
import { listTemplates } from '../../../api.js';
import { h, replace } from '../../../dom.js';
import { watch } from '../../../live.js';
import { aiSettings } from '../../../components/ai/ai-settings.js';
import { page } from '../../../components/page.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { may } from '../signals/parts.js';
import { placeTabs, savedForm, tellFields } from './parts.js';
import { settingsFields } from './settings-fields.js';

/**
 * @typedef {import('../../../types.js').Settings} Settings
 * @typedef {{ slug: string, name: string }} Card
 */

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export function mountSettings(root, signal) {
  const frame = page({ title: 'Strategies' });
  const place = h('div', null);
  replace(frame.content, placeTabs('settings'), place, aiSettings({ signal, editable: may('ai.write') }));
  replace(root, frame.root);

  const load = async () => {
    replace(
      place,
      loading('the settings', skeleton('skeleton-field'), skeleton('skeleton-field'), skeleton('skeleton-field')),
    );
    try {
      const [settings, templates] = await Promise.all([
        signalSettings(signal),
        listTemplates({ state: 'published', limit: 100 }, signal).catch(() => ({ items: [] })),
      ]);
      const cards = templates.items.map(({ slug, name }) => ({ slug, name }));
      if (!signal.aborted) draw(place, settings, cards, signal);
    } catch (error) {
      if (!signal.aborted) replace(place, failed(error, 'the settings', load));
    }
  };
  void load();
}

/**
 * @param {HTMLElement} place
 * @param {Settings} first
 * @param {Card[]} cards
 * @param {AbortSignal} signal
 */
function draw(place, first, cards, signal) {
  let now = first;
  /** @type {AbortController | null} */
  let inside = null;
  /** @type {ReturnType<typeof savedForm> | null} */
  let form = null;

  const again = async () => {
    now = await signalSettings(signal);
  };

  const fill = () => {
    inside?.abort();
    inside = new AbortController();
    const fields = settingsFields(now, cards);
    form = savedForm({
      body: fields.body,
      parts: fields.parts,
      read: fields.read,
      save: async () => {
        now = await changeSignalSettings(now, fields.read());
      },
      onerror: (error) => {
        if (error.status !== 412) return tellFields(error, (name) => fields.partOf(name));
        void again();
        return false;
      },
      reset: fill,
      readonly: !may('strategies.write'),
      signal: AbortSignal.any([signal, inside.signal]),
    });
    replace(place, form.root);
  };

  watch(
    'strategy',
    '',
    async () => {
      const fresh = await signalSettings(signal).catch(() => now);
      if (signal.aborted || fresh.version <= now.version || form?.dirty()) return;
      now = fresh;
      fill();
    },
    signal,
  );
  fill();
}
