// Distinguished names: taken apart, put together, escaped, and made comparable.
// @see https://www.rfc-editor.org/rfc/rfc4514

export interface Assertion {
  readonly type: string;
  readonly value: string;
}
/** One step of a name; `cn=a+uid=b` has two assertions. */
export type Rdn = readonly Assertion[];

/** Puts a value into a name. Any text goes in, 4-byte characters too; NUL never reaches us (`invalid` at the border). */
export function escapeValue(value: string): string {
  let out = value
    .replace(/[\\,+"<>;=]/g, '\\$&')
    .replace(/\u0000/g, '\\00')
    .replace(/[\r\n]/g, (c) => (c === '\n' ? '\\0A' : '\\0D'));
  if (out.startsWith(' ') || out.startsWith('#')) out = `\\${out}`;
  if (out.endsWith(' ') && out !== '\\ ') out = `${out.slice(0, -1)}\\ `;
  return out;
}

export const rdnText = (rdn: Rdn): string => rdn.map(({ type, value }) => `${type}=${escapeValue(value)}`).join('+');

export const childDn = (type: string, value: string, parent: string): string =>
  parent === '' ? `${type}=${escapeValue(value)}` : `${type}=${escapeValue(value)},${parent}`;

/** Where the first step of a name ends: at the first comma (or semicolon, RFC 2253) that is neither escaped nor quoted. */
function firstStepEnd(dn: string): number {
  const plain = dn.indexOf(',');
  if (plain < 0 && !dn.includes(';')) return dn.length;
  if (plain > 0 && dn.charCodeAt(plain - 1) !== 92 && !dn.includes('"') && !dn.includes(';')) return plain;
  let quoted = false;
  for (let at = 0; at < dn.length; at++) {
    const c = dn[at];
    if (c === '\\') at++;
    else if (c === '"') quoted = !quoted;
    else if ((c === ',' || c === ';') && !quoted) return at;
  }
  return dn.length;
}

/** The name of the entry above; '' for a name of one step. */
export function parentDn(dn: string): string {
  const end = firstStepEnd(dn);
  return end >= dn.length ? '' : withoutLeadingBlanks(dn.slice(end + 1));
}

export const firstRdn = (dn: string): Rdn => parseRdn(dn.slice(0, firstStepEnd(dn)));

export function parseDn(dn: string): readonly Rdn[] {
  const steps: Rdn[] = [];
  for (let rest = withoutLeadingBlanks(dn); rest !== ''; ) {
    const end = firstStepEnd(rest);
    steps.push(parseRdn(rest.slice(0, end)));
    if (end === rest.length - 1) throw new SyntaxError('A name may not end with a comma.');
    rest = withoutLeadingBlanks(rest.slice(end + 1));
  }
  return steps;
}

function parseRdn(text: string): Rdn {
  return splitUnescaped(text, '+').map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new SyntaxError('A step of a name must read attribute=value.');
    const type = pair.slice(0, equals).trim();
    if (!/^(?:[A-Za-z][\w-]*|\d+(?:\.\d+)*)$/.test(type)) throw new SyntaxError('A step of a name must begin with an attribute name.');
    return { type, value: unescapeValue(pair.slice(equals + 1)) };
  });
}

function splitUnescaped(text: string, separator: string): string[] {
  if (!text.includes(separator)) return [text];
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === '\\') at++;
    else if (c === '"') quoted = !quoted;
    else if (c === separator && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Only U+0020 is a blank here: a tab or a full-width space belongs to the value. */
const withoutLeadingBlanks = (text: string): string => text.replace(/^ +/, '');

function unescapeValue(raw: string): string {
  let text = withoutLeadingBlanks(raw);
  // A trailing blank counts only when it is escaped.
  while (text.endsWith(' ') && !/(?:^|[^\\])(?:\\\\)*\\ $/.test(text)) text = text.slice(0, -1);
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) text = text.slice(1, -1);
  if (!text.includes('\\')) return text;
  const bytes: Buffer[] = [];
  let plain = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '\\') {
      plain += text[at];
      continue;
    }
    const hex = /^[0-9A-Fa-f]{2}/.exec(text.slice(at + 1, at + 3));
    if (hex) {
      bytes.push(Buffer.from(plain), Buffer.from(hex[0], 'hex'));
      plain = '';
      at += 2;
    } else {
      plain += text[++at] ?? '';
    }
  }
  return Buffer.concat([...bytes, Buffer.from(plain)]).toString('utf8');
}

const awkward = /[\\";]|\s[,=+]|[,=+]\s|\s\s|^\s|\s$|\+/;
const ascii = /^[\x20-\x7e]*$/;

/** Equal names have equal keys: case, blanks and spelling of escapes do not matter, as in directories' own comparison. */
export function dnKey(dn: string): string {
  if (!awkward.test(dn)) return ascii.test(dn) ? dn.toLowerCase() : dn.normalize('NFC').toLowerCase();
  try {
    return parseDn(dn)
      .map((rdn) =>
        rdn
          .map(({ type, value }) => `${type.toLowerCase()}=${escapeValue(valueKey(value))}`)
          .sort()
          .join('+'),
      )
      .join(',');
  } catch {
    return dn.trim().normalize('NFC').toLowerCase();
  }
}

/** Blanks at the ends and doubled ones do not count in names. @see https://www.rfc-editor.org/rfc/rfc4518#section-2.6.1 */
export const valueKey = (value: string): string =>
  value
    .replace(/^ +| +$/g, '')
    .replace(/ {2,}/g, ' ')
    .normalize('NFC')
    .toLowerCase();

/** Whether `key` is `ancestor` or below it; both made by dnKey. */
export function isWithin(key: string, ancestor: string): boolean {
  if (ancestor === '' || key === ancestor) return true;
  const comma = key.length - ancestor.length - 1;
  if (comma < 1 || key[comma] !== ',' || !key.endsWith(ancestor)) return false;
  // An escaped comma is part of a value; an escaped backslash before it is not its escape.
  let slashes = 0;
  while (key[comma - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 0;
}

/** A name below `from`, moved below `to`. */
export const rebaseDn = (dn: string, from: string, to: string): string => {
  const depth = parseDn(from).length;
  const kept = parseDn(dn).slice(0, -depth).map(rdnText);
  return [...kept, ...(to === '' ? [] : [to])].join(',');
};
