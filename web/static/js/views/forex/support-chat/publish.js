/** Publishing: what would change, what is wrong, and which journeys already use the same trigger. */
import { getJourney, journeyChanges, listJourneys, publishJourney } from '../../../api/journeys.js';
import { h, replace } from '../../../dom.js';
import { count } from '../../../format.js';
import { ApiError, errorText, sentence } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { field } from '../../../components/field.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { openDialog } from '../../../components/dialog.js';
import { toast } from '../../../components/toast.js';
import { tellRefusal } from '../../../components/refusal.js';
import { changesList, issueList, isSame } from './changes.js';
import { pageOf } from './words.js';
import { running } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').JourneyDetail} JourneyDetail
 * @typedef {import('../../../types.js').Changes} Changes
 */

/**
 * @param {object} options
 * @param {string} options.id
 * @param {AbortSignal} options.signal
 * @param {(fresh: JourneyDetail) => void} options.onchange
 * @param {() => Promise<void>} [options.before] Saves what is not saved yet.
 */
export function openPublish({ id, signal, onchange, before }) {
  const body = h('div', { class: 'stack publish' });
  const dialog = openDialog({ title: 'Publish', class: 'publish-dialog', body, signal });

  const load = async () => {
    replace(body, loading('what would change', skeleton('skeleton-row'), skeleton('skeleton-row')));
    try {
      await before?.();
      const journey = await getJourney(id, signal);
      const changes = journey.live_version ? await journeyChanges(id, signal) : null;
      if (!signal.aborted && dialog.root.open) draw(journey, changes);
    } catch (error) {
      if (!signal.aborted) replace(body, failed(error, 'the draft', load));
    }
  };

  /**
   * @param {JourneyDetail} journey
   * @param {Changes | null} changes
   */
  const draw = (journey, changes) => {
    const errors = journey.issues.filter(({ severity }) => severity === 'error').length;
    const same = changes !== null && isSame(changes) && journey.state === 'active';
    const note = h('textarea', { class: 'input', rows: 2, maxlength: 500 });
    const noteField = field({
      label: 'Note',
      control: note,
      help: 'Shown in the list of versions: what is new, and why.',
    });
    const problem = h('div', { role: 'alert', class: 'stack' });
    const go = h(
      'button',
      { class: 'button button-primary', type: 'submit', disabled: errors > 0 || same },
      journey.live_version ? 'Publish this version' : 'Publish',
    );

    /** @param {Event} event */
    const submit = async (event) => {
      event.preventDefault();
      if (go.disabled) return;
      go.disabled = true;
      go.setAttribute('aria-busy', 'true');
      replace(problem);
      try {
        const fresh = await publishJourney(journey, running(note.value));
        dialog.close();
        toast(`${fresh.name} is live as version ${fresh.live_version?.number ?? 1}.`);
        onchange(fresh);
      } catch (error) {
        if (signal.aborted) return;
        go.disabled = false;
        tellRefusal(problem, await told(error, journey));
        if (error instanceof ApiError && error.status === 412) problem.append(again());
      } finally {
        go.removeAttribute('aria-busy');
      }
    };

    const again = () => button('Show the current version', () => load(), { small: true });

    replace(
      body,
      h(
        'form',
        { class: 'stack', novalidate: true, on: { submit: (/** @type {Event} */ event) => void submit(event) } },
        h('p', null, intro(journey, changes)),
        errors > 0 ? callout('bad', `Fix ${count(errors, 'error')} before it can be published.`) : null,
        journey.issues.length > 0 ? issueList(journey, journey.issues, () => dialog.close()) : null,
        changes && !isSame(changes)
          ? h('section', { class: 'stack' }, h('h3', null, 'What changes'), changesList(changes))
          : null,
        errors > 0 || same ? null : noteField.root,
        problem,
        h(
          'div',
          { class: 'row' },
          go,
          button('Not now', () => dialog.close()),
        ),
      ),
    );
    (errors > 0 || same ? body.querySelector('a') : note)?.focus();
  };

  void load();
}

/**
 * @param {JourneyDetail} journey
 * @param {Changes | null} changes
 */
function intro(journey, changes) {
  if (!changes) return `${journey.name} goes live: from then on its triggers let people in.`;
  if (isSame(changes) && journey.state === 'active') return 'Nothing has changed since it was published.';
  const start =
    journey.state === 'active'
      ? 'People who enter from now on get the new version.'
      : 'Its triggers let people in again, with this version.';
  return journey.figures.inside > 0
    ? `${start} ${count(journey.figures.inside, 'person', 'people')} in it now: each finishes on the version that they started.`
    : start;
}

/**
 * What was refused, in words; for taken triggers, with links to the journeys that have them.
 *
 * @param {unknown} error
 * @param {JourneyDetail} journey
 */
async function told(error, journey) {
  if (!(error instanceof ApiError) || error.fields.length === 0) return callout('bad', errorText(error));
  const taken = error.code === 'trigger_taken' ? await activeJourneys(journey.id) : [];
  return callout(
    'bad',
    h(
      'div',
      { class: 'callout-words' },
      h('p', null, error.code === 'trigger_taken' ? 'Other active journeys already use these triggers:' : error.text),
      h(
        'ul',
        { class: 'conflicts' },
        error.fields.map(({ message }) => {
          const other = taken
            .filter(({ name }) => message.includes(name))
            .sort((a, b) => b.name.length - a.name.length)[0];
          return h(
            'li',
            null,
            h('span', null, message),
            other ? h('a', { href: pageOf(other.id, 'settings') }, `Open ${other.name}`) : null,
          );
        }),
      ),
      error.code === 'trigger_taken'
        ? h(
            'p',
            null,
            sentence(error.remedy),
            ' ',
            h('a', { href: triggersOf(journey.id), on: { click: leaveTo } }, 'Change this journey’s triggers'),
          )
        : null,
    ),
  );
}

/** Where a journey's triggers are. @param {string} id */
const triggersOf = (id) => pageOf(id, 'settings', { part: 'triggers' });

/** Goes there from a dialog, also from the very page that the link names. @param {Event} event */
function leaveTo(event) {
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  link.closest('dialog')?.close();
  if (link.hash === location.hash) dispatchEvent(new Event('hashchange'));
}

/** @param {string} but */
async function activeJourneys(but) {
  const { items } = await listJourneys({ state: 'active', limit: 100 }).catch(() => ({ items: [] }));
  return items.filter(({ id }) => id !== but);
}
