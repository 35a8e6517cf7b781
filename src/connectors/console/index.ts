// Edits by hand as a source: what the console says of people, departments and groups, under the ids of the directory.
import { z } from 'zod';
import { CONSOLE } from '../../core/console.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import type { Connection, GetReport, ReadEvent } from '../../connector-kit/contract.ts';
import { defineConnector } from '../../connector-kit/define.ts';
import type { ConsolePort } from '../../connector-kit/directory-port.ts';

const PAGE = 500;
const visible = { attributes: 'all', range: CONSOLE } as const;

export const console = defineConnector({
  manifest: {
    id: CONSOLE,
    name: { en: 'Edited by hand', zh: '手工维护' },
    summary: { en: 'What administrators enter themselves, as a source with a rank.', zh: '管理员手工录入的内容，作为一个有优先级的来源。' },
    logo: 'logo.svg',
    roles: ['source'],
    config: z.object({}),
    part: z.object({}),
    types: directoryTypes,
    facts: {
      stableIds: true,
      assignsIds: false,
      ignoresCase: true,
      nestedGroups: true,
      serialWrites: false,
      removeMeans: 'recoverable',
    },
    limits: { inFlight: 1, batchSize: 1000 },
    provenAgainst: ['itself'],
    defaults: {
      up: {
        mapping: Object.fromEntries(
          directoryTypes.map((type) => [
            type.id,
            type.attributes
              .filter((spec) => spec.writable !== 'never' && spec.kind === undefined)
              .map((spec) => ({ target: spec.name, field: spec.name })),
          ]),
        ),
        correlation: {},
      },
    },
  },
  async open(context): Promise<Connection<Record<string, never>>> {
    const port = context.directory as ConsolePort;
    return {
      async check() {
        return {
          findings: [{ level: 'reachable', ok: true, message: { en: 'It is kept in this installation.', zh: '数据保存在本系统中。' } }],
          systemId: CONSOLE,
        };
      },
      async close() {},
      async *read(type, request): AsyncGenerator<ReadEvent> {
        for (let after = ''; ; ) {
          request.signal.throwIfAborted();
          const objects = await port.page(type, after, PAGE);
          if (objects.length === 0) break;
          after = objects.at(-1)!.id;
          yield { kind: 'objects', objects };
        }
        yield { kind: 'end', complete: true, visible };
      },
      async get(type, ids): Promise<GetReport> {
        const found = await port.get(type, ids);
        return {
          visible,
          answers: new Map(
            ids.map((id) => {
              const object = found.get(id);
              return [id, object ? { state: 'found' as const, object, inPart: true } : { state: 'gone' as const }];
            }),
          ),
        };
      },
    };
  },
});
