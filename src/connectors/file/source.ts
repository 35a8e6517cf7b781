// Reading: every answer comes from the last completely parsed copy, so a half-written file never looks like a short list.
import type { ConnectionContext, GetAnswer, GetReport, GetRequest, ReadEvent, ReadRequest } from '../../connector-kit/contract.ts';
import type { Visible } from '../../connector-kit/visible.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { EndpointObject, Label } from '../../core/model.ts';
import { isSensitive } from './catalogue.ts';
import type { FileConfig, FilePart } from './config.ts';
import type { Copy, CopiedType, StoredObject, StoredProblem } from './copy.ts';
import { endOf, readLines } from './object-file.ts';
import { createRefresher } from './refresh.ts';
import { openSeal, type Seal } from './seal.ts';
import { excerpt, say } from './text.ts';

const BATCH = 500;

export interface FileSource {
  read(type: string, request: ReadRequest<FilePart>): AsyncGenerator<ReadEvent>;
  get(type: string, ids: readonly string[], request: GetRequest<FilePart>): Promise<GetReport>;
  /** Fingerprint of what the last copy could see. */
  range(): Promise<string | undefined>;
  close(): Promise<void>;
}

type Wanted = Pick<ReadRequest<FilePart>, 'attributes' | 'relations'>;

export function createSource(context: ConnectionContext<FileConfig>): FileSource {
  let sealing: Promise<Seal> | null = null;
  const openKey = (): Promise<Seal> => (sealing ??= openSeal(context.memory));
  const refresher = createRefresher(context, openKey);
  return {
    async *read(type, request) {
      if (!isCopied(type)) {
        yield { kind: 'end', complete: false, reason: noType(type), visible: { attributes: [], range: 'none' } };
        return;
      }
      // A resumed read goes on in the copy that it began in; only if that one is gone it begins again.
      const resumed = request.checkpoint === undefined ? null : await refresher.current();
      const [copyId, offset] = (request.checkpoint ?? '').split('@');
      const resumes = resumed !== null && resumed.facts.id === copyId;
      const copy = resumes ? resumed : await refresher.refresh(request.signal);
      await partMustExist(copy, request.part);
      yield* readCopy(copy, type, request, await openKey(), resumes ? Number(offset) : 0, context.config);
    },
    async get(type, ids, request) {
      const copy = await refresher.current();
      const answers = new Map<string, GetAnswer>();
      const found = copy && isCopied(type) ? await copy.find(type, ids) : new Map<string, StoredObject>();
      request.signal.throwIfAborted();
      if (copy) await partMustExist(copy, request.part);
      for (const id of ids) answers.set(id, await answer(copy, type, id, found.get(id), request, await openKey(), context.config));
      return { answers, visible: copy && isCopied(type) ? visibleOf(copy, type) : { attributes: [], range: 'none' } };
    },
    async range() {
      return (await refresher.current())?.facts.range.person;
    },
    close: () => refresher.close(),
  };
}

const isCopied = (type: string): type is CopiedType => type === 'person' || type === 'department';

const visibleOf = (copy: Copy, type: CopiedType): Visible => ({
  attributes: copy.facts.visible[type],
  range: copy.facts.range[type],
});

/** A department that was renamed or mistyped must not look like one that everybody has left. */
async function partMustExist(copy: Copy, part: FilePart | undefined): Promise<void> {
  const top = part?.under;
  if (top === undefined || top === '' || (await copy.find('department', [top])).has(top)) return;
  throw new ConnectorError(
    'config',
    say(
      `The list has no department "${excerpt(top)}", so nothing was read below it and nobody is taken as gone. Correct "only below this department".`,
      `名单中没有部门“${excerpt(top)}”，未读取任何内容，也不会认为任何人离开。请更正“仅此部门及下级”。`,
    ),
  );
}

async function* readCopy(
  copy: Copy,
  type: CopiedType,
  request: ReadRequest<FilePart>,
  seal: Seal,
  from: number,
  config: FileConfig,
): AsyncGenerator<ReadEvent> {
  // Before the objects: a person of whom one cell is unreadable is listed, and still delivered with the rest.
  for await (const problem of problemsOf(copy, type))
    yield { kind: 'unreadable', id: problem.id, where: problem.where, reason: problem.reason };
  let objects: EndpointObject[] = [];
  let end = from;
  for await (const line of readLines(copy.path(type), from)) {
    const stored = JSON.parse(line.text) as StoredObject;
    end = endOf(line.place);
    const belongs = await belongsTo(copy, type, stored, request.part);
    if (belongs === 'unknown') yield { kind: 'unreadable', id: stored.id, where: stored.id, reason: noPlace() };
    if (belongs === 'yes') objects.push(shown(stored, type, request, seal));
    if (objects.length < BATCH) continue;
    request.signal.throwIfAborted();
    yield { kind: 'objects', objects };
    yield { kind: 'checkpoint', checkpoint: `${copy.facts.id}@${end}` };
    objects = [];
  }
  request.signal.throwIfAborted();
  if (objects.length > 0) yield { kind: 'objects', objects };
  const reason = whyIncomplete(copy, type, config);
  yield { kind: 'end', complete: reason === null, ...(reason ? { reason } : {}), visible: visibleOf(copy, type) };
}

async function* problemsOf(copy: Copy, type: CopiedType): AsyncGenerator<StoredProblem> {
  if (copy.facts.counts.problems === 0) return;
  for await (const line of readLines(copy.path('problems'))) {
    const problem = JSON.parse(line.text) as StoredProblem;
    if (problem.type === type) yield problem;
  }
}

function whyIncomplete(copy: Copy, type: CopiedType, config: FileConfig): Label | null {
  if (type === 'department' && copy.facts.from === 'none') {
    return say('The file has no departments: nothing follows for those that exist.', '文件不含部门：对现有部门不作任何推断。');
  }
  if (config.mode === 'changes')
    return say('The file holds changes only: who is not in it stays as is.', '文件仅含变更：未列出的保持不变。');
  const { count, first } = copy.facts.hidden[type];
  if (count === 0) return null;
  return say(
    `${count} rows have no readable key (${first.join(', ')}), so it cannot be told who is missing. Mend them; until then nobody counts as gone.`,
    `${count} 行的主键无法读取（${first.join('、')}），无法判断谁已离开。请修正；在此之前不会认为任何人离开。`,
  );
}

const noType = (type: string): Label => say(`Files hold no objects of type ${type}.`, `文件不含类型为 ${type} 的对象。`);
const noPlace = (): Label =>
  say('the department cannot be read, so whether it belongs to this part is unknown', '部门无法读取，无法判断是否属于此范围');

/** Only what was asked for; sealed values are opened only then. */
function shown(stored: StoredObject, type: CopiedType, wanted: Wanted, seal: Seal): EndpointObject {
  const opened = stored.sealed !== undefined && wanted.attributes.some((name) => isSensitive(type, name)) ? seal.open(stored.sealed) : {};
  const all = { ...stored.attributes, ...opened };
  const attributes = Object.fromEntries(wanted.attributes.filter((name) => name in all).map((name) => [name, all[name]!] as const));
  const edges = Object.entries(stored.edges ?? {}).filter(([relation]) => wanted.relations.includes(relation));
  return { id: stored.id, attributes, ...(edges.length > 0 ? { edges: Object.fromEntries(edges) } : {}) };
}

async function belongsTo(
  copy: Copy,
  type: CopiedType,
  stored: StoredObject,
  part: FilePart | undefined,
): Promise<'yes' | 'no' | 'unknown'> {
  const top = part?.under;
  if (top === undefined || top === '') return 'yes';
  if (type === 'department') return (await copy.isUnder(stored.id, top)) ? 'yes' : 'no';
  if (!stored.edges?.membership) return 'unknown';
  for (const edge of stored.edges.membership) if (await copy.isUnder(edge.to.id, top)) return 'yes';
  return 'no';
}

async function answer(
  copy: Copy | null,
  type: string,
  id: string,
  stored: StoredObject | undefined,
  request: GetRequest<FilePart>,
  seal: Seal,
  config: FileConfig,
): Promise<GetAnswer> {
  if (!isCopied(type)) return { state: 'unknown', reason: noType(type) };
  if (!copy)
    return {
      state: 'unknown',
      reason: say('No file was read completely with these settings yet.', '尚未以当前设置完整读取过文件。'),
    };
  if (stored) {
    const inPart = request.part === undefined ? undefined : (await belongsTo(copy, type, stored, request.part)) === 'yes';
    return { state: 'found', object: shown(stored, type, request, seal), ...(inPart === undefined ? {} : { inPart }) };
  }
  if (await copy.isProblem(type, id)) return { state: 'unknown', reason: say('Its row cannot be read.', '其所在行无法读取。') };
  const incomplete = whyIncomplete(copy, type, config);
  return incomplete ? { state: 'unknown', reason: incomplete } : { state: 'gone' };
}
