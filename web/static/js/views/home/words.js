/** The home page in words. Pure. */
import { count, dateTime, timeOfDay, whole } from '../../format.js';
import { dayText } from '../promo/posts/words.js';

/**
 * @typedef {import('../../types.js').Home} Home
 *
 * @typedef {object} Fact One thing that works, or does not.
 * @property {string} name
 * @property {'good' | 'warn' | 'bad' | 'info' | 'quiet'} tone
 * @property {string} word
 * @property {string} [text] More of it.
 * @property {string} href
 * @property {boolean} [simulated]
 */

/** @type {Record<string, string>} */
const CONNECTIONS = { promo_bot: 'Promo Bot', signal_bot: 'Signal Bot', user_account: 'User Account' };

/** @type {Record<Home['connections'][number]['state'], [Fact['tone'], string]>} */
const CONNECTION_STATES = {
  working: ['good', 'Working'],
  untested: ['quiet', 'Not tested'],
  broken: ['bad', 'Broken'],
  signed_out: ['warn', 'Signed out'],
};

/** @type {Record<Home['works']['market'], [Fact['tone'], string]>} */
const MARKET = {
  off: ['quiet', 'Not set up'],
  starting: ['info', 'Starting'],
  live: ['good', 'Live'],
  closed: ['quiet', 'Closed'],
  waiting: ['warn', 'Waiting'],
  broken: ['bad', 'Broken'],
};

/**
 * What works and what does not, one line each.
 *
 * @param {Pick<Home, 'connections' | 'works'>} home
 * @param {(kind: string) => boolean} simulated Whether a kind of connection is.
 * @returns {Fact[]}
 */
export function factsOf({ connections, works }, simulated) {
  /** @type {Fact[]} */
  const facts = Object.entries(CONNECTIONS).map(([kind, name]) => {
    const one = connections.find((connection) => connection.kind === kind);
    const href = `#hub/connections?open=${kind}`;
    if (!one) return { name, tone: 'quiet', word: 'Not connected', href };
    const [tone, word] = CONNECTION_STATES[one.state] ?? ['quiet', one.state];
    return { name, tone, word, text: one.name, href, simulated: simulated(kind) };
  });
  const [tone, word] = MARKET[works.market] ?? ['quiet', works.market];
  return [
    ...facts,
    { name: 'Market feed', tone, word, href: '#forex/overview', simulated: works.simulated },
    {
      name: 'Strategies',
      ...(works.strategies > 0
        ? { tone: 'good', word: `${whole(works.strategies)} live` }
        : { tone: 'quiet', word: works.practice > 0 ? 'Practice' : 'Off' }),
      text: works.practice > 0 ? `${count(works.practice, 'practises', 'practise')}` : '',
      href: '#forex/strategies',
    },
    {
      name: 'Journeys',
      ...(works.journeys > 0
        ? { tone: 'good', word: `${whole(works.journeys)} active` }
        : { tone: 'quiet', word: 'None active' }),
      text: works.inside > 0 ? `${count(works.inside, 'person', 'people')} in them now` : '',
      href: '#forex/support-chat',
    },
    {
      name: 'Programme of the FREE channel',
      ...(works.promotion ? { tone: 'good', word: 'On' } : { tone: 'quiet', word: 'Off' }),
      href: '#forex/cross-promotion',
    },
    {
      name: 'Subscribers',
      ...(works.people > 0
        ? { tone: 'good', word: `${whole(works.people)} active` }
        : { tone: 'quiet', word: 'Nobody yet' }),
      href: '#hub/subscribers',
    },
  ];
}

/**
 * When a post comes: `Today, 20:00 UTC`; a day that has no name by its date.
 *
 * @param {string} iso
 * @param {number} now Milliseconds.
 */
export function comesText(iso, now) {
  const tomorrow = dayText(iso, now + DAY) === 'Today' ? 'Tomorrow' : '';
  const day = dayText(iso, now) === 'Today' ? 'Today' : tomorrow;
  return day ? `${day}, ${timeOfDay(iso)}` : dateTime(iso);
}

const DAY = 86_400_000;

/** What remains beyond those that are listed; '' for nothing. @param {number} all @param {number} shown */
export const moreText = (all, shown) => (all > shown ? `${whole(all - shown)} more` : '');

/** First steps: what there is to do, and where. @type {Record<Home['steps'][number]['name'], { title: string, text: string, href: string, capability: string }>} */
export const STEPS = {
  connect: {
    title: 'Connect a bot',
    text: 'Telegram’s @BotFather gives you its token.',
    href: '#hub/connections',
    capability: 'connections.write',
  },
  image: {
    title: 'Make an image',
    text: 'Choose a template and type: the picture follows.',
    href: '#promo/generate',
    capability: 'promos.render',
  },
  post: {
    title: 'Send an image to a channel',
    text: 'The generator posts it for you.',
    href: '#promo/generate',
    capability: 'promos.post',
  },
  journey: {
    title: 'Publish a journey',
    text: 'It answers whoever writes to your bot.',
    href: '#forex/support-chat',
    capability: 'journeys.write',
  },
  person: {
    title: 'Meet your first subscriber',
    text: 'Press Start in your bot, as they would.',
    href: '#hub/subscribers',
    capability: 'subscribers.read',
  },
  signals: {
    title: 'Switch on a strategy',
    text: 'Let it practise before it goes live.',
    href: '#forex/strategies',
    capability: 'strategies.write',
  },
  promotion: {
    title: 'Switch on the programme of the FREE channel',
    text: 'News, teasers and results, each day at their times.',
    href: '#forex/cross-promotion',
    capability: 'strategies.write',
  },
  brand: {
    title: 'Make your own brand',
    text: 'Beside the demo, with templates, a bot and a journey.',
    href: '#hub/brand',
    capability: 'tenants.write',
  },
  demo: {
    title: 'Remove the demo',
    text: 'Once you have a brand of your own.',
    href: '#hub/brand',
    capability: 'tenants.write',
  },
};
