/**
 * Pictures by address, each requested once. A failure is remembered, so that it isn't requested
 * again for every frame; `retry` forgets it.
 *
 * @template T
 * @param {object} options
 * @param {(url: string) => Promise<T>} options.load
 * @param {() => void} options.onready One has loaded.
 * @param {(error: unknown) => void} [options.onfailed] One has failed.
 */
export function arrivals({ load, onready, onfailed = () => {} }) {
  /** @type {Map<string, { state: 'pending' | 'failed' } | { state: 'ready', value: T }>} */
  const known = new Map();
  return {
    /**
     * The picture; null while it is loading, or when it has failed.
     *
     * @param {string} url
     * @returns {T | null}
     */
    want(url) {
      const found = known.get(url);
      if (found) return found.state === 'ready' ? found.value : null;
      known.set(url, { state: 'pending' });
      load(url).then(
        (value) => {
          known.set(url, { state: 'ready', value });
          onready();
        },
        (error) => {
          known.set(url, { state: 'failed' });
          onfailed(error);
        },
      );
      return null;
    },
    /** @param {string} url */
    pending: (url) => known.get(url)?.state === 'pending',
    /** Forgets failures. True when there were any. */
    retry() {
      const failed = [...known].filter(([, item]) => item.state === 'failed');
      for (const [url] of failed) known.delete(url);
      return failed.length > 0;
    },
  };
}
