// Whether a vendor on the internet could call an address of this server.

/** Why it could not; null: nothing speaks against it. */
export type Unreachable = 'loopback' | 'private' | 'plain';

const LOOPBACK = /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])$/;
/**
 * @see https://www.rfc-editor.org/rfc/rfc1918, https://www.rfc-editor.org/rfc/rfc6598 (shared by a provider),
 * https://www.rfc-editor.org/rfc/rfc3927 (link-local), https://www.rfc-editor.org/rfc/rfc4193 (IPv6), https://www.rfc-editor.org/rfc/rfc6762 (.local)
 */
const PRIVATE =
  /^(10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|169\.254\.\d+\.\d+|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+|\[f[cd][0-9a-f]*:.*|\[fe[89ab][0-9a-f]*:.*|.*\.(local|internal|lan))$/;
/** One word is a name of the own network. */
const isOneWord = (host: string): boolean => !host.includes('.') && !host.includes(':');

export function unreachable(address: string): Unreachable | null {
  const { hostname, protocol } = new URL(address);
  const host = hostname.toLowerCase().replace(/\.$/, '');
  if (LOOPBACK.test(host)) return 'loopback';
  if (PRIVATE.test(host) || isOneWord(host)) return 'private';
  return protocol === 'https:' ? null : 'plain';
}
