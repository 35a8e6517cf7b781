// What the account can see: its fingerprint, and the sentences for what it cannot.
import { createHash } from 'node:crypto';
import type { Visible } from '../../connector-kit/visible.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import { EntryShape } from './ber.ts';
import { everything, type Client } from './client.ts';
import { dnKey } from './dn.ts';
import type { Layout } from './layout.ts';
import { idOf } from './references.ts';

/** Operational attributes that every entry has; which of them come back tells what the account may see. */
const marks = ['entryUUID', 'objectClass', 'modifyTimestamp', 'entryCSN', 'structuralObjectClass', 'hasSubordinates', 'creatorsName'];

/**
 * A fingerprint of what the account may see: who it is, and what it can read of the base and of each configured folder.
 * It does not change when people or departments do. Attributes hidden by access rules are absent from entries without a
 * sign (slapd.access(5)), so they cannot be listed here; the engine notices when one vanishes everywhere.
 */
export async function visibleRange(client: Client, layout: Layout, signal: AbortSignal): Promise<Visible> {
  const { base, peopleIn, groupsIn, folders, bindDn } = layout.config;
  const shape = new EntryShape(marks);
  const seen: string[] = [`as ${(await client.whoAmI(signal)) || bindDn}`.toLowerCase()];
  for (const place of [base, peopleIn, groupsIn, ...folders]) {
    if (place === '') continue;
    const [entry] = await client.search({ base: place, scope: 'base', filter: everything, shape }, signal);
    const id = entry && idOf(entry);
    seen.push(
      `${dnKey(place)} ${entry ? `${id ?? '?'} ${entry.values.map((value) => (value === undefined ? '-' : '+')).join('')}` : 'hidden'}`,
    );
  }
  return { attributes: 'all', range: createHash('sha256').update(seen.join('\n')).digest('base64url').slice(0, 22) };
}

export const invisibleBase = (base: string): ConnectorError =>
  new ConnectorError('config', {
    en: `"${base}" does not exist on the LDAP server, or this account may not see it.`,
    zh: `LDAP 服务器上不存在“${base}”，或该账号无权查看。`,
  });

export const noIds = (dn: string): ConnectorError =>
  new ConnectorError(
    'permission',
    {
      en: 'The account may not read entryUUID, so entries cannot be recognised. Grant it read access to entryUUID.',
      zh: '该账号无权读取 entryUUID，无法识别条目。请授予 entryUUID 的读取权限。',
    },
    { detail: dn },
  );

export const elsewhere: Label = {
  en: 'This part of the tree lives on another server (referral). It is not read.',
  zh: '该分支位于另一台服务器（referral），未读取。',
};

export const hiddenPlaces = (places: readonly string[]): Label => {
  const some = `${places
    .slice(0, 3)
    .map((dn) => `"${dn}"`)
    .join(', ')}${places.length > 3 ? ', …' : ''}`;
  return {
    en: `The account may not see ${some}, although it sees entries below. Grant it read access there, or list it as an OU that is no department.`,
    zh: `该账号可以看到 ${some} 之下的条目，却无权查看其本身。请授予读取权限，或将其列入“非部门的 OU”。`,
  };
};

export const limitReached = (code: number): Label =>
  code === 3
    ? {
        en: 'The LDAP server stopped at its time limit, so not everything was read. Raise the time limit for this account (olcLimits).',
        zh: 'LDAP 服务器达到时限，读取不完整。请为该账号提高时限（olcLimits）。',
      }
    : {
        en: 'The LDAP server returns only a limited number of entries to this account, so not everything was read. Raise its size limit (olcLimits size=unlimited).',
        zh: 'LDAP 服务器限制了该账号可读取的条目数，读取不完整。请提高其大小限制（olcLimits size=unlimited）。',
      };
