/**
 * The generator: controls at the left, the picture large in the middle, output at the right.
 */
import { currentSession, getBrand, getTemplate } from '../../api.js';
import { h, replace } from '../../dom.js';
import { format, remember } from '../../router.js';
import { ApiError } from '../../problem.js';
import { button } from '../../components/button.js';
import { icon } from '../../components/icons.js';
import { page } from '../../components/page.js';
import { segmented } from '../../components/segmented.js';
import { sizeShape } from '../../components/size-shape.js';
import { blank, failed, loading, skeleton } from '../../components/states.js';
import { chooseTemplate, thumbnail, usableTemplates } from './generator/chooser.js';
import { valueForm } from './generator/form.js';
import { outputActions, outputPanel } from './generator/output.js';
import { postTracker } from './generator/posts.js';
import { check, prepare, preview } from './generator/preview.js';
import { channelSender } from './generator/send.js';
import { plain, previewed, sent, store } from './generator/store.js';

/**
 * @typedef {import('../../types.js').TemplateDetail} Template
 * @typedef {import('../../types.js').Brand} Brand
 */

const PATH = 'promo/generate';

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `template` (slug), `size`
 * @returns {() => void}
 */
export function mount(root, params) {
  const controller = new AbortController();
  const kept = store(sessionStorage, currentSession());
  /** @type {() => void} */
  let close = () => {};
  /** @type {string} */
  let wanted = params.template ?? '';
  /** From the address; applies to the first template only. */
  let size = params.size ?? '';

  const posts = postTracker(controller.signal);
  const frame = page({ title: 'Generate', wide: true, class: 'generator' });
  const actions = /** @type {HTMLElement} */ (frame.root.querySelector('.page-actions'));
  replace(root, frame.root);

  /** @param {string} slug */
  const choose = (slug) => {
    wanted = slug;
    size = '';
    remember(PATH, { template: slug });
    void load();
  };

  const load = async () => {
    const { signal } = controller;
    close();
    close = () => {};
    replace(actions);
    replace(
      frame.content,
      loading(
        'the template',
        h(
          'div',
          { class: 'bench' },
          h(
            'div',
            { class: 'controls' },
            skeleton('skeleton-button'),
            skeleton('skeleton-field'),
            skeleton('skeleton-field'),
          ),
          h('div', { class: 'stage' }, h('div', { class: 'stage-area' }, skeleton('skeleton-picture'))),
          h('div', { class: 'output' }, skeleton('skeleton-field'), skeleton('skeleton-field')),
        ),
      ),
    );
    try {
      let slug = wanted || kept.last();
      if (!slug) {
        const [first] = await usableTemplates(signal);
        if (!first) {
          replace(frame.content, empty());
          return;
        }
        slug = first.slug;
      }
      const [template, brand] = await Promise.all([
        getTemplate(slug, signal).catch((error) => {
          // Only this 404 means that the template is gone; a font's 404 is an error.
          if (error instanceof ApiError && error.status === 404) return null;
          throw error;
        }),
        getBrand(signal).catch((error) => {
          // Without the brand only the logo is missing; server trouble is shown anyway.
          if (signal.aborted) throw error;
          return null;
        }),
      ]);
      if (signal.aborted) return;
      if (!template) {
        if (!params.template && wanted === '') {
          // The template that was used last is gone: any other will do.
          const [first] = await usableTemplates(signal).catch(() => []);
          if (signal.aborted) return;
          if (first) {
            choose(first.slug);
            return;
          }
        }
        replace(frame.content, missing(wanted, choose));
        return;
      }
      const { meta } = template;
      if (!meta) {
        replace(frame.content, missing(slug, choose));
        return;
      }
      const fonts = await prepare(meta, []);
      if (signal.aborted) return;
      close = bench(frame.content, actions, { template, meta, brand, fonts, size, choose, kept, posts });
    } catch (error) {
      if (signal.aborted) return;
      replace(frame.content, failed(error, 'the generator', load));
    }
  };

  void load();
  return () => {
    controller.abort();
    close();
  };
}

function empty() {
  return blank({
    title: 'No template is published yet',
    text: 'A template is a picture with places for your text. Publish one, then make images with it here.',
    action: h('a', { class: 'button button-primary', href: format('promo/templates') }, 'Open templates'),
  });
}

/**
 * @param {string} slug
 * @param {(slug: string) => void} choose
 */
function missing(slug, choose) {
  return blank({
    picture: 'lost',
    title: "This template doesn't exist",
    text: slug
      ? `There is no published template “${slug}”. It may have been renamed, removed, or not published yet.`
      : 'It may have been renamed or removed.',
    action: button('Choose another template', () => chooseTemplate('', choose), { look: 'primary' }),
  });
}

/** The generator for one template.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} actionsRoot
 * @param {object} options
 * @param {Template} options.template
 * @param {import('../../types.js').Template} options.meta
 * @param {Brand | null} options.brand
 * @param {import('../../render/types.js').Fonts} options.fonts
 * @param {string} options.size
 * @param {(slug: string) => void} options.choose
 * @param {ReturnType<typeof store>} options.kept
 * @param {ReturnType<typeof postTracker>} options.posts
 * @returns {() => void}
 */
function bench(root, actionsRoot, { template, meta, brand, fonts, size: asked, choose, kept, posts }) {
  const draft = kept.draft(template.slug);
  const output = kept.output();
  const sizes = meta.sizes;
  const find = (/** @type {string} */ name) => sizes.find((item) => item.name === name);
  const size = find(asked) ?? find(draft.size) ?? sizes[0];
  if (!size) {
    replace(root, missing(template.slug, choose));
    return () => {};
  }
  let spec = size;

  const form = valueForm({ meta, draft, onchange: changed, onsubmit: () => actions.download() });
  const panel = outputPanel({ output, draft, brand, onchange: changed });
  const area = h('div', { class: 'stage-area' });
  const readout = h('p', { class: 'readout figures' });
  const examples = h('p', { class: 'readout muted', hidden: true }, 'Missing values are shown as examples');
  const warnings = h('ul', { class: 'warnings', role: 'status', 'aria-label': 'Warnings' });
  let told = '';

  const picture = preview({
    area,
    fonts,
    onpaint: ({ warnings: list, zoom }) => {
      readout.textContent = `${spec.width} × ${spec.height} px · shown at ${Math.round(zoom * 100)} %`;
      const texts = [...new Set(list.map((item) => warn(item)))];
      const all = texts.join('\n');
      if (all !== told) {
        told = all;
        replace(
          warnings,
          texts.map((text) => h('li', null, icon('alert', 'small'), text)),
        );
      }
    },
    onerror: (error) => {
      console.error(error);
      panel.problem(
        "A picture of this template can't be shown here. The download is made on the server and is complete.",
      );
    },
  });

  /** @param {{ field: string, code: string, message: string }} item */
  const warn = (item) => {
    const label = meta.fields.find((one) => one.name === item.field)?.label;
    return item.code === 'text_fit_failed' && label
      ? `“${label}” is too long and has been cut off. Shorten it.`
      : item.message;
  };

  const values = () => sent(meta, draft.values);

  const request = () => {
    panel.problem('');
    form.check(check(fonts, meta, spec.name, values()));
    if (!form.insist()) return null;
    return {
      template: template.slug,
      values: values(),
      format: output.format,
      scale: output.scale,
      size: spec.name,
      logo: draft.logo === 'brand' && !brand?.logo ? 'none' : draft.logo,
    };
  };
  /** @param {ApiError} error */
  const onrefused = (error) => {
    const rest = form.refuse(error.fields);
    if (error.fields.length === 0) panel.refused(error.text);
    else if (rest.length > 0) panel.refused(rest.map((item) => item.message).join(' '));
  };
  const actions = outputActions({ request, onrefused, onmade: (text) => panel.made(text) });
  const sender = channelSender({ request, onrefused, posts, picture: () => area.querySelector('canvas') });
  panel.root.append(sender.root);

  /** The last texts for which a font could not be loaded: they are shown without it. */
  let without = '';
  /**
   * Whether texts need outlines that are not there yet. They are loaded then, and the change comes again.
   *
   * @param {string[]} texts
   */
  const lettersMissing = (texts) => {
    const all = texts.join(' ');
    if (all === without || fonts.lacking(meta, texts).length === 0) return false;
    const again = () => {
      if (root.isConnected) changed();
    };
    fonts.need(meta, texts).then(again, () => {
      without = all;
      again();
    });
    return true;
  };

  function changed() {
    draft.size = spec.name;
    kept.keep(template.slug, draft);
    kept.keepOutput(output);
    const shown = previewed(meta, draft.values);
    if (lettersMissing(Object.values(shown.values))) return;
    form.check(check(fonts, meta, spec.name, values()));
    panel.show(spec);
    examples.hidden = shown.examples === 0;
    /** @type {Record<string, import('../../types.js').Upload>} */
    const images = plain();
    for (const item of meta.fields) {
      const file = item.kind === 'image' ? draft.uploads[draft.values[item.name] ?? ''] : undefined;
      if (file) images[item.name] = file;
    }
    picture.show({
      template,
      meta,
      size: spec.name,
      values: shown.values,
      images,
      logo: draft.logo === 'brand' ? (brand?.logo ?? null) : (draft.uploads[draft.logo] ?? null),
    });
  }

  /** @param {string} name */
  const resize = (name) => {
    spec = find(name) ?? spec;
    remember(PATH, { template: template.slug, size: spec.name });
    changed();
  };

  const image = thumbnail(template);
  replace(
    root,
    h(
      'div',
      { class: 'bench' },
      h(
        'section',
        { class: 'controls', 'aria-label': 'Template and values' },
        h(
          'button',
          {
            class: 'template-button',
            type: 'button',
            'aria-haspopup': 'dialog',
            on: { click: () => chooseTemplate(template.slug, choose) },
          },
          h('span', { class: 'template-thumb' }, image ? h('img', { src: image.url, alt: '' }) : icon('image')),
          h(
            'span',
            { class: 'template-words' },
            h('span', { class: 'visually-hidden' }, 'Template: '),
            h('span', { class: 'template-name' }, template.name),
            h('span', { class: 'muted small' }, 'Change template'),
          ),
          icon('chevron'),
        ),
        h(
          'div',
          { class: 'controls-top' },
          h('h2', null, 'Values'),
          button('Fill in examples', () => form.fillExamples(), { look: 'quiet', small: true }),
        ),
        form.root,
      ),
      h(
        'section',
        { class: 'stage', 'aria-label': 'Picture' },
        h(
          'div',
          { class: 'stage-top' },
          segmented({
            label: 'Size',
            quietLabel: true,
            class: 'size-tabs',
            value: spec.name,
            choices: sizes.map((item) => ({
              value: item.name,
              label: item.label,
              detail: `${item.width} × ${item.height}`,
              glyph: sizeShape(item.width, item.height),
            })),
            onchange: resize,
          }).root,
        ),
        area,
        h('div', { class: 'stage-bottom' }, warnings, h('div', { class: 'readouts' }, readout, examples)),
      ),
      panel.root,
    ),
  );
  replace(actionsRoot, actions.buttons.slice(0, -1), sender.button, actions.buttons.slice(-1));
  remember(PATH, { template: template.slug, size: spec.name });
  changed();
  return () => {
    picture.destroy();
    form.destroy();
    panel.destroy();
    actions.destroy();
    sender.destroy();
  };
}
