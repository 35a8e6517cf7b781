// Whom a source's server locks itself although the settings read them as active: leavers who would keep their accounts below.
import type { Finding } from '../../connector-kit/contract.ts';
import { EntryShape } from './ber.ts';
import { listOf, PAGE, type Client } from './client.ts';
import { all, any, equals, not, type Layout } from './layout.ts';
import { knownLocks, type Lock } from './disabled.ts';

/** Looks at one page of those who are locked, one finding per lock. Nothing where the settings recognise them all. */
export async function lockedUnseen(client: Client, layout: Layout, base: string, signal: AbortSignal): Promise<Finding[]> {
  const names = [...new Set(knownLocks.map(({ attribute }) => attribute))];
  const shape = new EntryShape([...new Map([layout.config.disableAttribute, ...names].map((name) => [name.toLowerCase(), name])).values()]);
  const filter = all(layout.filters.person, any(knownLocks.map(({ attribute, value }) => equals(attribute, value))));
  for await (const { entries, limit } of client.pages({ base, scope: 'sub', filter, shape }, signal)) {
    const unseen = entries.filter(({ dn, values }) => !layout.isDisabled(dn, values[0]));
    const more = limit !== undefined || entries.length >= PAGE ? '+' : '';
    const findings: Finding[] = [];
    for (const lock of knownLocks) {
      const place = shape.place(lock.attribute);
      const by = unseen.filter(({ values }) => listOf(values[place]).some((value) => value.toUpperCase() === lock.value)).length;
      if (by > 0) findings.push(told(layout, lock, `${by}${more}`, await othersAreSeen(client, layout, lock, base, signal)));
    }
    return findings;
  }
  return [];
}

/** Whether the settings recognise somebody whom this lock does not: taking it over would let them be read as active. */
async function othersAreSeen(client: Client, layout: Layout, lock: Lock, base: string, signal: AbortSignal): Promise<boolean> {
  const { config } = layout;
  const unlocked = all(layout.filters.person, not(equals(lock.attribute, lock.value)));
  const search =
    config.disableBy === 'move'
      ? { base: config.disabledIn, filter: unlocked }
      : { base, filter: all(unlocked, equals(config.disableAttribute, config.disableValue)) };
  for await (const { entries } of client.pages({ ...search, scope: 'sub', shape: new EntryShape([]) }, signal)) return entries.length > 0;
  return false;
}

function told({ config }: Layout, { attribute, value }: Lock, count: string, others: boolean): Finding {
  const mark =
    config.disableBy === 'move'
      ? { en: `below "${config.disabledIn}"`, zh: `位于“${config.disabledIn}”之下` }
      : { en: `"${config.disableAttribute}=${config.disableValue}"`, zh: `“${config.disableAttribute}=${config.disableValue}”` };
  return {
    level: 'rights',
    ok: true,
    message: {
      en: `The server locks ${count} of the accounts ("${attribute}=${value}"), and they are read as active: the settings recognise a disabled account by ${mark.en} only.`,
      zh: `服务器已锁定 ${count} 人（“${attribute}=${value}”），但会被读作在用：当前设置仅以${mark.zh}识别停用账号。`,
    },
    remedy: others
      ? {
          en: `One setting recognises one way, and others are disabled in that other way: disable everybody in one way on the server, or leave those who are locked out with "Further filter for people", e.g. (!(${attribute}=${value})).`,
          zh: `设置只能识别一种方式，而另有人员以当前方式停用：请在服务器上统一停用方式，或用“人员附加过滤条件”排除已锁定者，例如 (!(${attribute}=${value}))。`,
        }
      : {
          en: `Let "${attribute}" with the value ${value} say who is disabled: whoever is locked is then read as disabled, and closed in the systems below.`,
          zh: `将标记停用的属性改为 ${attribute}、值 ${value}：已锁定者即读作停用，并在下游系统中停用。`,
        },
    ...(others ? {} : { settings: { disableBy: 'attribute', disableAttribute: attribute, disableValue: value } }),
  };
}
