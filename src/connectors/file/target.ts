// Writing: each change is a line in the journal, on disk before it is answered; `finish` turns them into files.
import { join } from 'node:path';
import type {
  ChangedParts,
  ConnectionContext,
  DesiredObject,
  Found,
  GetAnswer,
  GetReport,
  GetRequest,
  MemberChange,
  ReadEvent,
  ReadRequest,
  Removed,
  Write,
  WriteRequest,
  WriteResult,
  Written,
} from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { EndpointObject, ObjectKey, Value } from '../../core/model.ts';
import { assertAcceptable, taken } from './acceptance.ts';
import { batchStep } from './batch.ts';
import { DIRECTORY_ID, typeOf } from './catalogue.ts';
import { findIn } from './find.ts';
import { isPart, noPart, RANGE_OF_EXPORT } from './check.ts';
import type { FileConfig, FilePart } from './config.ts';
import { writeExport } from './export.ts';
import { openSeal } from './seal.ts';
import { type Entry, type ExportState, openState } from './state.ts';
import { excerpt, say } from './text.ts';

const BATCH = 500;
/** A file shows everything that it holds. */
const visible = { attributes: 'all', range: RANGE_OF_EXPORT } as const;

type Request = WriteRequest<FilePart>;

export interface FileTarget {
  read(type: string, request: ReadRequest<FilePart>): AsyncGenerator<ReadEvent>;
  get(type: string, ids: readonly string[], request: GetRequest<FilePart>): Promise<GetReport>;
  find(type: string, attribute: string, values: readonly Value[], request: GetRequest<FilePart>): Promise<readonly Found[]>;
  create(type: string, desired: DesiredObject, request: Request): Promise<Written>;
  update(type: string, id: string, changed: ChangedParts, whole: DesiredObject, request: Request): Promise<Written>;
  disable(type: string, id: string, request: Request): Promise<Written>;
  enable(type: string, id: string, request: Request): Promise<Written>;
  remove(type: string, id: string, request: Request): Promise<Removed>;
  changeMembers(owner: ObjectKey, relation: string, change: MemberChange, request: Request): Promise<void>;
  batch(writes: readonly Write[], request: Request): Promise<readonly WriteResult[]>;
  finish(request: Request): Promise<void>;
  close(): Promise<void>;
}

export const exportFolder = (folder: string): string => join(folder, 'export');

export function createTarget(context: ConnectionContext<FileConfig>): FileTarget {
  let opening: Promise<ExportState> | null = null;
  /** The state, for a call that was not cancelled and is about the whole of it. */
  const opened = ({ part, signal }: { readonly part?: FilePart; readonly signal: AbortSignal }): Promise<ExportState> => {
    signal.throwIfAborted();
    if (isPart(part)) throw new ConnectorError('config', noPart.message);
    return (opening ??= openSeal(context.memory).then((seal) => openState(exportFolder(context.folder), seal)));
  };

  const apply = async (state: ExportState, write: Write): Promise<{ entry: Entry | null; written: Written; removed?: Removed }> => {
    switch (write.kind) {
      case 'create':
        return created(state, write.type, write.desired);
      case 'update': {
        const object = await mustExist(state, write.type, write.id);
        await assertAcceptable(state, write.type, write.id, write.changed.attributes, false);
        return { entry: put(write.type, changedObject(object, write.changed)), written: { id: write.id } };
      }
      case 'disable':
      case 'enable': {
        const object = await mustExist(state, write.type, write.id);
        return { entry: put(write.type, { ...object, enabled: write.kind === 'enable' }), written: { id: write.id } };
      }
      case 'remove': {
        const snapshot = await state.get(write.type, write.id);
        const entry = snapshot === null ? null : ({ op: 'remove', type: write.type, id: write.id } as const);
        return { entry, written: { id: write.id }, removed: { snapshot } };
      }
    }
  };
  const one = async (write: Write, request: Request): Promise<{ written: Written; removed?: Removed }> => {
    const state = await opened(request);
    state.noteSensitive(write.type, request.sensitive ?? []);
    const done = await apply(state, write);
    if (done.entry) await state.append([done.entry]);
    return done;
  };

  return {
    async *read(type, request) {
      const state = await opened(request);
      let objects: EndpointObject[] = [];
      for await (const object of state.all(type)) {
        objects.push(shown(object, request));
        if (objects.length < BATCH) continue;
        request.signal.throwIfAborted();
        yield { kind: 'objects', objects };
        objects = [];
      }
      request.signal.throwIfAborted();
      if (objects.length > 0) yield { kind: 'objects', objects };
      yield { kind: 'end', complete: true, visible };
    },
    async get(type, ids, request) {
      const state = await opened(request);
      const answers = new Map<string, GetAnswer>();
      for (const id of ids) {
        const object = await state.get(type, id);
        answers.set(
          id,
          object ? { state: 'found', object: shown(object, request), ...(request.part ? { inPart: true } : {}) } : { state: 'gone' },
        );
      }
      return { answers, visible };
    },
    find: async (type, attribute, values, request) => findIn(await opened(request), type, attribute, values),
    create: async (type, desired, request) => (await one({ kind: 'create', type, desired }, request)).written,
    update: async (type, id, changed, desired, request) => (await one({ kind: 'update', type, id, changed, desired }, request)).written,
    disable: async (type, id, request) => (await one({ kind: 'disable', type, id }, request)).written,
    enable: async (type, id, request) => (await one({ kind: 'enable', type, id }, request)).written,
    remove: async (type, id, request) => (await one({ kind: 'remove', type, id }, request)).removed!,
    async changeMembers(owner, relation, change, request) {
      const state = await opened(request);
      await mustExist(state, owner.type, owner.id);
      if (change.add.length + change.remove.length === 0) return;
      await state.append([{ op: 'edges', type: owner.type, id: owner.id, relation, add: change.add, remove: change.remove }]);
    },
    async batch(writes, request) {
      const state = await opened(request);
      const results: WriteResult[] = [];
      const waiting: Entry[] = [];
      const step = batchStep();
      const endStep = async (): Promise<void> => {
        await state.append(waiting.splice(0));
        step.end();
      };
      for (const write of writes) {
        request.signal.throwIfAborted();
        state.noteSensitive(write.type, request.sensitive ?? []);
        if (step.mustEndBefore(write)) await endStep();
        try {
          const { entry, ...done } = await apply(state, write);
          if (entry) waiting.push(entry);
          step.note(write, done.written.id);
          results.push({ ok: true, ...done });
        } catch (error) {
          results.push({ ok: false, error });
        }
      }
      await endStep();
      return results;
    },
    async finish(request) {
      const state = await opened(request);
      // First the state, then the files that show it: after a crash in between they differ, and are written again.
      await state.compact();
      const outcome = await writeExport(state, context.config, exportFolder(context.folder), request.signal);
      context.log('file.exported', { outcome });
    },
    async close() {
      await (await opening)?.close();
      opening = null;
    },
  };
}

const put = (type: string, object: EndpointObject): Entry => ({ op: 'put', type, object });

async function created(state: ExportState, type: string, desired: DesiredObject): Promise<{ entry: Entry; written: Written }> {
  if (!typeOf(type))
    throw new ConnectorError('unsupported', say(`Files hold no objects of type ${type}.`, `文件不含类型为 ${type} 的对象。`));
  const id = desired.directoryId;
  if (await state.get(type, id)) throw taken(type, id);
  await assertAcceptable(state, type, id, desired.attributes, true);
  const object: EndpointObject = {
    id,
    attributes: { ...desired.attributes, [DIRECTORY_ID]: id },
    edges: emptyEdges(type, desired.edges),
    ...(type === 'person' ? { enabled: desired.enabled } : {}),
  };
  return { entry: put(type, object), written: { id } };
}

/** In a file nothing is hidden: a relation without edges is known to be empty. */
const emptyEdges = (type: string, edges: DesiredObject['edges']): DesiredObject['edges'] => ({
  ...Object.fromEntries(typeOf(type)!.relations.map((relation) => [relation.name, []])),
  ...edges,
});

const changedObject = (object: EndpointObject, changed: ChangedParts): EndpointObject => ({
  ...object,
  attributes: { ...object.attributes, ...changed.attributes },
  edges: { ...object.edges, ...changed.edges },
});

async function mustExist(state: ExportState, type: string, id: string): Promise<EndpointObject> {
  const object = await state.get(type, id);
  if (object) return object;
  throw new ConnectorError('not-found', say(`The export holds no ${type} ${excerpt(id)}.`, `导出中没有 ${type} ${excerpt(id)}。`));
}

/** What was asked for; a column that was never filled is empty. */
function shown(object: EndpointObject, wanted: Pick<ReadRequest<FilePart>, 'attributes' | 'relations'>): EndpointObject {
  const edges = Object.entries(object.edges ?? {}).filter(([relation]) => wanted.relations.includes(relation));
  return {
    ...object,
    attributes: Object.fromEntries(wanted.attributes.map((name) => [name, object.attributes[name] ?? null])),
    edges: Object.fromEntries(edges),
  };
}
