/** The fields of the settings of signals. */
import { h } from '../../../dom.js';
import { field } from '../../../components/field.js';
import { settingsSection } from '../support-chat/settings/section.js';
import { numberField } from './parts.js';
import { disclaimerField, ruleField, selectField, sharesField } from './settings-parts.js';
import { clean } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').Settings} Settings
 * @typedef {import('./parts.js').Part} Part
 */

/** @type {Record<Settings['language'], string>} */
const LANGUAGES = {
  en: 'English',
  de: 'German',
  es: 'Spanish',
  fr: 'French',
  it: 'Italian',
  pt: 'Portuguese',
  ru: 'Russian',
  tr: 'Turkish',
};

const DAY = 24 * 60;

/**
 * @param {Settings} settings
 * @param {{ slug: string, name: string }[]} cards Templates that are published.
 */
export function settingsFields(settings, cards) {
  const approval = approvalFields(settings);
  const shares = sharesField(settings.shares);
  const rule = ruleField(settings.stop_rule);
  const expire = numberField({
    label: 'Close at the latest after',
    unit: 'minutes',
    help: 'In whole quarters of an hour; 0 never',
    value: settings.expire_minutes,
    min: 0,
    max: 365 * DAY,
    bounds: 'Up to a year',
    step: 15,
  });
  const progress = numberField({
    label: 'Progress every',
    unit: 'pips',
    help: 'A message for each so many pips in favour; 0 for none',
    value: Number(settings.progress_pips),
    min: 0,
    max: 10_000,
    step: 0.1,
  });
  const size = numberField({
    label: 'Pip size',
    unit: 'dollars',
    value: Number(settings.pip_size),
    help: 'Usual for gold are 0.1 and 0.01',
    min: 0.0001,
    max: 100,
    step: 0.01,
    otherwise: 0.1,
  });
  const lots = numberField({
    label: 'Lots',
    help: 'By which money is counted',
    value: Number(settings.lots),
    min: 0.01,
    max: 100,
    step: 0.01,
  });
  const spread = numberField({
    label: 'Spread',
    unit: 'dollars',
    help: 'Between bid and ask',
    value: Number(settings.spread),
    min: 0,
    max: 10,
    step: 0.01,
  });
  const card = cardField('Picture of a signal', settings.card, cards);
  const recaps = recapFields(settings, cards);
  const language = selectField('Language of the messages', settings.language, Object.entries(LANGUAGES));
  const disclaimer = disclaimerField(settings.disclaimer);

  /** @type {Record<string, Part>} */
  const parts = {
    approve_minutes: approval.minutes,
    shares,
    stop_rule: rule,
    expire_minutes: expire,
    progress_pips: progress,
    pip_size: size,
    lots,
    spread,
    card,
    language,
    disclaimer,
    ...recaps.parts,
  };
  const pair = (/** @type {Part[]} */ ...of) =>
    h(
      'div',
      { class: 'pair' },
      of.map(({ root }) => root),
    );
  return {
    body: [
      settingsSection('Approval', 'Who says yes before a signal goes out.', approval.root),
      settingsSection(
        'Targets and stop',
        'They count for signals from now on; those that are open keep theirs.',
        shares.root,
        rule.root,
        pair(expire),
      ),
      settingsSection(
        'Figures',
        'How results are counted. A new pip size is an entry of the record.',
        pair(size, lots, spread),
      ),
      settingsSection('Messages', 'What stands in your channel.', pair(card, language, progress), disclaimer.root),
      settingsSection(
        'Recaps',
        'What a day and a week have brought, losses included. Days without a closed signal have none.',
        pair(recaps.parts.daily_at, recaps.parts.time_zone),
        pair(recaps.parts.weekly_day, recaps.parts.weekly_at, recaps.parts.recap_card),
      ),
    ],
    parts: () =>
      Object.entries(parts).flatMap(([name, part]) => (name === 'approve_minutes' && !approval.on() ? [] : [part])),
    partOf: (/** @type {string} */ name) => parts[name],
    read: () => ({
      approval: approval.on(),
      approve_minutes: approval.minutes.value(),
      shares: shares.value(),
      stop_rule: rule.value(),
      expire_minutes: expire.value(),
      progress_pips: String(progress.value()),
      pip_size: String(size.value()),
      lots: String(lots.value()),
      spread: String(spread.value()),
      card: card.value(),
      language: /** @type {Settings['language']} */ (language.value()),
      disclaimer: disclaimer.value(),
      ...recaps.read(),
    }),
  };
}

/**
 * @param {string} label
 * @param {string} value
 * @param {{ slug: string, name: string }[]} cards
 */
function cardField(label, value, cards) {
  return selectField(label, value, [
    ['', 'No picture'],
    ...cards.map(({ slug, name }) => /** @type {[string, string]} */ ([slug, name])),
    // One that is published no longer stays chosen until somebody chooses another.
    ...(value && !cards.some(({ slug }) => slug === value) ? [/** @type {[string, string]} */ ([value, value])] : []),
  ]);
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** When recaps come, and with which picture. @param {Settings} settings @param {{ slug: string, name: string }[]} cards */
function recapFields(settings, cards) {
  const zone = inputField('Time zone', settings.time_zone, 'Such as Europe/Berlin, UTC or UTC+3', { type: 'text' });
  const daily = inputField('Daily recap at', settings.daily_at, 'Empty for none', { type: 'time' });
  const weekly = inputField('Weekly recap at', settings.weekly_at, 'Empty for none', { type: 'time' });
  const day = selectField(
    'Weekly recap on',
    String(settings.weekly_day),
    WEEKDAYS.map((name, i) => /** @type {[string, string]} */ ([String(i), name])),
  );
  const picture = cardField('Picture of a recap', settings.recap_card, cards);
  return {
    parts: { daily_at: daily, time_zone: zone, weekly_day: day, weekly_at: weekly, recap_card: picture },
    read: () => ({
      time_zone: zone.value(),
      daily_at: daily.value(),
      weekly_at: weekly.value(),
      weekly_day: Number(day.value()),
      recap_card: picture.value(),
    }),
  };
}

/**
 * @param {string} label
 * @param {string} value
 * @param {string} help
 * @param {{ type: string }} attributes
 */
function inputField(label, value, help, attributes) {
  const input = h('input', { class: 'input', autocomplete: 'off', value, ...attributes });
  const part = field({ label, control: input, help });
  return { root: part.root, input, setError: part.setError, check: () => '', value: () => clean(input.value) };
}

/** @param {Settings} settings */
function approvalFields(settings) {
  const on = h('input', { type: 'checkbox', checked: settings.approval });
  const minutes = numberField({
    label: 'Lapses after',
    unit: 'minutes',
    help: 'When nobody has said yes until then, it is not opened',
    value: settings.approve_minutes,
    min: 1,
    max: DAY,
    step: 1,
  });
  const inner = h('div', { class: 'tick-inner' }, minutes.root);
  const show = () => (inner.hidden = !on.checked);
  on.addEventListener('change', show);
  show();
  return {
    root: h(
      'div',
      { class: 'stack' },
      h('label', { class: 'tick' }, on, h('span', null, 'A person approves each signal')),
      inner,
    ),
    minutes,
    on: () => on.checked,
  };
}
