/** The form for a new brand: its name and its logo. It ends in the brand that was made. */
import { clean } from '../../../typed.js';
import { createTenant, switchTenant } from '../../../api/tenants.js';
import { h, replace, uid } from '../../../dom.js';
import { sentence } from '../../../problem.js';
import { leaveFor } from '../../../tenants.js';
import { button } from '../../../components/button.js';
import { field } from '../../../components/field.js';
import { fileDrop } from '../../../components/file-drop.js';
import { Mistake, workForm } from '../../../components/form-dialog.js';

/** What is said of mistakes that only the server finds, by their codes. @type {Record<string, string>} */
const WORDS = {
  slug_taken: 'Another brand has this short name. Take another one.',
  malformed: 'Use 2 to 40 small letters a to z, digits, and single hyphens between them.',
  too_long: 'Use at most 60 letters.',
};

/** Where a new brand begins. */
export const FIRST_STEPS = 'hub/brand';

/**
 * @param {{ signal: AbortSignal }} options
 * @returns {{ root: HTMLElement, focus: () => void, dirty: () => boolean }}
 */
export function newBrand({ signal }) {
  let key = crypto.randomUUID();
  /** @type {File | null} */
  let logo = null;
  let done = false;
  const changed = () => (key = crypto.randomUUID()); // another brand than the one that was tried
  const name = h('input', {
    class: 'input',
    type: 'text',
    autocomplete: 'organization',
    maxlength: '60',
    on: { input: changed },
  });
  const slug = h('input', {
    class: 'input',
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    maxlength: '40',
    on: { input: changed },
  });
  const nameField = field({
    label: 'Name',
    control: name,
    required: true,
    help: 'People read it on pictures and in messages.',
  });
  const slugField = field({
    label: 'Short name',
    control: slug,
    help: 'It stands in the addresses of public pages: small letters, digits and hyphens. Without one it is made from the name.',
  });
  const drop = fileDrop({
    id: uid('logo'),
    accept: 'image/png,image/jpeg,image/webp,image/gif',
    take: (file) => take(file),
  });
  const logoField = field({
    label: 'Logo',
    control: drop.input,
    wrap: drop.root,
    help: 'PNG, JPEG, WebP or GIF. PNG with a clear background looks best.',
  });

  /** @param {File | null} file */
  const take = (file) => {
    logo = file;
    changed();
    logoField.setError('');
    replace(
      drop.face,
      file
        ? [h('span', null, file.name), button('Take it away', () => take(null), { look: 'quiet', small: true })]
        : h('span', { class: 'muted' }, 'Choose a picture, or drop it here'),
    );
  };
  take(null);

  const form = workForm({
    verb: 'Make the brand',
    otherwise: 'The brand was not made. Try again.',
    signal,
    body: [nameField.root, slugField.root, logoField.root],
    work: async () => {
      nameField.setError(clean(name.value) ? '' : 'Give the brand a name.');
      slugField.setError('');
      logoField.setError('');
      if (!clean(name.value)) {
        name.focus();
        throw new Mistake();
      }
      const made = await createTenant({ name: clean(name.value), slug: clean(slug.value), logo }, key);
      done = true;
      leaveFor(await switchTenant(made.id), FIRST_STEPS);
    },
    onerror: (error) => {
      const said = { name: nameField, slug: slugField, file: logoField };
      let shown = false;
      for (const { name: of, code, message } of error.fields) {
        const where = said[/** @type {keyof typeof said} */ (of)];
        if (!where) continue;
        where.setError(WORDS[code] ?? sentence(message));
        shown = true;
      }
      if (!shown) key = crypto.randomUUID();
      return shown;
    },
  });
  return {
    root: h(
      'section',
      { class: 'panel', 'aria-labelledby': 'new-brand' },
      h('h2', { id: 'new-brand' }, 'New brand'),
      form,
    ),
    focus: () => name.focus(),
    dirty: () => !done && (name.value !== '' || slug.value !== '' || logo !== null),
  };
}
