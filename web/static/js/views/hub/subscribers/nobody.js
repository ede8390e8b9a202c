/** The empty list: how people get here. */
import { h } from '../../../dom.js';
import { format } from '../../../router.js';
import { button } from '../../../components/button.js';
import { copyText } from '../../../components/copy.js';
import { blank } from '../../../components/states.js';

/**
 * @param {import('../../../types.js').Connection[]} connections
 */
export function nobodyYet(connections) {
  const bots = connections.filter(({ username }) => username !== '');
  if (bots.length === 0)
    return blank({
      picture: 'people',
      title: 'Nobody can write to you yet',
      text: 'People appear here when they write to one of your bots. Connect one first.',
      action: h('a', { class: 'button button-primary', href: format('hub/connections') }, 'Open connections'),
    });
  return blank({
    picture: 'people',
    title: 'Nobody has written yet',
    text: `People who press Start in ${bots.length === 1 ? 'your bot' : 'one of your bots'} appear here. Share its link:`,
    action: h(
      'div',
      { class: 'stack' },
      bots.map(({ username }) => linkRow(`https://t.me/${username}`, `t.me/${username}`)),
      h(
        'p',
        { class: 'muted small' },
        'With ',
        h('code', { class: 'mono' }, '?start=spring'),
        ' at its end, “spring” becomes the source of the people it brings.',
      ),
    ),
  });
}

/**
 * @param {string} address
 * @param {string} shown
 */
function linkRow(address, shown) {
  return h(
    'div',
    { class: 'row row-center' },
    h('a', { class: 'mono', href: address, target: '_blank', rel: 'noopener' }, shown),
    button('Copy', () => copyText(address, 'Link copied.', 'Select the link and copy it by hand.'), {
      small: true,
      icon: 'link',
      'aria-label': `Copy ${shown}`,
    }),
  );
}
