// In which order a change is told, and as what.
import { describe, expect, it } from 'vitest';
import { accountSwitch, linesOf } from './change-lines.ts';

const label = { en: '', zh: '' };
const attribute = (name: string) => ({ name, label, after: 'x' });
const edge = (op: 'add' | 'remove' | 'update', name: string, relation = 'membership') => ({
  relation,
  label,
  op,
  type: 'department',
  name,
  facts: {},
});
const told = (deed: string, attributes: readonly string[], edges: readonly ReturnType<typeof edge>[]): string[] =>
  linesOf({ deed, attributes: attributes.map(attribute), edges: [...edges] }).map((line) =>
    line.kind === 'attribute'
      ? line.attribute.name
      : line.kind === 'edge'
        ? `${line.edge.op} ${line.edge.name}`
        : `${line.from.name} → ${line.to.name}`,
  );

describe('the lines of a change', () => {
  it('begin with the department of somebody who moves, the old one beside the new one', () => {
    expect(told('move', ['manager'], [edge('remove', '研发部'), edge('add', '销售部')])).toEqual(['研发部 → 销售部', 'manager']);
  });

  it('name what comes before what goes where there is more than one of a kind', () => {
    expect(told('update', [], [edge('remove', 'a'), edge('remove', 'b'), edge('add', 'c')])).toEqual(['add c', 'remove a', 'remove b']);
    expect(told('update', [], [edge('remove', 'a'), edge('add', 'b', 'leader')])).toEqual(['remove a', 'add b']);
  });

  it('begin with who it is, of somebody who is new', () => {
    expect(told('create', ['city', 'department', 'email', 'userName'], [edge('add', 'a')])).toEqual([
      'userName',
      'department',
      'email',
      'city',
      'add a',
    ]);
  });
});

describe('an account that is closed or opened', () => {
  it('is told as a switch, unless a value tells it', () => {
    expect(accountSwitch({ action: 'disable', attributes: [] })).toEqual({ before: 'open', after: 'closed' });
    expect(accountSwitch({ action: 'enable', attributes: [] })).toEqual({ before: 'closed', after: 'open' });
    expect(accountSwitch({ action: 'disable', attributes: [attribute('lifecycle')] })).toBeNull();
    expect(accountSwitch({ action: 'remove', attributes: [] })).toBeNull();
  });
});
