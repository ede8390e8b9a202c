/** Whose brand this is, and the way to another one. */
import { h } from '../dom.js';
import { listTenants, switchTenant } from '../api/tenants.js';
import { leaveFor } from '../tenants.js';
import { icon } from './icons.js';
import { menuButton } from './menu.js';
import { toastError } from './toast.js';

/**
 * @param {import('../types.js').Session} session
 * @returns {() => HTMLElement} Draws it; the sidebar and the drawer have one each.
 */
export function tenantSwitcher(session) {
  const name = session.tenant?.name ?? '';
  if (!session.capabilities?.includes('tenants.write')) return () => h('p', { class: 'tenant tenant-alone' }, name);
  /** @type {import('../types.js').TenantRow[]} */
  let others = [];
  const load = async () => {
    try {
      others = (await listTenants()).items.filter(({ id }) => id !== session.tenant?.id);
    } catch {
      // The next look at the menu asks again.
    }
  };
  void load();

  /** @returns {import('./menu.js').MenuItem[]} */
  const items = () => {
    void load(); // for the next time
    return [
      { label: name, checked: true, run: () => {} },
      ...others.map((other) => ({
        label: other.name,
        checked: false,
        disabled: other.state === 'going' ? 'It is being removed' : undefined,
        run: () => void go(other.id),
      })),
      { label: 'Your brand', icon: /** @type {const} */ ('image'), run: () => (location.hash = '#hub/brand') },
      { label: 'New brand…', icon: /** @type {const} */ ('plus'), run: () => (location.hash = '#hub/brand?new=yes') },
    ];
  };

  return () =>
    h(
      'div',
      { class: 'tenant' },
      menuButton({
        label: `${name}, switch the brand`,
        items,
        face: [h('span', { class: 'tenant-name' }, name), icon('chevron', 'small')],
      }),
    );
}

/** @param {string} id */
async function go(id) {
  try {
    leaveFor(await switchTenant(id));
  } catch (error) {
    toastError(error, 'Switching the brand');
  }
}
