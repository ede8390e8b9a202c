/** Strategies: cards of them, one of them, and the settings of signals. */
import { mountCards } from './strategies/cards.js';
import { mountSettings } from './strategies/settings.js';
import { mountStrategy } from './strategies/one.js';

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `strategy`, or `tab=settings`.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  if (params.strategy) mountStrategy(root, params.strategy, view.signal);
  else if (params.tab === 'settings') mountSettings(root, view.signal);
  else mountCards(root, view.signal);
  return () => view.abort();
}
