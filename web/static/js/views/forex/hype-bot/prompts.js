/** The prompts: what messages are about, and how they sound. */
import { h, redraw } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { may } from '../signals/parts.js';
import { askDeletePrompt } from './actions.js';
import { openPrompt } from './prompt-form.js';
import { quoted, usersText } from './words.js';

/**
 * @param {object} options
 * @param {() => import('./store.js').Known} options.known
 * @param {() => Promise<void>} options.reload
 * @param {(keep: string) => () => void} options.back Gives the focus back after a dialog.
 * @param {AbortSignal} options.signal
 */
export function promptsPart({ known, reload, back, signal }) {
  const write = may('signals.write');
  const list = h('ul', { class: 'hype-prompts', 'aria-label': 'Prompts' });
  /** @param {import('./words.js').Prompt | null} prompt @param {string} keep */
  const edit = (prompt, keep) => openPrompt({ prompt, reload, onclose: back(keep), signal });
  const add = () => edit(null, 'new-prompt');
  const root = h(
    'section',
    { class: 'stack hype-stack', 'aria-labelledby': 'hype-prompts-title' },
    h(
      'div',
      { class: 'hype-top' },
      h('h2', { id: 'hype-prompts-title' }, 'Prompts'),
      write ? button('New prompt', add, { icon: 'plus', 'data-keep': 'new-prompt' }) : null,
    ),
    h('p', { class: 'muted' }, 'What messages are about, and how they sound. Each flow takes its prompts by turns.'),
    list,
  );

  /** @param {import('./words.js').Prompt} prompt */
  function row(prompt) {
    const { id, name, angle, style } = prompt;
    const rest = () => h('span', { class: 'visually-hidden' }, ` ${quoted(name)}`);
    return h(
      'li',
      { class: 'hype-prompt', dataset: { prompt: id } },
      h(
        'div',
        { class: 'hype-words' },
        h('h3', null, name),
        h('p', null, angle),
        h('p', { class: 'small muted' }, style ? `Style: ${style}` : 'In the voice of your house'),
        h('p', { class: 'small muted' }, usersText(id, known().flows)),
      ),
      write
        ? h(
            'div',
            { class: 'hype-actions' },
            button(['Edit', rest()], () => edit(prompt, `edit-${id}`), {
              small: true,
              look: 'quiet',
              icon: 'pencil',
              'data-keep': `edit-${id}`,
            }),
            button(
              ['Delete', rest()],
              () => askDeletePrompt(prompt, { known, reload, onclose: back(`delete-${id}`), signal }),
              { small: true, look: 'quiet', icon: 'trash', 'data-keep': `delete-${id}` },
            ),
          )
        : null,
    );
  }

  return { root, show: () => redraw(list, ...known().prompts.map(row)), add };
}
