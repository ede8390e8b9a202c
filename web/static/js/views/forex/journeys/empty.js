/** The empty journey. */
import { h } from '../../../dom.js';
import { icon } from '../../../components/icons.js';
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
        h(
          'button',
          { class: 'button button-primary', type: 'button', on: { click: () => actions.add() } },
          icon('plus'),
          'Add the first step',
        ),
        h(
          'button',
          { class: 'button', type: 'button', on: { click: () => void actions.paste() } },
          glyph('paste'),
          'Paste steps',
        ),
      ),
    }),
  );
}
