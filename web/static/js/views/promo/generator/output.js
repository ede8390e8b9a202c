/** The output: format, scale and logo, the facts about the file, and the buttons to get it. */
import { linkPromo, renderPromo } from '../../../api.js';
import { h, replace } from '../../../dom.js';
import { bytes, dateTime, milliseconds } from '../../../format.js';
import { ApiError } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { openDialog } from '../../../components/dialog.js';
import { segmented } from '../../../components/segmented.js';
import { toast, toastError } from '../../../components/toast.js';
import { uploader } from '../../../components/upload.js';
import { tellRefusal } from '../../../components/refusal.js';

/**
 * @typedef {import('../../../types.js').Brand} Brand
 * @typedef {import('../../../types.js').RenderRequest} RenderRequest
 * @typedef {import('./store.js').Draft} Draft
 * @typedef {import('./store.js').Output} Output
 */

/**
 * The controls of the panel.
 *
 * @param {object} options
 * @param {Output} options.output Changed in place.
 * @param {Draft} options.draft Changed in place.
 * @param {Brand | null} options.brand
 * @param {() => void} options.onchange
 */
export function outputPanel({ output, draft, brand, onchange }) {
  const facts = h('dl', { class: 'facts' });
  const made = h('p', { class: 'made small muted', role: 'status' });
  const problem = h('div', { role: 'alert' });
  const logoError = h('p', { class: 'field-error', role: 'alert', hidden: true });
  const noLogo = h('p', { class: 'field-help', hidden: true }, 'This size has no place for a logo.');

  const own = draft.logo !== 'brand' && draft.logo !== 'none' ? draft.logo : '';
  let uploaded = own;
  const slot = uploader({
    label: 'Logo',
    value: (own && draft.uploads[own]) || null,
    onchange: (file) => {
      if (file) draft.uploads[file.id] = file;
      uploaded = file?.id ?? '';
      draft.logo = uploaded || 'none';
      onchange();
    },
    onerror: (message) => {
      logoError.textContent = message;
      logoError.hidden = message === '';
    },
  });
  const ownSlot = h('div', { class: 'own-logo', hidden: !own }, slot.root, logoError);
  const logo = segmented({
    label: 'Logo',
    value: own ? 'own' : draft.logo,
    choices: [
      { value: 'brand', label: 'Brand' },
      { value: 'own', label: 'Other' },
      { value: 'none', label: 'None' },
    ],
    onchange: (value) => {
      ownSlot.hidden = value !== 'own';
      draft.logo = value === 'own' ? uploaded || 'none' : value;
      onchange();
    },
  });
  const brandNote = brand && !brand.logo ? h('p', { class: 'field-help' }, `${brand.name} has no logo yet.`) : null;
  const logoPart = h('div', { class: 'logo-part' }, logo.root, ownSlot, brandNote);

  const root = h(
    'section',
    { class: 'output', 'aria-label': 'Output' },
    segmented({
      label: 'Format',
      value: output.format,
      choices: [
        { value: 'jpeg', label: 'JPEG' },
        { value: 'png', label: 'PNG' },
      ],
      onchange: (value) => {
        output.format = /** @type {'jpeg' | 'png'} */ (value);
        onchange();
      },
    }).root,
    segmented({
      label: 'Scale',
      value: String(output.scale),
      choices: [
        { value: '1', label: '1×' },
        { value: '2', label: '2×' },
      ],
      onchange: (value) => {
        output.scale = value === '2' ? 2 : 1;
        onchange();
      },
    }).root,
    logoPart,
    noLogo,
    facts,
    made,
    problem,
  );

  return {
    root,
    /**
     * @param {import('../../../types.js').Template['sizes'][number]} size
     */
    show(size) {
      const has = size.layers.some((layer) => layer.type === 'logo');
      logoPart.hidden = !has;
      noLogo.hidden = has;
      replace(
        facts,
        fact('Picture', `${size.width * output.scale} × ${size.height * output.scale} px`),
        fact('File', output.format === 'png' ? 'PNG, lossless' : 'JPEG, smaller'),
      );
    },
    /** @param {string} text */
    made(text) {
      made.textContent = text;
    },
    /** @param {string} text '' clears it. */
    problem(text) {
      replace(problem, text ? callout('bad', text) : null);
    },
    /** What a person asked for was refused. @param {string} text */
    refused(text) {
      tellRefusal(problem, callout('bad', text));
    },
    destroy: slot.destroy,
  };
}

/**
 * @param {string} term
 * @param {string} value
 */
function fact(term, value) {
  return h('div', null, h('dt', null, term), h('dd', { class: 'figures' }, value));
}

/**
 * The buttons in the header (on phones: at the bottom): download, copy link, share.
 *
 * @param {object} options
 * @param {() => RenderRequest | null} options.request Null when something has to be fixed first.
 * @param {(error: ApiError) => void} options.onrefused
 * @param {(text: string) => void} options.onmade
 */
export function outputActions({ request, onrefused, onmade }) {
  const controller = new AbortController();
  const { signal } = controller;
  const download = button(h('span', null, 'Download'), () => run(download, save), {
    look: 'primary',
    icon: 'download',
  });
  const copy = button(h('span', null, 'Copy link'), () => run(copy, copyLink), { icon: 'link' });
  const share = button(h('span', null, 'Share'), () => run(share, shareFile), { icon: 'share' });

  /**
   * @param {HTMLElement} button
   * @param {(request: RenderRequest) => Promise<void>} work
   */
  const run = async (button, work) => {
    if (button.getAttribute('aria-busy') === 'true') return;
    const asked = request();
    if (!asked) return;
    button.setAttribute('aria-busy', 'true');
    try {
      await work(asked);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && (error.status === 422 || error.code === 'coupon_unverified')) onrefused(error);
      else toastError(error, 'Making the image');
    } finally {
      button.removeAttribute('aria-busy');
    }
  };

  /** @param {RenderRequest} asked */
  const render = async (asked) => {
    const began = performance.now();
    const image = await renderPromo(asked, signal);
    const took = milliseconds(performance.now() - began);
    onmade(`${image.filename}: ${bytes(image.blob.size)}, made in ${took}${image.cached ? ' (from the cache)' : ''}.`);
    return image;
  };

  /** @param {RenderRequest} asked */
  const save = async (asked) => {
    const image = await render(asked);
    const url = URL.createObjectURL(image.blob);
    const anchor = h('a', { href: url, download: image.filename, hidden: true });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    // The browser reads the blob after the click; a minute is more than enough.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    toast(`${image.filename} downloaded.`);
  };

  /** @param {RenderRequest} asked */
  const copyLink = async (asked) => {
    const link = await linkPromo(asked, signal);
    const url = new URL(link.url, location.href).href;
    const until = link.expires_at ? ` It works until ${dateTime(link.expires_at)}.` : '';
    try {
      await navigator.clipboard.writeText(url);
      toast(`Link copied.${until}`);
    } catch {
      showLink(url, until); // no permission, or no clipboard on this origin
    }
  };

  /** @param {RenderRequest} asked */
  const shareFile = async (asked) => {
    const image = await render(asked);
    const file = new File([image.blob], image.filename, { type: image.blob.type });
    try {
      await navigator.share({ files: [file], title: image.filename });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return; // the person changed their mind
      toast('This browser refused to share it. Download the image instead.', { kind: 'bad' });
    }
  };

  return {
    buttons: canShare() ? [copy, share, download] : [copy, download],
    download: () => download.click(),
    destroy: () => controller.abort(),
  };
}

/**
 * @param {string} url
 * @param {string} until
 */
function showLink(url, until) {
  const input = h('input', { class: 'input mono', value: url, readOnly: true, 'aria-label': 'Link to the image' });
  openDialog({
    title: 'Link to the image',
    body: h('div', { class: 'stack' }, h('p', { class: 'muted' }, `Copy it from here.${until}`), input),
  });
  input.focus();
  input.select();
}

/** Whether this browser shares files. */
function canShare() {
  try {
    const probe = new File([new Uint8Array(1)], 'a.jpg', { type: 'image/jpeg' });
    return typeof navigator.canShare === 'function' && navigator.canShare({ files: [probe] });
  } catch {
    return false;
  }
}
