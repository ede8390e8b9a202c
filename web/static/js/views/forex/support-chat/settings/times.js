/** When a journey may talk: the timezone and the quiet hours. */
import { h, replace, uid } from '../../../../dom.js';
import { field } from '../../../../components/field.js';
import { fold } from '../../../../typed.js';
import { settingsSection } from './section.js';

/** How far a zone is from UTC at most, in minutes. */
const MOST_OFFSET = 14 * 60;

/** @type {string[] | null} */
let zones = null;

/** All timezones that this browser knows, with UTC first. */
function timezones() {
  zones ??= ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
  return zones;
}

/** An offset as people write it: `UTC+3`, `GMT-04:30`, `+5:30`. */
const OFFSET = /^(?:utc|gmt)? ?([+-])(\d{1,2})(?::?([0-5]\d))?$/;

/** The zone that was meant, in whatever spelling: `europe/berlin`, `New York`, `UTC+3`; '' for none. The server's
 * is internal/base/zone.
 *
 * @param {string} typed
 */
export function zoneOf(typed) {
  const plain = (/** @type {string} */ zone) => fold(zone.replaceAll('_', ' '));
  const wanted = plain(typed);
  if (wanted === '') return '';
  const [, sign, hours = '', minutes = '00'] = OFFSET.exec(wanted) ?? [];
  if (sign) {
    const far = Number(hours) * 60 + Number(minutes);
    if (far > MOST_OFFSET) return '';
    return far === 0 ? 'UTC' : `UTC${sign}${hours.padStart(2, '0')}:${minutes}`;
  }
  const all = timezones();
  return (
    all.find((zone) => plain(zone) === wanted) ?? all.find((zone) => plain(zone).split('/').at(-1) === wanted) ?? ''
  );
}

/**
 * The time in a zone now: `14:05`.
 *
 * @param {string} zone
 * @param {Date} [now]
 */
export function timeIn(zone, now = new Date()) {
  const [, sign, hours, minutes] = /^UTC([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  const shift = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0;
  const shown = new Date(now.getTime() + shift * 60_000);
  const timeZone = sign ? 'UTC' : zone;
  try {
    return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(shown);
  } catch {
    return '';
  }
}

/** @param {import('../settings.js').Editing} editing */
export function timesPart({ now, edit }) {
  const listId = uid('zones');
  const zone = h('input', {
    class: 'input',
    type: 'text',
    list: listId,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    value: now().timezone || 'UTC',
    on: {
      input: () => take(false),
      change: () => take(true),
      focus: fill,
    },
  });
  const options = h('datalist', { id: listId });
  const zoneField = field({
    label: 'Timezone',
    control: zone,
    required: true,
    help: 'Type a city, or an offset like UTC+3. If a person’s own timezone is known, that one is used.',
  });

  /** The list is long: it is filled when somebody starts typing. */
  function fill() {
    if (options.children.length === 0)
      replace(
        options,
        timezones().map((name) => h('option', { value: name })),
      );
  }

  /** @param {boolean} done */
  function take(done) {
    const found = zoneOf(zone.value);
    if (found) {
      if (done) zone.value = found;
      zoneField.setError('');
      clock(found);
      if (found !== now().timezone) edit('Timezone', { timezone: found }, 'timezone');
    } else if (done)
      zoneField.setError('This isn’t a timezone. Type a city or an offset, for instance Berlin, New York or UTC+3.');
  }

  /** @param {string} name */
  function clock(name) {
    const time = timeIn(name);
    zoneField.setNote(time ? h('p', { class: 'field-help' }, `It is ${time} there now.`) : null);
  }

  const quiet = now().quiet_hours;
  const on = h('input', { type: 'checkbox', checked: quiet !== undefined && quiet !== null, on: { change: keep } });
  /** @param {string} value */
  const time = (value) => h('input', { class: 'input figures', type: 'time', value, on: { input: keep } });
  const from = time(quiet?.from ?? '22:00');
  const to = time(quiet?.to ?? '08:00');
  const fromField = field({ label: 'From', control: from, required: true });
  const toField = field({ label: 'Until', control: to, required: true });
  const atOnce = h('input', { type: 'checkbox', checked: quiet?.answer_at_once !== false, on: { change: keep } });
  const hours = h(
    'div',
    { class: 'stack quiet-hours' },
    h('div', { class: 'pair' }, fromField.root, toField.root),
    h(
      'label',
      { class: 'tick' },
      atOnce,
      h(
        'span',
        null,
        'Answer at once',
        h('span', { class: 'field-help tick-help' }, 'People who write in quiet hours still get their answer.'),
      ),
    ),
  );

  function keep() {
    hours.hidden = !on.checked;
    if (!on.checked) {
      edit('Quiet hours', { quiet_hours: undefined });
      return;
    }
    fromField.setError(from.value ? '' : 'Choose a time.');
    toField.setError(!to.value ? 'Choose a time.' : to.value === from.value ? 'Both times are the same.' : '');
    if (!from.value || !to.value) return;
    const wanted = { from: from.value, to: to.value, ...(atOnce.checked ? { answer_at_once: true } : {}) };
    edit('Quiet hours', { quiet_hours: wanted }, 'quiet');
  }

  hours.hidden = !on.checked;
  clock(now().timezone || 'UTC');
  return {
    root: settingsSection(
      'Times',
      'Nothing is sent in quiet hours. What falls due meanwhile is sent when they end.',
      zoneField.root,
      options,
      h('label', { class: 'tick' }, on, h('span', null, 'Keep quiet hours')),
      hours,
    ),
    clear() {
      zoneField.setError('');
      fromField.setError('');
      toField.setError('');
    },
    /** @type {import('../settings.js').Part['issue']} */
    issue(name, message) {
      if (name.startsWith('timezone')) zoneField.setError(message);
      else if (name === 'quiet_hours.from') fromField.setError(message);
      else if (name.startsWith('quiet_hours')) toField.setError(message);
      else return false;
      return true;
    },
  };
}
