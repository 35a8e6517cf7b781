// The source of the sweep: a company in a JSON file, read in small pages with checkpoints.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Connector, GetAnswer } from '../src/connector-kit/contract.ts';
import type { Visible } from '../src/connector-kit/visible.ts';
import { defineConnector, field } from '../src/connector-kit/define.ts';
import type { AttributeSpec, EndpointObject, Label, ObjectTypeSpec } from '../src/core/model.ts';
import type { Company } from './company.ts';

const label = (text: string): Label => ({ en: text, zh: text });
const text = (name: string, more: Partial<AttributeSpec> = {}): AttributeSpec => ({ name, label: label(name), type: 'string', ...more });

const types: readonly ObjectTypeSpec[] = [
  {
    id: 'department', label: label('department'), title: 'name', parent: 'parent',
    attributes: [text('name'), text('code', { unique: true }), text('parent', { type: 'reference', to: 'department' })],
    relations: [{ name: 'leader', label: label('leader'), to: ['person'] }],
  },
  {
    id: 'person', label: label('person'), title: 'name',
    attributes: [text('name'), text('number', { unique: true }), text('login'), text('phone'), text('title'), text('manager', { type: 'reference', to: 'person' })],
    relations: [{ name: 'membership', label: label('membership'), to: ['department'], containing: true, keeps: ['primary'] }],
  },
  {
    id: 'group', label: label('group'), title: 'name', attributes: [text('name'), text('code', { unique: true })],
    relations: [{ name: 'member', label: label('member'), to: ['person'] }],
  },
];

const config = z.object({ file: field(z.string(), { label: label('file') }) });
const PAGE = 8;
const visible: Visible = { attributes: 'all', range: 'everything' };

function objectsOf(file: string, type: string): readonly EndpointObject[] {
  const company = JSON.parse(readFileSync(file, 'utf8')) as Company;
  if (type === 'department') {
    return company.departments.map(({ code, name, parent, leaders }) => ({
      id: code, attributes: { code, name, parent }, edges: { leader: leaders.map((id) => ({ to: { type: 'person', id } })) },
    }));
  }
  if (type === 'group') {
    return company.groups.map(({ code, name, members }) => ({ id: code, attributes: { code, name }, edges: { member: members.map((id) => ({ to: { type: 'person', id } })) } }));
  }
  return company.people.map(({ number, name, login, phone, title, manager, departments }) => ({
    id: number, attributes: { number, name, login, phone, title, manager },
    edges: { membership: departments.map((id, index) => ({ to: { type: 'department', id }, ...(index === 0 ? { primary: true } : {}) })) },
  }));
}

export const companyFile: Connector = defineConnector({
  manifest: {
    id: 'company-file', name: label('company file'), summary: label('A company in a JSON file.'), logo: 'none.svg', roles: ['source'], config, part: z.object({}), types,
    facts: { stableIds: true, assignsIds: true, ignoresCase: false, nestedGroups: false, serialWrites: false, removeMeans: 'irreversible' },
    limits: { inFlight: 1, batchSize: 100 }, provenAgainst: ['itself'], defaults: {},
  },
  async open({ config: { file } }) {
    return {
      async check() {
        return { findings: [{ level: 'reachable' as const, ok: true, message: label('It is there.') }] };
      },
      async close() {},
      async *read(type: string, request: { checkpoint?: string }) {
        const objects = objectsOf(file, type);
        for (let at = Number(request.checkpoint ?? 0); at < objects.length; at += PAGE) {
          yield { kind: 'objects' as const, objects: objects.slice(at, at + PAGE) };
          yield { kind: 'checkpoint' as const, checkpoint: String(at + PAGE) };
        }
        yield { kind: 'end' as const, complete: true, visible };
      },
      async get(type: string, ids: readonly string[]) {
        const known = new Map(objectsOf(file, type).map((object) => [object.id, object]));
        return {
          visible,
          answers: new Map(ids.map((id): [string, GetAnswer] => {
            const object = known.get(id);
            return [id, object ? { state: 'found', object, inPart: true } : { state: 'gone' }];
          })),
        };
      },
    };
  },
}) as unknown as Connector;
