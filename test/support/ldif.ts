// The real command line tools of OpenLDAP against a test server, and their LDIF taken apart (RFC 2849).
import { spawnSync } from 'node:child_process';
import type { Slapd } from '../servers/slapd.ts';

export interface LdifEntry {
  readonly dn: string;
  /** By attribute name in lower case; values as UTF-8 text, in the order they came. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** One line of LDIF, always in base64: nothing in the value can be misread. */
export const line = (name: string, value: string): string => `${name}:: ${base64(value)}`;

export function parseLdif(text: string): LdifEntry[] {
  const entries: LdifEntry[] = [];
  for (const block of text.replace(/\r?\n /g, '').split(/\n{2,}/)) {
    const values = new Map<string, string[]>();
    for (const row of block.split('\n')) {
      const found = /^([^:#\s][^:]*):(:?) ?(.*)$/.exec(row);
      if (!found) continue;
      const [, name, encoded, raw] = found;
      const value = encoded ? Buffer.from(raw!, 'base64').toString('utf8') : raw!;
      const key = name!.toLowerCase();
      values.set(key, [...(values.get(key) ?? []), value]);
    }
    const dn = values.get('dn')?.[0];
    if (dn === undefined) continue;
    values.delete('dn');
    entries.push({ dn, values });
  }
  return entries;
}

/** What `ldapsearch` shows of everything that matches, as rootDn. */
export function ldapsearch(server: Slapd, filter = '(objectClass=*)', base = server.suffix): LdifEntry[] {
  const { status, stdout, stderr } = spawnSync(
    'ldapsearch',
    [
      '-x',
      '-LLL',
      '-o',
      'ldif-wrap=no',
      '-H',
      server.url,
      '-D',
      server.rootDn,
      '-w',
      server.password,
      '-b',
      base,
      '-E',
      'pr=1000/noprompt',
      filter,
      '*',
      'entryUUID',
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0 && status !== 32) throw new Error(`ldapsearch ended with ${status}: ${stderr}`);
  return parseLdif(stdout);
}

/** Carries out change records (RFC 2849) as rootDn, all in one connection. */
export function ldapmodify(server: Slapd, records: readonly string[]): void {
  const { status, stderr } = spawnSync('ldapmodify', ['-x', '-H', server.url, '-D', server.rootDn, '-w', server.password], {
    input: `${records.join('\n\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`ldapmodify ended with ${status}: ${stderr}`);
}

/** A name as its values, from the entry up to the top; blanks at the ends do not count in names (RFC 4518). */
export function namesIn(dn: string): { readonly type: string; readonly value: string }[] {
  const steps: string[] = [''];
  for (let at = 0; at < dn.length; at++) {
    if (dn[at] === '\\') steps[steps.length - 1] += dn[at]! + dn[++at]!;
    else if (dn[at] === ',') steps.push('');
    else steps[steps.length - 1] += dn[at]!;
  }
  return steps.map((step) => {
    const equals = step.indexOf('=');
    const bytes: Buffer[] = [];
    const raw = step.slice(equals + 1);
    for (let at = 0; at < raw.length; at++) {
      const hex = raw[at] === '\\' ? /^[0-9A-Fa-f]{2}/.exec(raw.slice(at + 1)) : null;
      if (hex) bytes.push(Buffer.from(hex[0], 'hex'));
      else if (raw[at] !== '\\') bytes.push(Buffer.from(String.fromCodePoint(raw.codePointAt(at)!)));
      else bytes.push(Buffer.from(raw[at + 1]!));
      at += hex ? 2 : raw[at] === '\\' ? 1 : raw.codePointAt(at)! > 0xffff ? 1 : 0;
    }
    return { type: step.slice(0, equals).trim().toLowerCase(), value: Buffer.concat(bytes).toString('utf8').trim() };
  });
}

/** A value inside a name (RFC 4514 section 2.4), every awkward character as hex. */
export const escaped = (value: string): string =>
  [...value]
    .map((c, at, all) =>
      /[,+"\\<>;=#/]/.test(c) || (c === ' ' && (at === 0 || at === all.length - 1))
        ? [...Buffer.from(c)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')
        : c,
    )
    .join('');

// ── change records ───────────────────────────────────────────────────────────────────────────────────────

export const adding = (dn: string, classes: readonly string[], values: readonly (readonly [string, string])[]): string =>
  [
    line('dn', dn),
    'changetype: add',
    ...classes.map((name) => `objectClass: ${name}`),
    ...values.map(([name, value]) => line(name, value)),
  ].join('\n');

/** Several modifications of one entry; `replace` without values clears. */
export const modifying = (
  dn: string,
  ...changes: readonly (readonly [how: 'add' | 'delete' | 'replace', name: string, ...values: string[]])[]
): string =>
  [
    line('dn', dn),
    'changetype: modify',
    ...changes
      .map(([how, name, ...values]) => [`${how}: ${name}`, ...values.map((value) => line(name, value))].join('\n'))
      .join('\n-\n')
      .split('\n'),
  ].join('\n');

export const renaming = (dn: string, rdn: string, superior?: string): string =>
  [
    line('dn', dn),
    'changetype: modrdn',
    line('newrdn', rdn),
    'deleteoldrdn: 1',
    ...(superior === undefined ? [] : [line('newsuperior', superior)]),
  ].join('\n');

export const removing = (dn: string): string => [line('dn', dn), 'changetype: delete'].join('\n');
