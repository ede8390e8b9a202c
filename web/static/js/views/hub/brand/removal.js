/** The end of the demo. */
import { loadSession } from '../../../api.js';
import { removeTenant } from '../../../api/tenants.js';
import { leaveFor } from '../../../tenants.js';
import { confirmLoss } from '../../../components/form-dialog.js';

/**
 * Asks whether the demo goes, and says what goes with it.
 *
 * @param {object} options
 * @param {import('../../../types.js').TenantRow} options.demo
 * @param {import('../../../types.js').TenantRow} options.heir Where one is afterwards.
 * @param {import('../../../types.js').TenantRow} options.mine
 * @param {AbortSignal} options.signal
 */
export function askRemoval({ demo, heir, mine, signal }) {
  confirmLoss({
    title: `Remove “${demo.name}”?`,
    text: `The demo goes with everything in it, and does not come back.${demo.id === mine.id ? ` You go on in ${heir.name}.` : ''}`,
    losses: [
      'Its templates, pictures and bulk jobs',
      'Its bots, people, conversations and journeys',
      'Its signals, posts and recaps, and their track record: the market of the demo is made up, so nothing of it is kept',
    ],
    verb: 'Remove the demo',
    keep: 'Keep it',
    signal,
    work: async () => {
      await removeTenant(demo.id);
      leaveFor(await loadSession(), 'hub/brand');
    },
  });
}
