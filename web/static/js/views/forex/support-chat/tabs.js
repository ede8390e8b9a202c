/** The tabs of a journey's page. Their modules and style sheets are loaded when they are opened. */
import { h, replace, useStyles } from '../../../dom.js';
import { failed, loading, skeleton } from '../../../components/states.js';

/**
 * @typedef {import('../../../types.js').JourneyDetail} JourneyDetail
 *
 * @typedef {object} TabOptions
 * @property {() => JourneyDetail} journey As it is now.
 * @property {Record<string, string>} params
 * @property {AbortSignal} signal Ends the tab.
 * @property {(editor: import('./editing.js').Editor) => void} onedit Says who edits the draft now.
 * @property {(fresh: JourneyDetail) => void} onsaved After each save of the draft.
 * @property {(fresh: JourneyDetail) => void} onchange After an action that changed the journey.
 * @property {(listener: (fresh: JourneyDetail) => void) => void} onfresh Subscribes to changes of the journey.
 */

export const TABS = /** @type {const} */ ([
  { id: 'build', label: 'Build' },
  { id: 'settings', label: 'Settings' },
  { id: 'people', label: 'People' },
  { id: 'figures', label: 'Figures' },
  { id: 'versions', label: 'Versions' },
]);

/** @type {Record<typeof TABS[number]['id'], { styles: string[], load: () => Promise<(root: HTMLElement, options: TabOptions) => void> }>} */
const PARTS = {
  build: { styles: [], load: async () => (await import('./build.js')).buildTab },
  settings: {
    styles: ['journey-builder.css', 'journey-settings.css'],
    load: async () => (await import('./settings.js')).settingsTab,
  },
  people: {
    styles: ['conversations.css'],
    load: async () => {
      const { peoplePanel } = await import('./people.js');
      return (root, { journey, params, signal }) => peoplePanel(root, { journey: journey(), params, signal });
    },
  },
  figures: { styles: ['journey-figures.css'], load: async () => (await import('./figures.js')).figuresTab },
  versions: { styles: [], load: async () => (await import('./versions.js')).versionsTab },
};

/**
 * @param {HTMLElement} panel
 * @param {typeof TABS[number]['id']} tab
 * @param {TabOptions} options
 */
export async function loadTab(panel, tab, options) {
  const { signal } = options;
  const name = TABS.find(({ id }) => id === tab)?.label ?? '';
  const title = h('h2', { class: 'visually-hidden' }, name);
  const slow = setTimeout(() => replace(panel, title, loading(name, skeleton('skeleton-row'))), 150);
  try {
    const part = PARTS[tab];
    const [mount] = await Promise.all([part.load(), useStyles(...part.styles)]);
    if (signal.aborted) return;
    const root = h('div', { class: 'tab-root' });
    clearTimeout(slow);
    replace(panel, title, root);
    mount(root, options);
  } catch (error) {
    if (signal.aborted) return;
    console.error(error);
    clearTimeout(slow);
    replace(
      panel,
      title,
      failed(error, 'this tab', () => loadTab(panel, tab, options)),
    );
  } finally {
    clearTimeout(slow);
  }
}
