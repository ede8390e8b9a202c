/** API calls for tenants, which people call brands. */
import { read, send } from '../api.js';

const TENANTS = '/api/v1/admin/tenants';

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: import('../types.js').TenantRow[] }>}
 */
export function listTenants(signal) {
  return read(TENANTS, { signal });
}

/**
 * @param {{ name: string, slug: string, logo: File | null }} brand An empty slug is made from the name.
 * @param {string} key The same for each attempt at the same brand.
 * @returns {Promise<import('../types.js').TenantRow>}
 */
export function createTenant({ name, slug, logo }, key) {
  const form = new FormData();
  form.append('name', name);
  if (slug) form.append('slug', slug);
  if (logo) form.append('file', logo, logo.name);
  return read(TENANTS, { method: 'POST', form, headers: { 'Idempotency-Key': key } });
}

/**
 * @param {string} id
 * @returns {Promise<import('../types.js').Session>} As it is from now on.
 */
export function switchTenant(id) {
  return read('/api/v1/admin/session/tenant', { method: 'POST', json: { tenant_id: id } });
}

/** @param {string} id */
export async function removeTenant(id) {
  await send(`${TENANTS}/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
