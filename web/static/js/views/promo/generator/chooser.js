import { listTemplates } from '../../../api.js';
import { h, replace } from '../../../dom.js';
import { openDialog } from '../../../components/dialog.js';
import { icon } from '../../../components/icons.js';
import { blank, failed, loading, skeleton } from '../../../components/states.js';

/** @typedef {import('../../../types.js').TemplateSummary} TemplateSummary */

/**
 * The preview that represents a template: in the requested size, or the first there is.
 *
 * @param {TemplateSummary} template
 * @param {string} [size]
 */
export function thumbnail(template, size = 'square') {
  const images = template.previews?.images ?? [];
  return images.find((image) => image.size === size) ?? images[0] ?? null;
}

/** @param {TemplateSummary} template */
export function usable(template) {
  return template.published_version !== null && template.visible_web;
}

/**
 * Every template that can be used, page by page.
 *
 * @param {AbortSignal} [signal]
 */
export async function usableTemplates(signal) {
  /** @type {TemplateSummary[]} */
  const all = [];
  /** @type {string | null} */
  let after = null;
  do {
    const page = await listTemplates({ limit: 100, after, state: 'published' }, signal);
    all.push(...page.items.filter(usable));
    after = page.next;
  } while (after && all.length < 500);
  return all;
}

/**
 * A dialog to choose another template.
 *
 * @param {string} current The slug.
 * @param {(slug: string) => void} onchoose
 */
export function chooseTemplate(current, onchoose) {
  const controller = new AbortController();
  const body = h('div', { class: 'chooser' });
  const dialog = openDialog({
    title: 'Choose a template',
    body,
    class: 'dialog-wide',
    onclose: () => controller.abort(),
  });

  const load = async () => {
    replace(
      body,
      loading('templates', skeleton('skeleton-tile'), skeleton('skeleton-tile'), skeleton('skeleton-tile')),
    );
    try {
      const templates = await usableTemplates(controller.signal);
      if (templates.length === 0) {
        replace(
          body,
          blank({ title: 'No template is published yet', text: 'Publish one under Templates, then come back.' }),
        );
        return;
      }
      replace(body, h('ul', { class: 'chooser-grid' }, templates.map(tile)));
      const chosen = /** @type {HTMLElement | null} */ (
        body.querySelector('[aria-current]') ?? body.querySelector('button')
      );
      chosen?.focus();
    } catch (error) {
      if (!controller.signal.aborted) replace(body, failed(error, 'the templates', load));
    }
  };

  /** @param {TemplateSummary} template */
  const tile = (template) => {
    const image = thumbnail(template);
    return h(
      'li',
      null,
      h(
        'button',
        {
          class: 'tile',
          type: 'button',
          'aria-current': template.slug === current ? 'true' : undefined,
          on: {
            click: () => {
              dialog.close();
              if (template.slug !== current) onchoose(template.slug);
            },
          },
        },
        h(
          'span',
          { class: 'tile-picture' },
          image
            ? h('img', { src: image.url, alt: '', width: image.width, height: image.height, loading: 'lazy' })
            : icon('image'),
        ),
        h('span', { class: 'tile-name' }, template.name),
        h('span', { class: 'muted small' }, template.description),
      ),
    );
  };
  void load();
}
