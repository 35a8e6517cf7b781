// Initial passwords: random, sealed from the moment they exist, sent with the account, told once or to nobody.
import { randomInt } from 'node:crypto';
import type { ObjectTypeSpec } from '../core/model.ts';
import type { RunContext } from './context.ts';

/** Without what people confuse when they type it: 0 O, 1 l I. */
const kinds = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '-_.+=@%'] as const;
const everything = kinds.join('');

const oneOf = (signs: string): string => signs[randomInt(signs.length)]!;

/** At least one letter of either case, a digit and a sign, the first and the last of them letters. About 6 bits a character. */
export function randomPassword(length: number): string {
  const [upper, lower, digit, sign] = kinds;
  const inside = [oneOf(digit), oneOf(sign), ...Array.from({ length: Math.max(0, length - 4) }, () => oneOf(everything))];
  for (let at = inside.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [inside[at], inside[other]] = [inside[other]!, inside[at]!];
  }
  return `${oneOf(upper)}${inside.join('')}${oneOf(lower)}`;
}

/** For the ledger row of a create, sealed: what the mapping gives, and what the system needs or the job wants beside it. */
export function secretsOfCreate(
  { engine, settings }: Pick<RunContext, 'engine' | 'settings'>,
  type: ObjectTypeSpec,
  given: Readonly<Record<string, string>> = {},
): string | null {
  const secrets: Record<string, string> = { ...given };
  for (const { name, kind, initial, required } of type.attributes) {
    if (kind !== 'secret' || initial === undefined || name in secrets) continue;
    if (required || settings.welcome?.password) secrets[name] = engine.sealer.seal(randomPassword(initial.length));
  }
  return Object.keys(secrets).length > 0 ? JSON.stringify(secrets) : null;
}
