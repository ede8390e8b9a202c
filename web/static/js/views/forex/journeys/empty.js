/** The empty journey. */
import { h } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { blank } from '../../../components/states.js';
import { glyph } from './icons.js';

/** @param {import('./actions.js').Actions} actions */
export function emptyState(actions) {
  return h(
    'div',
    { class: 'builder-empty' },
    blank({
      title: 'An empty journey',
      text: 'Begin with the first message. Add every further step from the one before it.',
      action: h(
        'div',
        { class: 'row row-center' },
        button('Add the first step', () => actions.add(), { look: 'primary', icon: 'plus' }),
        button('Paste steps', () => actions.paste(), { icon: glyph('paste') }),
      ),
    }),
  );
}
