// A connector whose calls pass through a test first: to be slow, to fail, to be counted, to be read from a checkpoint.
import type { Connection, Connector, Limits, ReadEvent, ReadRequest } from '../../src/connector-kit/contract.ts';

export interface Hooks {
  /** Before a write is done; may wait or throw. */
  readonly beforeWrite?: (what: string, type: string, id: string | null, signal: AbortSignal) => void | Promise<void>;
  /** The write is done; its answer is held back or replaced by an error. */
  readonly afterWrite?: (what: string, type: string, id: string, signal: AbortSignal) => void | Promise<void>;
  readonly beforePage?: (type: string, at: number, signal: AbortSignal) => void | Promise<void>;
  readonly beforeGet?: (type: string, ids: readonly string[], signal: AbortSignal) => void | Promise<void>;
  /** Whether `check` says that the system is there. */
  readonly reachable?: () => boolean;
  /** Pages end with a checkpoint, and a read resumes there. */
  readonly checkpoints?: boolean;
  readonly limits?: Partial<Limits>;
}

export function hooked(connector: Connector, hooks: Hooks): Connector {
  return {
    ...connector,
    manifest: { ...connector.manifest, limits: { ...connector.manifest.limits, ...hooks.limits } },
    open: async (context) => wrap(await connector.open(context), hooks),
  };
}

function wrap(connection: Connection, hooks: Hooks): Connection {
  const written = async <T extends { id: string } | unknown>(
    what: string,
    type: string,
    id: string | null,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> => {
    await hooks.beforeWrite?.(what, type, id, signal);
    const result = await work();
    await hooks.afterWrite?.(what, type, id ?? (result as { id: string }).id, signal);
    return result;
  };
  return {
    ...connection,
    check: async (request) => {
      const report = await connection.check(request);
      return hooks.reachable?.() === false
        ? { ...report, findings: report.findings.map((finding) => ({ ...finding, ok: false })) }
        : report;
    },
    read: (type, request) => pages(connection, hooks, type, request),
    get: async (type, ids, request) => {
      await hooks.beforeGet?.(type, ids, request.signal);
      return connection.get!(type, ids, request);
    },
    create: (type, desired, request) => written('create', type, null, request.signal, () => connection.create!(type, desired, request)),
    update: (type, id, changed, whole, request) =>
      written('update', type, id, request.signal, () => connection.update!(type, id, changed, whole, request)),
    disable: (type, id, request) => written('disable', type, id, request.signal, () => connection.disable!(type, id, request)),
    enable: (type, id, request) => written('enable', type, id, request.signal, () => connection.enable!(type, id, request)),
    remove: (type, id, request) => written('remove', type, id, request.signal, () => connection.remove!(type, id, request)),
    changeMembers: (owner, relation, change, request) =>
      written('members', owner.type, owner.id, request.signal, () => connection.changeMembers!(owner, relation, change, request)),
  };
}

async function* pages(connection: Connection, hooks: Hooks, type: string, request: ReadRequest<unknown>): AsyncGenerator<ReadEvent> {
  const from = Number(request.checkpoint ?? 0);
  let at = 0;
  for await (const event of connection.read!(type, request)) {
    if (event.kind !== 'objects') {
      yield event;
      continue;
    }
    at += 1;
    if (at <= from) continue;
    await hooks.beforePage?.(type, at, request.signal);
    yield event;
    if (hooks.checkpoints) yield { kind: 'checkpoint', checkpoint: String(at) };
  }
}

/** A gate that tests open: whoever passes waits until then, or until the signal says to stop. */
export function gate(): { readonly reached: Promise<void>; open(): void; pass(signal?: AbortSignal): Promise<void> } {
  let open = (): void => {};
  let reach = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return {
    reached,
    open,
    pass: (signal) => {
      reach();
      if (!signal) return opened;
      return Promise.race([
        opened,
        new Promise<never>((_, reject) => {
          if (signal.aborted) reject(signal.reason as Error);
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
      ]);
    },
  };
}
