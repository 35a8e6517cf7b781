// Files: people, departments and memberships from CSV and Excel, and exports to them.
import type { Connection, ConnectionContext } from '../../connector-kit/contract.ts';
import { defineConnector } from '../../connector-kit/define.ts';
import type { MappingRowInput } from '../../core/mapping/rows.ts';
import { DIRECTORY_ID, readTypes, types, typesWith, writtenTypes } from './catalogue.ts';
import { checkSource, checkTarget } from './check.ts';
import { configSchema, type FileConfig, type FilePart, partSchema } from './config.ts';
import { foreignFiles, probeFolder } from './export.ts';
import { createSource } from './source.ts';
import { createTarget, exportFolder } from './target.ts';
import { say } from './text.ts';
import { viewTable } from './view-table.ts';

/** Attributes that a missing word must not clear: who forgets a cell does not dismiss anybody. */
const kept = new Set(['lifecycle', 'userName', 'timeZone', 'order']);

/** Who has no user name in the file is given one, made of the name, once and for life; the file's own goes first. */
const userName: readonly MappingRowInput[] = [
  {
    target: 'userName',
    unique: ['${userName}', '${pinyin(displayName)}', '${pinyin(displayName)}{n}'],
    when: 'create',
    onEmpty: 'keep',
  },
  { target: 'userName', field: 'userName', when: 'update', onEmpty: 'keep' },
];

/** Names are the directory's own, so every attribute maps to itself. */
const sameNames = (type: string, without: readonly string[] = []): readonly MappingRowInput[] =>
  types
    .find((candidate) => candidate.id === type)!
    .attributes.filter((spec) => spec.name !== DIRECTORY_ID && !without.includes(spec.name))
    .map((spec) => ({
      target: spec.name,
      field: spec.name,
      ...(kept.has(spec.name) ? { onEmpty: 'keep' as const } : {}),
    }));

const sensitive = types.flatMap((type) => type.attributes.filter((spec) => spec.kind === 'sensitive').map((spec) => spec.name));

export const file = defineConnector<FileConfig, FilePart>({
  manifest: {
    id: 'file',
    name: say('CSV or Excel file', 'CSV / Excel 文件'),
    summary: say(
      'Reads people, departments and memberships from a file or a watched folder, or exports them.',
      '从文件或监视文件夹读取人员、部门与任职，或将其导出。',
    ),
    logo: 'logo.svg',
    roles: ['source', 'target'],
    config: configSchema,
    part: partSchema,
    types,
    facts: {
      // A source derives them from the key column or the path of a department.
      stableIds: false,
      assignsIds: false,
      ignoresCase: false,
      nestedGroups: true,
      serialWrites: true,
      carriesDirectoryId: DIRECTORY_ID,
      removeMeans: 'irreversible',
    },
    limits: { inFlight: 1, batchSize: 1000 },
    // Paths, uploads, the last-parsed copy and the journal of an export are of one machine.
    place: 'server',
    provenAgainst: ['itself'],
    defaults: {
      up: {
        mapping: {
          department: sameNames('department'),
          person: [...sameNames('person', ['userName']), ...userName],
        },
        correlation: {
          department: [{ attribute: 'code' }],
          person: [{ attribute: 'employeeNumber' }, { attribute: 'email' }],
        },
      },
      down: {
        // Sensitive values leave only when an administrator says so.
        mapping: {
          department: sameNames('department'),
          person: sameNames('person', sensitive),
          group: sameNames('group'),
        },
        correlation: {
          department: [{ attribute: 'code' }],
          person: [{ attribute: 'employeeNumber' }, { attribute: 'email' }],
          group: [{ attribute: 'code' }],
        },
      },
    },
  },
  open: async (context) => (context.config.use === 'write' ? openTarget(context) : openSource(context)),
});

const own = (config: FileConfig) => ({
  person: Object.keys(config.columns),
  department: Object.keys(config.departmentColumns),
});

function openSource(context: ConnectionContext<FileConfig>): Connection<FilePart> {
  const source = createSource(context);
  return {
    describe: async () => ({ types: typesWith(readTypes, own(context.config)) }),
    check: async () => checkSource(context, await source.range()),
    table: (request) => viewTable(context.config, request),
    read: source.read,
    get: source.get,
    close: source.close,
  };
}

function openTarget(context: ConnectionContext<FileConfig>): Connection<FilePart> {
  const target = createTarget(context);
  return {
    ...target,
    // Rows of an export are known by our own id.
    describe: async () => ({
      types: typesWith(writtenTypes, own(context.config)),
      facts: { ...file.manifest.facts, stableIds: true },
    }),
    check: async (request) => {
      const foreign = await foreignFiles(context.config, exportFolder(context.folder));
      if (request.probeWrite && foreign.length === 0) await probeFolder(context.config);
      return checkTarget(context.config, request, foreign);
    },
  };
}
