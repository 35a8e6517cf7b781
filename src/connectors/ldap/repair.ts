// References follow an entry that was renamed, moved or removed: LDAP servers without the refint overlay leave them behind.
import { EntryShape } from './ber.ts';
import { everything, listOf, noAttributes, type Client } from './client.ts';
import type { AttributeChange } from './messages.ts';
import { dnKey, rebaseDn } from './dn.ts';
import { all, any, equals, type Layout } from './layout.ts';
import { codes } from './wire.ts';

type Log = (event: string, fields?: Record<string, unknown>) => void;

const MANAGER = new EntryShape(['manager']);
/** An entry that moves away while we write to it is looked for again, this often. */
const TRIES = 5;

/**
 * A stale name is more than a lost membership: whoever is created under it later inherits the rights. What cannot be
 * repaired is logged and shows as a foreign reference in the next read, so that the engine writes it again.
 */
export function repairOf(client: Client, layout: Layout, log: Log) {
  const { config } = layout;

  /** One name: everything that points to it points to the new one, or nowhere. */
  async function follow(from: string, to: string | null, signal: AbortSignal): Promise<void> {
    const pointing =
      layout.membersAre === 'dn' ? any([equals(layout.memberAttribute, from), equals('manager', from)]) : equals('manager', from);
    const fromKey = dnKey(from);
    for (let tries = 0, missed = true; missed && tries < TRIES; tries++) {
      missed = false;
      for (const entry of await client.search({ base: config.base, scope: 'sub', filter: pointing, shape: MANAGER }, signal)) {
        const manages = listOf(entry.values[0]).some((dn) => dnKey(dn) === fromKey);
        const there = await exchange(entry.dn, manages ? 'manager' : layout.memberAttribute, from, to, signal);
        missed ||= !there;
      }
    }
  }

  /**
   * False: it does not stand there any more, so who moved it is looked for once more. Not permissive: who has lost the old value since we
   * looked was given another one on purpose.
   */
  async function exchange(dn: string, attribute: string, from: string, to: string | null, signal: AbortSignal): Promise<boolean> {
    const gone: AttributeChange = ['delete', attribute, [from]];
    const come: readonly AttributeChange[] = to === null ? [] : [['add', attribute, [to]]];
    let result = await client.modify(dn, [gone, ...come], signal);
    // Has both names already.
    if (result.code === codes.attributeOrValueExists) result = await client.modify(dn, [gone], signal);
    if (result.code === codes.objectClassViolation && attribute === layout.memberAttribute) {
      result = await client.modify(dn, [['add', attribute, [config.placeholderMember]], gone], signal, 'permissive');
    }
    if (result.code === codes.noSuchObject) return false;
    const fine = result.code === codes.success || result.code === codes.noSuchAttribute;
    if (!fine) log('ldap.reference-not-repaired', { attribute, code: result.code });
    return true;
  }

  return {
    /** After a rename or move: the entry's own name, and those of everything below it. */
    async moved(from: string, to: string, signal: AbortSignal): Promise<void> {
      if (config.references === 'server' || dnKey(from) === dnKey(to)) return;
      await follow(from, to, signal);
      for await (const page of client.pages({ base: to, scope: 'sub', filter: everything, shape: noAttributes }, signal)) {
        for (const { dn } of page.entries) if (dnKey(dn) !== dnKey(to)) await follow(rebaseDn(dn, to, from), dn, signal);
      }
    },

    async removed(dn: string, signal: AbortSignal): Promise<void> {
      if (config.references === 'repair') await follow(dn, null, signal);
    },

    /** posixGroup lists user names. */
    async uidChanged(from: string, to: string, signal: AbortSignal): Promise<void> {
      if (config.references === 'server' || layout.membersAre !== 'uid') return;
      const filter = all(layout.filters.group, equals(layout.memberAttribute, from));
      for (const { dn } of await client.search({ base: config.base, scope: 'sub', filter, shape: noAttributes }, signal)) {
        await exchange(dn, layout.memberAttribute, from, to, signal);
      }
    },

    /** flat: people name their department by a value that was changed. */
    async departmentRenamed(from: string, to: string, signal: AbortSignal): Promise<void> {
      const filter = all(layout.filters.person, equals(config.departmentAttribute, from));
      for await (const page of client.pages({ base: config.base, scope: 'sub', filter, shape: noAttributes }, signal)) {
        for (const { dn } of page.entries) await exchange(dn, config.departmentAttribute, from, to, signal);
      }
    },
  };
}

export type Repair = ReturnType<typeof repairOf>;
