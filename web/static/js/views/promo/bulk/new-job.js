/** The form of a new bulk job: template, output, file. */
import { createBulk, getTemplate, listTemplates } from '../../../api.js';
import { h, replace, uid } from '../../../dom.js';
import { bytes } from '../../../format.js';
import { ApiError } from '../../../problem.js';
import { format } from '../../../router.js';
import { field } from '../../../components/field.js';
import { fileDrop } from '../../../components/file-drop.js';
import { icon } from '../../../components/icons.js';
import { page } from '../../../components/page.js';
import { segmented } from '../../../components/segmented.js';
import { blank, failed, loading, skeleton } from '../../../components/states.js';
import { PATH } from './parts.js';
import { reading } from './reading.js';

/** Bytes; the server has the last word. */
const LARGEST = 16 * 1024 * 1024;

/**
 * @param {HTMLElement} root
 * @param {string} wanted A template's slug.
 * @param {AbortSignal} signal
 */
export function newJob(root, wanted, signal) {
  const frame = page({ title: 'New bulk job' });
  replace(root, frame.root);
  const load = async () => {
    replace(frame.content, loading('the templates', ...[1, 2, 3].map(() => skeleton('skeleton-field'))));
    try {
      const { items } = await listTemplates({ state: 'published', limit: 100 }, signal);
      if (signal.aborted) return;
      const first = items.find((item) => item.slug === wanted) ?? items[0];
      if (first) replace(frame.content, form(items, first, signal));
      else
        replace(
          frame.content,
          blank({ title: 'No template is published yet', text: 'Publish a template first, then send a file for it.' }),
        );
    } catch (error) {
      if (!signal.aborted) replace(frame.content, failed(error, 'the templates', load));
    }
  };
  void load();
}

/**
 * @param {import('../../../types.js').TemplateSummary[]} templates
 * @param {import('../../../types.js').TemplateSummary} first
 * @param {AbortSignal} signal
 */
function form(templates, first, signal) {
  const options = { template: first.slug, size: '', format: 'jpeg', scale: '1', logo: 'brand' };
  /** @type {File | null} */
  let file = null;
  let key = '';
  const template = h(
    'select',
    { class: 'input', on: { change: () => void choose() } },
    templates.map((item) => h('option', { value: item.slug, selected: item === first }, item.name)),
  );
  const sizes = h('div');
  const columns = h('p', { class: 'field-help' });
  const {
    root: zone,
    input,
    face,
  } = fileDrop({
    id: uid('csv'),
    accept: '.csv,.tsv,.txt,text/csv',
    take: (chosen) => take(chosen),
  });
  const fileField = field({ label: 'File of values', control: input, wrap: zone, required: true });
  const problems = h('div', { 'aria-live': 'polite' });
  const submit = h('button', { class: 'button button-primary button-large', type: 'submit' }, 'Check the file');
  const look = reading({ options, onerror: (error) => tell(error), signal });

  /**
   * What is wrong with the file as a whole; null is nothing.
   *
   * @param {ApiError | null} error
   */
  const tell = (error) => {
    fileField.setError(error ? error.text : '');
    replace(
      problems,
      error && error.fields.length > 0
        ? h(
            'ul',
            { class: 'bulk-problems' },
            error.fields.slice(0, 20).map((f) => h('li', null, f.message)),
          )
        : null,
    );
  };
  /** @param {File | null} chosen */
  const take = (chosen) => {
    file = chosen;
    key = crypto.randomUUID();
    replace(problems);
    const large = chosen !== null && chosen.size > LARGEST;
    fileField.setError(large ? `This file is ${bytes(chosen.size)}; the limit is 16 MB. Split it.` : '');
    look.take(large ? null : chosen);
    replace(
      face,
      icon(chosen ? 'bulk' : 'upload'),
      chosen
        ? h('span', null, chosen.name, h('span', { class: 'upload-detail figures' }, bytes(chosen.size)))
        : h(
            'span',
            null,
            'Choose a CSV file',
            h('span', { class: 'upload-detail' }, 'or drop one here; 10,000 rows at most'),
          ),
    );
  };

  const choose = async () => {
    const item = templates.find((one) => one.slug === template.value);
    if (!item) return;
    options.template = item.slug;
    options.size = item.sizes?.[0]?.name ?? '';
    replace(
      sizes,
      segmented({
        label: 'Size',
        value: options.size,
        choices: (item.sizes ?? []).map((size) => ({
          value: size.name,
          label: size.label,
          detail: `${size.width} × ${size.height}`,
        })),
        onchange: (value) => {
          options.size = value;
          look.repaint();
        },
      }).root,
    );
    look.again();
    replace(columns, 'Reading the columns…');
    try {
      const full = await getTemplate(item.id, signal);
      if (signal.aborted || options.template !== item.slug) return;
      const names = (full.meta?.fields ?? []).map((f) => f.name);
      replace(
        columns,
        'The first line names the columns: ',
        h('span', { class: 'mono' }, names.join(', ')),
        ', and filename if you like. ',
        h('a', { href: `/api/v1/templates/${item.slug}/example.csv`, download: '' }, 'Download an example'),
      );
    } catch {
      if (!signal.aborted) replace(columns, 'The first line names the columns.');
    }
  };

  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    if (!file) {
      fileField.setError('Choose a file first.');
      input.focus();
      return;
    }
    submit.disabled = true;
    submit.setAttribute('aria-busy', 'true');
    try {
      const chosen = await look.chosen();
      if (signal.aborted) return;
      if (!chosen) {
        fileField.setError('Choose how the file is written first: where do the words look right?');
        look.root.querySelector('input')?.focus();
        return;
      }
      tell(null);
      const job = await createBulk({ ...options, ...chosen }, file, key);
      if (!signal.aborted) location.hash = format(PATH, { job: job.id });
    } catch (error) {
      if (signal.aborted) return;
      key = crypto.randomUUID(); // what comes next is a new attempt
      if (error instanceof ApiError) tell(error);
      else fileField.setError('The file could not be sent. Try again.');
      input.focus();
    } finally {
      submit.disabled = false;
      submit.removeAttribute('aria-busy');
    }
  };

  take(null);
  void choose();
  return h(
    'form',
    { class: 'bulk-form stack', novalidate: true, on: { submit: (/** @type {Event} */ event) => void send(event) } },
    field({ label: 'Template', control: template, required: true }).root,
    sizes,
    h(
      'div',
      { class: 'bulk-pair' },
      segmented({
        label: 'Format',
        value: 'jpeg',
        choices: [
          { value: 'jpeg', label: 'JPEG' },
          { value: 'png', label: 'PNG' },
        ],
        onchange: (value) => (options.format = value),
      }).root,
      segmented({
        label: 'Scale',
        value: '1',
        choices: [
          { value: '1', label: '1×' },
          { value: '2', label: '2×' },
        ],
        onchange: (value) => (options.scale = value),
      }).root,
      segmented({
        label: 'Logo',
        value: 'brand',
        choices: [
          { value: 'brand', label: 'Brand' },
          { value: 'none', label: 'None' },
        ],
        onchange: (value) => {
          options.logo = value;
          look.repaint();
        },
      }).root,
    ),
    fileField.root,
    columns,
    problems,
    look.root,
    h(
      'div',
      { class: 'row' },
      submit,
      h('a', { class: 'button button-quiet', href: format(PATH) }, 'Back to the list'),
    ),
    h('p', { class: 'muted small' }, 'Nothing is made yet: first you see which rows are valid.'),
  );
}
