/** From one tenant to another: the page begins anew, so that nothing of the former one stays in it. */

/** Where the word about the way is kept from one page to the next. Signing out removes it. */
const WORD = 'promostack.arrived';

/** This page is being left. */
let left = false;

/**
 * Leaves this page for the first one of the session's tenant.
 *
 * @param {import('./types.js').Session} session As it is now.
 * @param {string} [path] The page to begin on.
 */
export function leaveFor(session, path = '') {
  if (left) return;
  left = true;
  say(wordOf(session));
  begin(path);
}

/**
 * @param {import('./types.js').Session} session
 * @returns {string} What to say of how the session came to be where it is.
 */
export function wordOf(session) {
  const name = session.tenant?.name ?? 'another brand';
  return session.moved
    ? `The brand that you worked in was removed. You are in ${name} now.`
    : `You are in ${name} now.`;
}

/**
 * What to say after the page has begun; '' for nothing.
 *
 * @param {import('./types.js').Session} session
 */
export function arrived(session) {
  let word = '';
  try {
    word = sessionStorage.getItem(WORD) ?? '';
    sessionStorage.removeItem(WORD);
  } catch {
    // Storage is switched off.
  }
  return word || (session.moved ? wordOf(session) : '');
}

/** @param {string} word */
function say(word) {
  try {
    sessionStorage.setItem(WORD, word);
  } catch {
    // Storage is switched off: the name in the sidebar says it too.
  }
}

/** @param {string} path */
function begin(path) {
  if (path) history.replaceState(null, '', `#${path}`);
  else history.replaceState(null, '', location.pathname);
  location.reload();
}
