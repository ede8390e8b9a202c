/** API calls for the tenant's user account: its sign-in step by step, and the simulated phone on this machine. */
import { match, read } from '../api.js';
import { SANDBOX } from './sandbox.js';

/** @typedef {import('../types.js').Account} AccountSignIn */

const ACCOUNT = '/api/v1/user-account';

/** The state of the sign-in.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<AccountSignIn>}
 */
export function accountSignIn(signal) {
  return read(ACCOUNT, { signal });
}

/**
 * @param {{ method: string, phone?: string, session?: string }} start
 * @param {string} key The same for each attempt at the same sign-in.
 * @returns {Promise<AccountSignIn>}
 */
export function beginSignIn(start, key) {
  return read(`${ACCOUNT}/sign-in`, { method: 'POST', json: start, headers: { 'Idempotency-Key': key } });
}

/**
 * @param {AccountSignIn} now What the person saw.
 * @param {'code' | 'password'} step
 * @param {string} text
 * @returns {Promise<AccountSignIn>}
 */
export function giveStep(now, step, text) {
  return read(`${ACCOUNT}/${step}`, { method: 'POST', json: { [step]: text }, headers: match(now) });
}

/** @returns {Promise<AccountSignIn>} */
export function cancelSignIn() {
  return read(`${ACCOUNT}/cancel`, { method: 'POST' });
}

/** @returns {Promise<AccountSignIn>} */
export function signAccountOut() {
  return read(`${ACCOUNT}/sign-out`, { method: 'POST' });
}

// The sandbox, which answers this machine alone ------------------------------------------------

/**
 * Whether accounts are simulated here.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<boolean>}
 */
export async function accountsSimulated(signal) {
  try {
    await read(`${SANDBOX}/accounts`, { signal });
    return true;
  } catch {
    return false; // the real Telegram, or a browser on another machine
  }
}

/**
 * What the simulated phone does when it reads the QR code.
 *
 * @param {string} url
 * @param {string} phone
 */
export async function acceptSimulatedQR(url, phone) {
  await read(`${SANDBOX}/accounts/accept-qr`, { method: 'POST', json: { url, phone } });
}
