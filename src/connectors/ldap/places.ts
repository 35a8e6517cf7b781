// Where an entry stands now: entryUUID → DN, asked in batches and remembered until something moves, by us or by another worker.
import type { ObjectTypeId } from '../../core/model.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { EntryShape } from './ber.ts';
import { listOf, type Client } from './client.ts';
import { dnKey, isWithin, rebaseDn } from './dn.ts';
import type { Elsewhere } from './elsewhere.ts';
import { any, equals, foreignDn, isId, type Layout } from './layout.ts';
import { idOf } from './references.ts';

export interface Place {
  readonly dn: string;
  /** For groups that list user names. */
  readonly uid: string | undefined;
  /** flat: what people call this department by. */
  readonly name: string | undefined;
}

interface Waiting {
  resolve(place: Place | undefined): void;
  reject(error: unknown): void;
}

const BATCH = 200;
const REMEMBERED = 50_000;

export class Places {
  private readonly client: Client;
  private readonly layout: Layout;
  private readonly known = new Map<string, Place>();
  /** By signal, so that one cancelled run does not fail another. */
  private readonly waiting = new Map<AbortSignal, Map<string, Waiting[]>>();
  private readonly elsewhere: Elsewhere;
  private changes = 0;

  constructor(client: Client, layout: Layout, elsewhere: Elsewhere) {
    this.client = client;
    this.layout = layout;
    this.elsewhere = elsewhere;
  }

  /** How often a name has changed so far, for `settle`. */
  get moves(): number {
    return this.changes;
  }

  /**
   * For a write that named entries: once it is answered, `again` compares their names with those of now. Not called when nothing has moved
   * since before they were asked for; repeated when something moves meanwhile. A move that is answered later finds what was written.
   */
  async settle(since: number, again: () => Promise<void>): Promise<void> {
    await this.minded();
    for (let at = since; at !== this.changes; await this.minded()) {
      at = this.changes;
      await again();
    }
  }

  /** Another worker has renamed something: what we remember may be the name of another entry by now. */
  private async minded(): Promise<void> {
    if (!(await this.elsewhere.look())) return;
    this.changes++;
    this.known.clear();
  }

  /** Questions of the same moment, also those of parallel writes, become one search. */
  async find(id: string, signal: AbortSignal): Promise<Place | undefined> {
    const foreign = foreignDn(id);
    if (foreign !== undefined) return { dn: foreign, uid: undefined, name: undefined };
    if (!isId(id)) return undefined;
    if (this.known.size > 0) await this.minded();
    const known = this.known.get(id);
    if (known) return known;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      let asked = this.waiting.get(signal);
      if (!asked) {
        this.waiting.set(signal, (asked = new Map()));
        setImmediate(() => void this.flush(signal));
      }
      const others = asked.get(id);
      if (others) others.push({ resolve, reject });
      else asked.set(id, [{ resolve, reject }]);
    });
  }

  private async flush(signal: AbortSignal): Promise<void> {
    const asked = this.waiting.get(signal) ?? new Map<string, Waiting[]>();
    this.waiting.delete(signal);
    const { config } = this.layout;
    const shape = new EntryShape(['entryUUID', 'uid', config.departmentKey]);
    const ids = [...asked.keys()];
    for (let at = 0; at < ids.length; at += BATCH) {
      const batch = ids.slice(at, at + BATCH);
      try {
        const filter = any(batch.map((id) => equals('entryUUID', id)));
        const found = new Map<string, Place>();
        const before = this.changes;
        for (const entry of await this.client.search({ base: config.base, scope: 'sub', filter, shape }, signal)) {
          const id = idOf(entry);
          if (id !== undefined) found.set(id, { dn: entry.dn, uid: listOf(entry.values[1])[0], name: listOf(entry.values[2])[0] });
        }
        // Something moved while the answer was on its way: it may be an old one, and is not remembered.
        if (before === this.changes) for (const [id, place] of found) this.learn(id, place);
        for (const id of batch) for (const one of asked.get(id)!) one.resolve(found.get(id));
      } catch (error) {
        for (const id of batch) for (const one of asked.get(id)!) one.reject(error);
      }
    }
  }

  /** The entry to be written; throws `not-found`. */
  async require(type: ObjectTypeId, id: string, signal: AbortSignal): Promise<Place> {
    const place = isId(id) ? await this.find(id, signal) : undefined;
    if (place) return place;
    throw new ConnectorError('not-found', {
      en: `There is no ${type} with the entryUUID ${id} below the base, or this account may not see it.`,
      zh: `根 DN 之下没有 entryUUID 为 ${id} 的对象，或该账号无权查看。`,
    });
  }

  /** The entry something shall point to or lie in; throws `conflict`. */
  async requireFarEnd(what: string, id: string, signal: AbortSignal): Promise<Place> {
    const place = await this.find(id, signal);
    if (place) return place;
    throw new ConnectorError('conflict', {
      en: `The entry that "${what}" shall point to does not exist any more (${id}).`,
      zh: `“${what}”所指向的条目已不存在（${id}）。`,
    });
  }

  learn(id: string, place: Place): void {
    if (this.known.size >= REMEMBERED) {
      const [oldest] = this.known.keys();
      this.known.delete(oldest!);
    }
    this.known.set(id, place);
  }

  /** What references say of this entry, other than where it stands, is another text now. */
  async renamed(id: string): Promise<void> {
    this.forget(id);
    await this.elsewhere.tell();
  }

  forget(id: string): void {
    this.changes++;
    this.known.delete(id);
  }

  /** This name, and all below it, may not be what we think. */
  forgetBelow(dn: string): void {
    const key = dnKey(dn);
    for (const [id, place] of this.known) if (isWithin(dnKey(place.dn), key)) this.known.delete(id);
  }

  /** An entry moved, and with it everything below. Resolves when every other worker can know. */
  async moved(from: string, to: string): Promise<void> {
    this.changes++;
    const fromKey = dnKey(from);
    for (const [id, place] of this.known) {
      if (isWithin(dnKey(place.dn), fromKey)) this.known.set(id, { ...place, dn: rebaseDn(place.dn, from, to) });
    }
    await this.elsewhere.tell();
  }
}
