import { h, replace } from '../../dom.js';
import { format } from '../../router.js';
import { button } from '../../components/button.js';
import { icon } from '../../components/icons.js';
import { menuButton } from '../../components/menu.js';
import { chip } from '../../components/status.js';
import { timeAgo } from '../../components/time.js';
import { sizeShape } from '../../components/size-shape.js';
import { thumbnail } from './generator/chooser.js';

/** @typedef {import('../../types.js').TemplateSummary} TemplateSummary */

/**
 * @param {TemplateSummary} first
 * @param {object} handlers
 * @param {(item: TemplateSummary) => Promise<void>} handlers.onpublish
 * @param {(item: TemplateSummary, changes: { visible_web?: boolean, visible_bot?: boolean }) => Promise<void>} handlers.onpatch
 */
export function templateCard(first, { onpublish, onpatch }) {
  let item = first;
  const picture = h('div', { class: 'card-picture' });
  const words = h('div', { class: 'card-words' });
  const actions = h('div', { class: 'card-actions' });
  const root = h('li', { class: 'card' }, picture, words, actions);

  const canUse = () => item.published_version !== null && item.visible_web;

  const items = () => {
    /** @type {import('../../components/menu.js').MenuItem[]} */
    const list = [];
    if (canUse()) {
      list.push({
        label: 'Use',
        icon: 'generate',
        run: () => (location.hash = format('promo/generate', { template: item.slug })),
      });
    }
    if (item.has_draft || item.state === 'draft') {
      list.push({ label: 'Publish draft', icon: 'publish', run: () => void onpublish(item) });
    }
    list.push(
      {
        label: 'Offer in the generator',
        checked: item.visible_web,
        run: () => void onpatch(item, { visible_web: !item.visible_web }),
      },
      {
        label: 'Offer in the bot',
        checked: item.visible_bot,
        run: () => void onpatch(item, { visible_bot: !item.visible_bot }),
      },
    );
    return list;
  };

  const menu = menuButton({ label: `Actions for ${item.name}`, items });

  const draw = () => {
    const pending = item.previews.state === 'pending';
    const image = thumbnail(item);
    replace(
      picture,
      image
        ? h('img', {
            src: image.url,
            alt: `${item.name}, example`,
            width: image.width,
            height: image.height,
            loading: 'lazy',
            decoding: 'async',
          })
        : h('div', { class: ['card-blank', pending && 'card-pending'] }, icon('image')),
      pending
        ? h(
            'p',
            { class: 'card-progress', role: 'status' },
            h('span', { class: 'spinner', 'aria-hidden': 'true' }),
            'Previews are being rendered',
          )
        : null,
    );
    replace(
      words,
      h(
        'div',
        { class: 'card-top' },
        h('h2', null, item.name),
        item.published_version === null ? chip('quiet', 'Draft') : chip('good', `Published v${item.published_version}`),
      ),
      h('p', { class: 'muted small card-description' }, item.description),
      h(
        'ul',
        { class: 'tags', 'aria-label': 'Sizes and visibility' },
        (item.sizes ?? []).map((size) =>
          h(
            'li',
            { class: 'tag', title: `${size.width} × ${size.height} px` },
            sizeShape(size.width, size.height),
            size.label,
          ),
        ),
        item.has_draft && item.published_version !== null ? h('li', null, chip('warn', 'Draft waiting')) : null,
        item.visible_web ? null : h('li', null, chip('quiet', 'Not in the generator')),
        item.visible_bot ? null : h('li', null, chip('quiet', 'Not in the bot')),
      ),
    );
    replace(
      actions,
      canUse()
        ? h(
            'a',
            { class: 'button button-small', href: format('promo/generate', { template: item.slug }) },
            'Use',
            h('span', { class: 'visually-hidden' }, ` ${item.name}`),
          )
        : null,
      item.has_draft || item.state === 'draft'
        ? button(
            ['Publish draft', h('span', { class: 'visually-hidden' }, ` of ${item.name}`)],
            () => void onpublish(item),
            { small: true },
          )
        : null,
      h('span', { class: 'card-time muted small' }, 'Changed ', timeAgo(item.updated_at)),
      menu,
    );
  };
  draw();

  return {
    root,
    item: () => item,
    /** @param {TemplateSummary} next */
    show(next) {
      const focused = root.contains(document.activeElement) ? document.activeElement : null;
      item = next;
      draw();
      // Redrawing loses the focus; the menu's button exists in every state.
      if (focused && !focused.isConnected) menu.querySelector('button')?.focus();
      else if (focused instanceof HTMLElement) focused.focus();
    },
  };
}
