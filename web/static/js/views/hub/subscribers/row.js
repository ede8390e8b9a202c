/** One person in the table. */
import { getSubscriber, tagSubscriber } from '../../../api/telegram.js';
import { h, replace } from '../../../dom.js';
import { ApiError } from '../../../problem.js';
import { menuButton } from '../../../components/menu.js';
import { chip } from '../../../components/status.js';
import { timeAgo } from '../../../components/time.js';
import { toastError } from '../../../components/toast.js';
import { STATES, nameOf, withTag, withoutTag } from './words.js';
import { tagEditor } from './tags.js';

/** @typedef {import('../../../types.js').Subscriber} Subscriber */

/**
 * @param {Subscriber} first
 * @param {object} options
 * @param {string} options.suggestions The id of a list of known tags.
 * @param {(connection: string) => string} options.botOf What a connection is called; '' when there is only one.
 * @param {(person: Subscriber) => void} options.onhistory Shows their journeys and messages.
 * @param {(person: Subscriber) => void} options.onerase
 * @param {(source: string) => void} options.onsource Shows only those whom it brought.
 * @param {(person: Subscriber) => void} options.onchange
 */
export function personRow(first, { suggestions, botOf, onhistory, onerase, onsource, onchange }) {
  let now = first;
  /** Changes run one after another, so that each builds on the result of the one before. */
  let line = Promise.resolve();
  const who = h('td', { role: 'cell', class: 'card-who person-who' });
  const source = h('td', { role: 'cell', class: 'person-source', 'data-label': 'Source' });
  const state = h('td', { role: 'cell', class: 'person-state' });
  const seen = h('td', { role: 'cell', class: 'card-time', 'data-label': 'Last seen' });
  const since = h('td', { role: 'cell', class: 'card-time', 'data-label': 'First seen' });
  const tags = tagEditor({
    name: nameOf(first),
    suggestions,
    onadd: (typed) => change((list) => withTag(list, typed)),
    onremove: (tag) => change((list) => withoutTag(list, tag)),
  });
  const root = h(
    'tr',
    { role: 'row', class: 'card-row person' },
    who,
    h('td', { role: 'cell', class: 'person-tags' }, tags.root),
    source,
    state,
    seen,
    since,
    h(
      'td',
      { role: 'cell', class: 'person-menu' },
      menuButton({
        label: `Actions for ${nameOf(first)}`,
        items: () => [
          { label: 'Journeys and messages', icon: 'journey', run: () => onhistory(now) },
          { label: 'Erase this person', icon: 'trash', run: () => onerase(now) },
        ],
      }),
    ),
  );

  /** @param {(tags: string[]) => string[]} edit */
  function change(edit) {
    tags.setError('');
    line = line.then(async () => {
      try {
        let fresh;
        try {
          fresh = await tagSubscriber(now, edit(now.tags));
        } catch (error) {
          if (!(error instanceof ApiError) || error.status !== 412) throw error;
          // Somebody else changed the person; the tag is added or removed all the same.
          const other = await getSubscriber(now.id);
          fresh = await tagSubscriber(other, edit(other.tags));
        }
        show(fresh);
        onchange(fresh);
      } catch (error) {
        tags.show(now.tags);
        const said = error instanceof ApiError && error.status === 422 ? error.fields[0]?.message : '';
        if (said) tags.setError(said);
        else toastError(error, 'Changing the tags');
      }
    });
  }

  /** @param {Subscriber} fresh */
  function show(fresh) {
    if (fresh.version < now.version) return;
    const before = now;
    now = fresh;
    const first = !who.hasChildNodes();
    const name = nameOf(fresh);
    const bot = botOf(fresh.connection_id);
    const [tone, word] = STATES[fresh.state] ?? ['quiet', fresh.state];
    replace(
      who,
      h('span', { class: 'person-name' }, name),
      fresh.username && name !== `@${fresh.username}`
        ? h('span', { class: 'muted small' }, `@${fresh.username}`)
        : null,
      bot ? h('span', { class: 'muted small' }, bot) : null,
    );
    if (first || before.tags.join('\n') !== fresh.tags.join('\n')) tags.show(fresh.tags);
    if (first || before.source !== fresh.source)
      replace(
        source,
        fresh.source
          ? h(
              'button',
              {
                class: 'source-button',
                type: 'button',
                title: `Show only people from ${fresh.source}`,
                on: { click: () => onsource(fresh.source) },
              },
              fresh.source,
            )
          : h('span', { class: 'muted' }, '–'),
      );
    replace(state, chip(tone, word));
    if (!seen.contains(document.activeElement)) replace(seen, timeAgo(fresh.last_seen_at));
    if (!since.contains(document.activeElement)) replace(since, timeAgo(fresh.created_at));
  }

  show(first);
  return { root, show, item: () => now };
}
