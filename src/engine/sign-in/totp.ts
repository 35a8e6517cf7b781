// One-time codes of an authenticator app: RFC 6238 over RFC 4226, SHA-1, six digits, thirty seconds (what all apps understand).
import { createHmac, randomBytes } from 'node:crypto';
import { isSame } from './door.ts';

const STEP_MS = 30_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 160 bits in base32, as apps take it. @see https://www.rfc-editor.org/rfc/rfc4226#section-4 R6 */
export const newTotpSecret = (): string => toBase32(randomBytes(20));

/** Whether a text could have come from there. */
export const isTotpSecret = (text: string): boolean => /^[A-Z2-7]{32}$/.test(text);

function toBase32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

/** @see https://www.rfc-editor.org/rfc/rfc4226#section-5.3 */
export function codeAt(secret: string, step: number, digits = 6): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = mac[19]! & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits).padStart(digits, '0');
}

export const stepAt = (now: number): number => Math.floor(now / STEP_MS);

/** The time step of a right code that is newer than `usedStep`; one step of clock difference is allowed each way. null = wrong or used. */
export function acceptedStep(secret: string, code: string, now: number, usedStep: number | null): number | null {
  const given = code.replaceAll(/\s/g, '');
  const [found] = [-1, 0, 1].map((offset) => stepAt(now) + offset).filter((step) => isSame(codeAt(secret, step), given));
  return found !== undefined && found > (usedStep ?? -1) ? found : null;
}

/** @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export const totpUri = (secret: string, name: string, host: string): string =>
  `otpauth://totp/${encodeURIComponent(`Tributary ${host}`)}:${encodeURIComponent(name)}?secret=${secret}&issuer=${encodeURIComponent(`Tributary ${host}`)}`;
