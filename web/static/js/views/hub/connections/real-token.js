/** A token that looks like a real bot's where Telegram is simulated: a slip, or meant so. */
import { h, replace } from '../../../dom.js';
import { sentence } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';

/**
 * Asks what is meant, where the form shows what is wrong.
 *
 * @param {HTMLElement} place
 * @param {import('../../../problem.js').ApiError} error
 * @param {() => void} onanyway The bot is simulated.
 * @param {() => void} onclear The token is taken out of the field.
 */
export function askAboutToken(place, error, onanyway, onclear) {
  const anyway = button('Simulate this bot', onanyway, { small: true });
  const clear = () => {
    replace(place);
    onclear();
  };
  replace(
    place,
    callout(
      'warn',
      sentence(error.fields[0]?.message ?? ''),
      h('div', { class: 'row' }, anyway, button('Take the token out', clear, { small: true })),
    ),
  );
  anyway.focus();
}
