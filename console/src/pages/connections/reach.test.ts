// Which addresses of this server a vendor could call.
import { expect, it } from 'vitest';
import { unreachable } from './reach.ts';

it.each([
  ['http://127.0.0.1:7300', 'loopback'],
  ['https://localhost', 'loopback'],
  ['http://[::1]:7300', 'loopback'],
  ['https://10.1.2.3', 'private'],
  ['https://172.16.0.1', 'private'],
  ['https://192.168.1.20:8443', 'private'],
  ['https://100.64.0.9', 'private'],
  ['https://[fd00::1]', 'private'],
  ['https://[fe80::1]', 'private'],
  ['https://sync.corp.internal', 'private'],
  ['https://sync', 'private'],
  ['https://SYNC.local.', 'private'],
  ['http://sync.example.org', 'plain'],
  ['https://sync.example.org', null],
  ['https://sync.example.org:8443/base', null],
  ['https://172.32.0.1', null],
  ['https://100.128.0.1', null],
  ['https://10.example.org', null],
  ['https://[2001:db8::1]', null],
] as const)('%s: %s', (address, why) => {
  expect(unreachable(address)).toBe(why);
});
