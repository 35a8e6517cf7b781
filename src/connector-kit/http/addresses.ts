// Addresses that no connection may reach unless its configuration allows it: link-local, and where clouds hand out credentials.
import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ConnectorError } from '../errors.ts';

const refused = new BlockList();
// https://www.rfc-editor.org/rfc/rfc3927, https://www.rfc-editor.org/rfc/rfc4291#section-2.5.6; AWS, Google, Azure, Tencent metadata lie in the first
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
refused.addAddress('fd00:ec2::254', 'ipv6');
// https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
refused.addAddress('fd00:ec2::23', 'ipv6');
// https://cloud.google.com/compute/docs/metadata/querying-metadata
refused.addAddress('fd20:ce::254', 'ipv6');
// https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
refused.addAddress('100.100.100.200', 'ipv4');
// https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16
refused.addAddress('168.63.129.16', 'ipv4');
// https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm
refused.addAddress('192.0.0.192', 'ipv4');
// "This network": reaches the host itself on some systems, whatever was meant. https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3
refused.addSubnet('0.0.0.0', 8, 'ipv4');
refused.addAddress('::', 'ipv6');

/** Whether an IP address (also an IPv4 one in IPv6 clothes) is one of them. */
export function isRefusedAddress(address: string): boolean {
  const plain = address.split('%', 1)[0]!;
  const family = isIP(plain);
  if (family === 0) return false;
  if (family === 4) return refused.check(plain, 'ipv4');
  const inside = dressedIPv4(groupsOf(plain));
  return refused.check(plain, 'ipv6') || (inside !== null && refused.check(inside, 'ipv4'));
}

/** Eight numbers of 16 bits. */
function groupsOf(address: string): readonly number[] {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const parts = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [left, right] = [parts(head), parts(tail ?? '')];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** How an IPv6 address may carry an IPv4 one: the groups it begins with, and where the other stands. */
const clothes: readonly { readonly begins: readonly number[]; readonly at: number }[] = [
  // mapped, https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2 ; compatible, section 2.5.5.1
  { begins: [0, 0, 0, 0, 0, 0xffff], at: 6 },
  { begins: [0, 0, 0, 0, 0, 0], at: 6 },
  // translated, https://www.rfc-editor.org/rfc/rfc2765#section-2.1
  { begins: [0, 0, 0, 0, 0xffff, 0], at: 6 },
  // NAT64, https://www.rfc-editor.org/rfc/rfc6052#section-2.1 and https://www.rfc-editor.org/rfc/rfc8215
  { begins: [0x64, 0xff9b, 0, 0, 0, 0], at: 6 },
  { begins: [0x64, 0xff9b, 1], at: 6 },
  // 6to4, https://www.rfc-editor.org/rfc/rfc3056#section-2
  { begins: [0x2002], at: 1 },
];

/** null when it carries none. `::1` is this machine, no IPv4 address. */
function dressedIPv4(groups: readonly number[]): string | null {
  const found = clothes.find(({ begins }) => begins.every((group, at) => groups[at] === group));
  if (!found || groups.every((group, at) => group === (at === 7 ? 1 : 0))) return null;
  const [high, low] = [groups[found.at]!, groups[found.at + 1]!];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Of addresses written as numbers; what a name resolves to shows only at the moment of connecting. */
export const isRefusedHost = (url: URL): boolean => isRefusedAddress(bare(url));

const bare = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** For addresses written as numbers, which are never looked up. */
export function refuseAddressIn(url: URL): void {
  refuseHost(bare(url));
}

/** The same of a host by itself; names are judged by `guardedLookup`. */
export function refuseHost(host: string): void {
  if (isRefusedAddress(host)) throw refusal(host);
}

/** Judges what a name resolves to at the moment of connecting, so that a name that changes its address slips through nowhere. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const found = addresses as LookupAddress[];
    const bad = found.find(({ address }) => isRefusedAddress(address));
    if (bad) return callback(refusal(`${hostname} (${bad.address})`), '', 0);
    if (options.all) return callback(null, found);
    const [first] = found;
    if (!first) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
    return callback(null, first.address, first.family);
  });
};

/** Which of the addresses that a name has may not be reached; null: none, or it has no address. */
export const refusedBehind = (hostname: string): Promise<string | null> =>
  new Promise((resolve) => {
    lookup(hostname, { all: true }, (error, found) =>
      resolve(error ? null : (found.find(({ address }) => isRefusedAddress(address))?.address ?? null)),
    );
  });

const refusal = (where: string): ConnectorError =>
  new ConnectorError('config', {
    en: `${where} is a link-local or metadata address. If it is meant, allow it in the connection.`,
    zh: `${where} 属于链路本地或云元数据地址。如确需访问，请在连接中允许。`,
  });
