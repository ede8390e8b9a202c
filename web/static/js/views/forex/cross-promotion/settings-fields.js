/** The fields of the settings of cross-promotion. */
import { h } from '../../../dom.js';
import { count } from '../../../format.js';
import { field } from '../../../components/field.js';
import { htmlField } from '../journeys/html-field.js';
import { length, mistake } from '../journeys/markup.js';
import { numberField } from '../strategies/parts.js';
import { settingsSection } from '../support-chat/settings/section.js';
import { daysField, losingField, slotField, tick } from './settings-parts.js';
import { NAMES } from './words.js';
import { clean, running } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').CrossPromo} CrossPromo
 * @typedef {import('../strategies/parts.js').Part} Part
 */

/** Telegram's limit of what stands beside a picture, which a teaser may get. */
const LONGEST_TEXT = 1024;
const LONGEST_BUTTON = 64;
const MOST_DELAY = 24 * 60;
const MOST_RESULTS = 50;

/** @param {CrossPromo} settings */
export function programmeFields(settings) {
  const on = tick('Cross-promotion is on', settings.on);
  const days = daysField(settings.days);
  const slots = NAMES.map((name) => slotField(name, settings[name]));
  const action = actionFields(settings.action);
  const losing = losingField(settings.losing);
  const results = resultFields(settings.results);

  /** As the API names them. @type {Record<string, Part>} */
  const parts = {
    days,
    ...Object.fromEntries(NAMES.map((name, i) => [`${name}.at`, /** @type {Part} */ (slots[i])])),
    ...action.parts,
    losing,
    ...results.parts,
  };
  const read = () => {
    const [news, recap, teaser, brag] = slots.map((slot) => slot.value());
    return {
      on: on.value(),
      days: days.value(),
      ...{ news, recap, teaser, brag },
      action: action.value(),
      losing: losing.value(),
      results: results.value(),
    };
  };
  return {
    body: [
      settingsSection(
        'Days and times',
        'What goes to your FREE channel, and when. Times are in UTC. Days on which gold does not trade are skipped.',
        on.root,
        days.root,
        h(
          'div',
          { class: 'programme-times' },
          slots.map(({ root }) => root),
        ),
      ),
      settingsSection(
        'Call to action',
        'What the VIP teaser says, and where its button leads.',
        action.parts['action.text'].root,
        h('div', { class: 'pair' }, action.parts['action.button'].root, action.parts['action.link'].root),
      ),
      settingsSection('Days that lost', 'What the results of the day say when the day has lost pips.', losing.root),
      settingsSection(
        'Results of the VIP channel',
        'What else your FREE channel is told as it happens in your VIP channel.',
        results.ticks,
        h(
          'div',
          { class: 'pair' },
          results.parts['results.delay_minutes'].root,
          results.parts['results.daily_most'].root,
        ),
      ),
    ],
    parts: Object.values(parts),
    partOf: (/** @type {string} */ name) => parts[name],
    read,
  };
}

/** @param {CrossPromo['action']} action */
function actionFields(action) {
  const text = htmlField({
    label: 'Text',
    value: action.text,
    most: LONGEST_TEXT,
    lines: 4,
    help: 'Telegram’s HTML: <b>, <i>, <u>, <a href="…">. If empty, PromoStack writes it from what the last seven days have brought.',
    onchange: () => {
      if (text.area.getAttribute('aria-invalid')) checkText();
    },
  });
  const checkText = () => {
    const over = length(running(text.area.value)) - LONGEST_TEXT;
    const wrong = over > 0 ? `Shorten it by ${count(over, 'character')}.` : mistake(running(text.area.value));
    text.setError(wrong);
    return wrong;
  };
  text.area.addEventListener('change', checkText);
  const label = inputPart('Button', action.button, 'If empty, it says so in the language of your signals.', {
    type: 'text',
    maxlength: LONGEST_BUTTON,
  });
  const link = inputPart('Link of the button', action.link, 'If empty, there is no button.', {
    type: 'url',
    inputmode: 'url',
    placeholder: 'https://t.me/your_vip_bot',
  });
  return {
    parts: {
      'action.text': { root: text.root, input: text.area, setError: text.setError, check: checkText },
      'action.button': label,
      'action.link': link,
    },
    value: () => ({ text: running(text.area.value), button: label.value(), link: link.value() }),
  };
}

/**
 * @param {string} label
 * @param {string} value
 * @param {string} help
 * @param {import('../../../dom.js').Props} attributes
 */
function inputPart(label, value, help, attributes) {
  const input = h('input', { class: 'input', autocomplete: 'off', value, ...attributes });
  const { root, setError } = field({ label, control: input, help });
  return { root, input, setError, check: () => '', value: () => clean(input.value) };
}

/** @param {CrossPromo['results']} results */
function resultFields(results) {
  const targets = tick('Each target that a VIP signal hits', results.targets);
  const full = tick('Each VIP signal with all its levels', results.full_signals);
  const best = tick('The best signal of the day, with the results of the day', results.daily_best);
  const delay = numberField({
    label: 'How long after the VIP channel',
    unit: 'minutes',
    value: results.delay_minutes,
    min: 0,
    max: MOST_DELAY,
    step: 1,
    help: 'Counts for targets and whole signals',
  });
  const most = numberField({
    label: 'At most a day',
    value: results.daily_most,
    min: 1,
    max: MOST_RESULTS,
    step: 1,
    help: 'Targets and whole signals together',
  });
  return {
    ticks: h('div', { class: 'ticks' }, targets.root, full.root, best.root),
    parts: { 'results.delay_minutes': delay, 'results.daily_most': most },
    value: () => ({
      targets: targets.value(),
      full_signals: full.value(),
      daily_best: best.value(),
      delay_minutes: delay.value(),
      daily_most: most.value(),
    }),
  };
}
