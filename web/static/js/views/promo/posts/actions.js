/** What a person does with a post: say whether it arrived, send it again, delete it. */
import { deletePost, sendPostAgain, settlePost } from '../../../api/posts.js';
import { h } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { confirmLoss } from '../../../components/form-dialog.js';
import { toast, toastError } from '../../../components/toast.js';
import { may } from '../../forex/signals/parts.js';
import { actionsOf, channelText, firstLine } from './words.js';
import { simulatedText } from '../../../components/status.js';

/** @typedef {import('../../../types.js').ChannelPost} ChannelPost */

/**
 * The buttons of a post; none for somebody who may only look.
 *
 * @param {ChannelPost} post
 * @param {object} options
 * @param {(fresh: ChannelPost) => void} options.onchange
 * @param {AbortSignal} options.signal
 */
export function actionButtons(post, { onchange, signal }) {
  if (!may('posts.write')) return [];
  /** @type {Record<import('./words.js').Action, { label: string, icon: import('../../../components/icons.js').IconName, look?: 'danger', run: () => unknown }>} */
  const all = {
    arrived: { label: 'It arrived', icon: 'check', run: () => settle(true) },
    missed: { label: 'It did not arrive', icon: 'close', run: () => settle(false) },
    again: { label: 'Send it again', icon: 'send', run: again },
    delete: { label: 'Delete…', icon: 'trash', look: 'danger', run: ask },
  };

  /** @param {boolean} arrived */
  async function settle(arrived) {
    try {
      onchange(await settlePost(post.id, arrived));
      toast(arrived ? 'It counts as sent.' : 'It counts as not sent. It can be sent again.');
    } catch (error) {
      toastError(error, 'Saving your decision');
    }
  }

  async function again() {
    try {
      onchange(await sendPostAgain(post.id));
      toast('It is sent again.');
    } catch (error) {
      toastError(error, 'Sending it again');
    }
  }

  function ask() {
    confirmLoss({
      title: 'Delete this post?',
      text: `It is deleted from ${simulatedText('telegram', channelText(post))}:`,
      losses: ['its readers don’t see it any more', 'it can’t be brought back', 'it stays in this list, as deleted'],
      verb: 'Delete it',
      keep: 'Keep it',
      signal,
      work: async () => {
        onchange(await deletePost(post.id));
        toast('It is being deleted.');
      },
    });
  }

  return actionsOf(post).map((name) => {
    const { label, icon, look, run } = all[name];
    return button([label, h('span', { class: 'visually-hidden' }, `: ${firstLine(post)}`)], run, {
      small: true,
      icon,
      ...(look ? { look } : {}),
    });
  });
}
