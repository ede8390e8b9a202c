/** The versions of a journey: what was published when, and the way back. */
import { discardDraft, getVersion, journeyChanges, listVersions, restoreVersion } from '../../../api/journeys.js';
import { h, replace } from '../../../dom.js';
import { count } from '../../../format.js';
import { calmed, watch } from '../../../live.js';
import { button } from '../../../components/button.js';
import { confirmLoss } from '../../../components/form-dialog.js';
import { openDialog } from '../../../components/dialog.js';
import { liveList, redrawn } from '../../../components/list/live-list.js';
import { blank, failed, loading, skeleton } from '../../../components/states.js';
import { chip } from '../../../components/status.js';
import { timeAgo } from '../../../components/time.js';
import { toast, toastError } from '../../../components/toast.js';
import { changesList, isSame } from './changes.js';
import { compare } from './compare.js';

/**
 * @typedef {import('../../../types.js').Version} Version
 * @typedef {import('../../../types.js').JourneyDetail} JourneyDetail
 */

/** Between two polls while people move on (ms). */
const PAUSE = 4000;

/**
 * @param {HTMLElement} root
 * @param {import('./tabs.js').TabOptions} options
 */
export function versionsTab(root, { journey, signal, onchange, onfresh }) {
  const draftRow = h('div', { class: 'version version-draft' });
  const list = liveList({
    what: 'the versions',
    noun: ['version'],
    holder: h('ol', { class: 'versions', 'aria-label': 'Versions' }),
    read: (_page, own) => listVersions(journey().id, own),
    entry: (item) => redrawn(h('li', { class: 'version' }), item, versionParts),
    shapes: () => [skeleton('skeleton-row'), skeleton('skeleton-row')],
    empty: () =>
      blank({
        title: 'No version yet',
        text: 'Each time you publish, a version is kept here, with your note. You can go back to any of them.',
      }),
    signal,
  });
  replace(root, draftRow, ...list.nodes);

  const showDraft = () => {
    const now = journey();
    const held = draftRow.contains(document.activeElement);
    const changed = now.draft_changed && now.live_version !== null;
    replace(
      draftRow,
      h('span', { class: 'version-number' }, 'Draft'),
      h(
        'div',
        { class: 'version-words' },
        h(
          'p',
          null,
          !now.live_version
            ? 'Not published yet.'
            : changed
              ? 'Has changes that are not live yet.'
              : 'The same as the live version.',
        ),
        h('p', { class: 'muted small' }, 'Changed ', timeAgo(now.updated_at)),
      ),
      changed
        ? h(
            'div',
            { class: 'row version-actions' },
            action('Compare', () =>
              differences('The draft and the live version', () => journeyChanges(now.id, signal)),
            ),
            now.is_locked ? null : action('Discard the changes', discard),
          )
        : null,
    );
    if (held) /** @type {HTMLElement | null} */ (draftRow.querySelector('button'))?.focus();
  };

  /** For a stopped journey, this is the last live one. */
  const liveChip = () => (journey().state === 'active' ? chip('good', 'Live') : chip('warn', 'Was live'));

  /** @param {Version} version */
  const versionParts = (version) => [
    h('span', { class: 'version-number figures' }, h('span', { class: 'visually-hidden' }, 'Version '), version.number),
    h(
      'div',
      { class: 'version-words' },
      h('p', null, version.note || h('span', { class: 'muted' }, 'No note'), ' ', version.live ? liveChip() : null),
      h(
        'p',
        { class: 'muted small' },
        'Published ',
        timeAgo(version.published_at),
        ' · ',
        version.people > 0 ? `${count(version.people, 'person', 'people')} in it now` : 'nobody in it',
      ),
    ),
    h(
      'div',
      { class: 'row version-actions' },
      version.live ? null : action('Compare', () => differsFromLive(version), `of version ${version.number}`),
      version.live || journey().is_locked
        ? null
        : action('Restore as draft', () => restore(version), `, version ${version.number}`),
    ),
  ];

  /** @param {Version} version */
  const differsFromLive = (version) =>
    differences(`Version ${version.number} and the live version`, async () => {
      const live = journey().live_version?.id ?? '';
      const [now, then] = await Promise.all([
        getVersion(journey().id, live, signal),
        getVersion(journey().id, version.id, signal),
      ]);
      return compare(now.definition, then.definition);
    });

  /**
   * @param {string} title
   * @param {() => Promise<import('./changes.js').Changes>} read
   */
  const differences = (title, read) => {
    const body = h('div', { class: 'stack' });
    openDialog({ title, body, signal });
    const look = async () => {
      replace(body, loading('the differences', skeleton('skeleton-row')));
      try {
        const changes = await read();
        if (signal.aborted) return;
        replace(body, isSame(changes) ? h('p', null, 'No differences.') : changesList(changes));
      } catch (error) {
        if (!signal.aborted) replace(body, failed(error, 'the differences', look));
      }
    };
    void look();
  };

  /** @param {Version} version */
  const restore = (version) => {
    const work = async () => {
      const fresh = await restoreVersion(journey(), version.id);
      toast(`Version ${version.number} is the draft now. Publish it to go back to it.`);
      onchange(fresh);
    };
    if (!journey().draft_changed) {
      void work().catch((error) => toastError(error, 'Restoring'));
      return;
    }
    confirmLoss({
      title: `Restore version ${version.number} as draft?`,
      text: 'The draft has changes that were never published.',
      losses: ['the changes of the draft'],
      verb: 'Restore',
      keep: 'Keep the draft',
      signal,
      work,
    });
  };

  const discard = () =>
    confirmLoss({
      title: 'Discard the changes of the draft?',
      text: 'The draft becomes the live version again.',
      losses: ['everything changed since it was published'],
      verb: 'Discard them',
      keep: 'Keep them',
      signal,
      work: async () => {
        const fresh = await discardDraft(journey());
        toast('The draft is the live version again.');
        onchange(fresh);
      },
    });

  onfresh(() => {
    showDraft();
    void (list.entries.size > 0 ? list.lookAgain('Loading the versions') : list.reload());
  });
  watch(
    'conversation',
    null,
    calmed(() => list.lookAgain(), signal, PAUSE),
    signal,
  );
  showDraft();
  void list.reload();
}

/**
 * @param {string} label
 * @param {() => void} press
 * @param {string} [rest] For screen readers.
 */
function action(label, press, rest = '') {
  return button([label, rest ? h('span', { class: 'visually-hidden' }, ` ${rest}`) : null], press, { small: true });
}
