/**
 * A username for a brand's bot that Telegram takes: at most 32 letters, digits and underscores, the first one a letter, and one
 * that nobody has.
 *
 * @param {string} slug
 */
export function botName(slug) {
  const words = slug
    .replaceAll('-', '_')
    .replace(/^[^a-z]+/, '')
    .slice(0, 22);
  return `${words || 'brand'}_${crypto.randomUUID().slice(0, 5)}_bot`;
}
