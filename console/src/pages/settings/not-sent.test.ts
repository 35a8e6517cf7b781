import { describe, expect, it } from 'vitest';
import { whyNotSent } from './not-sent.ts';

describe('why a collector did not take the audit log', () => {
  it.each([
    ['connect ECONNREFUSED 10.20.0.5:6514', 'refused'],
    ['connect ETIMEDOUT 10.20.0.5:6514', 'silent'],
    ['no answer within 10 s', 'silent'],
    ['getaddrinfo ENOTFOUND logs.example.test', 'unknownName'],
    ['self-signed certificate in certificate chain', 'certificate'],
    ["Hostname/IP does not match certificate's altnames: Host: logs.example.test. is not in the cert's altnames", 'certificate'],
    ['read ECONNRESET', 'closed'],
    ['the collector closed the connection before it had everything', 'closed'],
  ] as const)('%s: %s', (error, why) => {
    expect(whyNotSent(error)).toBe(why);
  });

  it('what is not known is shown as it is', () => {
    expect(whyNotSent('a socket from the future')).toBe(null);
  });
});
