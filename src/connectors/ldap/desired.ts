// What a desired object says, in LDAP's terms. Pure.
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Attributes, Edges, Value } from '../../core/model.ts';

/** Measured on slapd 2.5: back-mdb keeps each step of a name in one key and answers a longer one with 80 "internal error". */
const LONGEST_NAME = 245;

export function refuseLongName(rdn: string, attribute: string): void {
  const bytes = Buffer.byteLength(rdn);
  if (bytes <= LONGEST_NAME) return;
  throw new ConnectorError(
    'invalid',
    {
      en: `"${attribute}" is too long for the name of an entry: ${bytes} bytes, ${LONGEST_NAME} are allowed (80 Chinese characters).`,
      zh: `“${attribute}”作为条目名称过长：${bytes} 字节，上限 ${LONGEST_NAME} 字节（约 80 个汉字）。`,
    },
    { attribute },
  );
}

/** An empty text is no value: LDAP refuses it with code 21. @see https://www.rfc-editor.org/rfc/rfc4517#section-3.3.6 */
export const textsOf = (value: Value | null): readonly string[] =>
  value === null
    ? []
    : (Array.isArray(value) ? value : [value])
        .map((one) => (typeof one === 'boolean' ? (one ? 'TRUE' : 'FALSE') : String(one)))
        .filter((text) => text !== '');

/** Attribute names are compared without case; undefined = not changed. */
export function changedValue(attributes: Attributes, name: string): Value | null | undefined {
  const key = Object.keys(attributes).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (key === undefined) return undefined;
  const value = attributes[key]!;
  return textsOf(value).length === 0 ? null : value;
}

/** The department of a person; one that we do not manage (a foreign name) does not count. */
export const managed = (edges: Edges): string | undefined =>
  (edges.membership ?? []).map(({ to }) => to.id).find((id) => !id.startsWith('name:') && !id.startsWith('dn:'));

export const missing = (attribute: string): ConnectorError =>
  new ConnectorError('invalid', { en: `"${attribute}" must have a value.`, zh: `“${attribute}”必须有值。` }, { attribute });
