// The central directory as an endpoint: read page by page, observed by id, changed only through authority.
import { z } from 'zod';
import { directoryTypes } from '../../core/directory-types.ts';
import type { Connection, GetReport, ReadEvent } from '../../connector-kit/contract.ts';
import { defineConnector } from '../../connector-kit/define.ts';
import type { DirectoryPort } from '../../connector-kit/directory-port.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';

const PAGE = 1000;
const visible = { attributes: 'all', range: 'directory' } as const;

export const directory = defineConnector({
  manifest: {
    id: 'directory',
    name: { en: 'Directory', zh: '目录' },
    summary: { en: 'The central directory of this installation.', zh: '本系统的中央目录。' },
    logo: 'logo.svg',
    roles: ['source', 'target'],
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
    defaults: {},
  },
  async open(context): Promise<Connection<Record<string, never>>> {
    const port = context.directory as DirectoryPort;
    return {
      authority: { resolves: true },
      async check() {
        return {
          findings: [{ level: 'reachable', ok: true, message: { en: 'The directory is in this installation.', zh: '目录就在本系统中。' } }],
          systemId: port.installationId,
          range: visible.range,
        };
      },
      async close() {},
      async *read(type, request): AsyncGenerator<ReadEvent> {
        let after = request.checkpoint ?? null;
        for (;;) {
          request.signal.throwIfAborted();
          const objects = await port.page(type, after, PAGE);
          if (objects.length === 0) break;
          after = objects.at(-1)!.id;
          yield { kind: 'objects', objects };
          yield { kind: 'checkpoint', checkpoint: after };
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
      async startCursor() {
        return String(await port.sequence());
      },
      async *changes(cursor) {
        if (!/^\d+$/.test(cursor))
          throw new ConnectorError('cursor-expired', { en: 'The directory does not know this cursor.', zh: '目录无法识别该游标。' });
        let at = Number(cursor);
        for (;;) {
          const page = await port.changedSince(at, 50);
          at = page.sequence;
          if (page.keys.length > 0) yield { kind: 'keys', keys: page.keys };
          if (page.done) break;
        }
        yield { kind: 'end', cursor: String(at), visible };
      },
    };
  },
});
