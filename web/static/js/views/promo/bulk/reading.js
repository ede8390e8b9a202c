/** How a chosen file is read: its encoding, which column is which field, and its first rows as pictures. */
import { getBrand, getTemplate, previewBulk } from '../../../api.js';
import { h, replace, uid } from '../../../dom.js';
import { count } from '../../../format.js';
import { icon } from '../../../components/icons.js';
import { ApiError } from '../../../problem.js';
import { firstRows } from './first-rows.js';

/**
 * @typedef {import('../../../types.js').BulkPreview} Preview
 * @typedef {{ template: string, size: string, format: string, scale: string, logo: string }} Options
 */

/** The column that names the images. */
const FILE_NAME = 'filename';

/**
 * @param {object} options
 * @param {Options} options.options what the form says now
 * @param {(error: ApiError | null) => void} options.onerror the file can't be read, or can
 * @param {AbortSignal} options.signal
 */
export function reading({ options, onerror, signal }) {
  const root = h('section', { class: 'bulk-reading stack', 'aria-label': 'How the file is read', hidden: true });
  /** @type {File | null} */
  let file = null;
  /** @type {Preview | null} */
  let preview = null;
  /** @type {string[]} */
  let columns = [];
  let encoding = '';
  let run = new AbortController();
  /** @type {Promise<void>} */
  let running = Promise.resolve();
  let repaint = () => {};
  signal.addEventListener('abort', () => run.abort(), { once: true });

  const read = async () => {
    run.abort();
    run = new AbortController();
    const mine = run.signal;
    preview = null;
    repaint = () => {};
    root.hidden = true;
    if (!file) return;
    try {
      const [answer, template, brand] = await Promise.all([
        previewBulk({ ...options, encoding }, file, mine),
        getTemplate(options.template, mine),
        getBrand(mine).catch(() => null), // only the logo is missing then
      ]);
      if (mine.aborted) return;
      onerror(null);
      preview = answer;
      columns = answer.columns.map((c) => c.field);
      show(answer, template, brand?.logo?.url ?? '', mine);
    } catch (error) {
      if (!mine.aborted) onerror(error instanceof ApiError ? error : null);
    }
  };

  /** @param {string} name */
  const choose = (name) => {
    encoding = name;
    running = read();
  };

  /**
   * @param {Preview} answer
   * @param {import('../../../types.js').TemplateDetail} template
   * @param {string} logo
   * @param {AbortSignal} mine
   */
  const show = (answer, template, logo, mine) => {
    root.hidden = false;
    if (answer.readings.length > 0) {
      replace(root, encodings(answer.readings, choose));
      return;
    }
    const { meta } = template;
    if (!meta) return;
    const pictures = h('div', { class: 'bulk-pictures' });
    let painting = new AbortController(); // ends when the rows are painted anew
    const paint = () => {
      painting.abort();
      painting = new AbortController();
      const within = AbortSignal.any([mine, painting.signal]);
      return firstRows({
        root: pictures,
        template,
        meta,
        size: options.size,
        columns,
        rows: answer.rows,
        logo: options.logo === 'brand' ? logo : '',
        signal: within,
      }).catch(() => {
        if (!within.aborted) replace(pictures); // the columns can be chosen without pictures
      });
    };
    repaint = () => void paint();
    replace(
      root,
      h('h2', null, 'Columns'),
      h(
        'p',
        { class: 'muted small' },
        `${count(answer.total, 'row')}. Say which field each column fills; the first rows show it.`,
      ),
      columnTable(answer, meta, columns, repaint),
      warnings(answer.warnings),
      encoding
        ? h(
            'p',
            { class: 'small muted' },
            'Read as ',
            encoding,
            '. ',
            h(
              'button',
              { type: 'button', class: 'button button-quiet', on: { click: () => choose('') } },
              'Choose again',
            ),
          )
        : null,
      pictures,
    );
    void paint();
  };

  return {
    root,
    /** @param {File | null} chosen */
    take(chosen) {
      file = chosen;
      encoding = '';
      running = read();
    },
    /** Reads the file again, for another template. */
    again() {
      running = read();
    },
    /** Shows the first rows again, in another size or with another logo. */
    repaint: () => repaint(),
    /** What is sent besides the form, once the file was read; null while an encoding has to be chosen. */
    async chosen() {
      await running;
      if (preview && preview.readings.length > 0) return null;
      /** @type {Record<string, string>} */
      const out = {};
      if (preview) out.columns = columns.join(',');
      if (encoding) out.encoding = encoding;
      return out;
    },
  };
}

/**
 * The likely encodings, each with lines of the file: a person sees which one is right.
 *
 * @param {import('../../../types.js').Reading[]} readings
 * @param {(name: string) => void} choose
 */
function encodings(readings, choose) {
  const name = uid('encoding');
  return h(
    'fieldset',
    { class: 'bulk-encodings' },
    h('legend', null, 'The file is not Unicode. Where do the words look right?'),
    readings.map((one) =>
      h(
        'label',
        { class: 'bulk-encoding' },
        h('input', { type: 'radio', name, value: one.encoding, on: { change: () => choose(one.encoding) } }),
        h(
          'span',
          null,
          h('span', { class: 'small muted' }, one.label),
          one.lines.map((line) => h('span', { class: 'bulk-cell' }, line)),
        ),
      ),
    ),
  );
}

/**
 * @param {Preview} answer
 * @param {import('../../../types.js').Template} meta
 * @param {string[]} columns is changed
 * @param {() => void} onchange
 */
function columnTable(answer, meta, columns, onchange) {
  const choices = meta.fields.map((f) => ({ name: f.name, label: f.required ? f.label : `${f.label} (optional)` }));
  if (!meta.fields.some((f) => f.name === FILE_NAME)) choices.push({ name: FILE_NAME, label: 'Name of the image' });
  const missing = h('p', { class: 'field-error', role: 'status' });
  const tell = () => {
    const lacking = meta.fields.filter((f) => f.required && !columns.includes(f.name)).map((f) => f.label);
    const twice = choices.filter((c) => columns.filter((name) => name === c.name).length > 1).map((c) => c.label);
    const says = [
      lacking.length > 0 ? `No column fills ${lacking.join(', ')}.` : '',
      twice.length > 0 ? `Two columns fill ${twice.join(', ')}.` : '',
    ].filter(Boolean);
    missing.hidden = says.length === 0;
    replace(missing, icon('alert', 'small'), h('span', null, says.join(' ')));
  };
  const rows = answer.columns.map((column, i) => {
    const title = column.title || `Column ${i + 1}`;
    const select = h(
      'select',
      {
        class: 'input',
        'aria-label': `Field of ${title}`,
        on: {
          change: () => {
            columns[i] = select.value;
            tell();
            onchange();
          },
        },
      },
      h('option', { value: '', selected: column.field === '' }, 'Leave out'),
      choices.map((c) => h('option', { value: c.name, selected: c.name === column.field }, c.label)),
    );
    const samples = answer.rows.slice(0, 2).map((row) => row.cells[i] ?? '');
    return h(
      'tr',
      null,
      h('th', { scope: 'row' }, column.title ? `“${column.title}”` : title),
      h(
        'td',
        null,
        samples.map((text) => h('span', { class: 'bulk-cell muted' }, shortened(text) || '–')),
      ),
      h('td', null, select),
    );
  });
  tell();
  return h(
    'div',
    { class: 'bulk-table' },
    h(
      'div',
      { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Columns of the file' },
      h(
        'table',
        null,
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ['In the file', 'First rows', 'Fills'].map((name) => h('th', { scope: 'col' }, name)),
          ),
        ),
        h('tbody', null, rows),
      ),
    ),
    missing,
  );
}

/** @param {import('../../../types.js').PreviewWarning[]} list */
function warnings(list) {
  if (list.length === 0) return null;
  return h(
    'ul',
    { class: 'bulk-warnings' },
    list.map((w) =>
      h('li', null, icon('alert', 'small'), h('span', null, `Line ${w.line}, column ${w.column}: ${w.message}`)),
    ),
  );
}

/** @param {string} text */
function shortened(text) {
  const letters = [...text];
  return letters.length > 40 ? `${letters.slice(0, 40).join('')}…` : text;
}
