// A new master key takes over while everything goes on. Why nothing is lost on the way: docs/decisions/0045-a-new-key-while-runs-go-on.md
import { setImmediate as turn } from 'node:timers/promises';
import type { Label } from '../../core/model.ts';
import { audit } from '../../store/audit.ts';
import type { Reader } from '../../store/database.ts';
import { getSetting, putSetting } from '../../store/jobs.ts';
import { lookedAt, noteLooked } from '../../store/notices.ts';
import { rewrapAll } from '../../store/rewrap.ts';
import { BATCH, batchOf, type EngineOptions } from '../context.ts';
import { CommandError } from '../engine.ts';
import { keyIdOf, sealedPrefix } from '../sealing.ts';
import { parseJson } from '../shapes.ts';
import { renewed } from './fence.ts';
import type { TakenOver } from './keeper.ts';

/** The setting that holds the id of the key of an installation. */
export const KEY = 'key';
/** … and the one that says which other key has begun to take over, and who asked for that. Empty: none. */
export const NEXT_KEY = 'key.next';

export interface Pending {
  readonly id: string;
  readonly by: string;
}

export const pendingKey = async (reader: Reader): Promise<Pending | null> =>
  parseJson<Pending | null>((await getSetting(reader, NEXT_KEY)) || null, null);

export interface Rotation extends TakenOver {
  readonly from: string;
  readonly to: string;
  /** Rows that were written anew. */
  readonly rows: number;
}

interface UnderWay {
  rows: number;
}
/** By the sealer, of which there is one for each open store. */
const underWay = new WeakMap<object, UnderWay>();

/** How many rows a rotation that is under way has written so far; null: none is. */
export const rotating = ({ sealer }: EngineOptions): number | null => underWay.get(sealer)?.rows ?? null;

const refused = (label: Label): CommandError => new CommandError(label.en, label.zh, { code: 'conflict' });

export async function rotateKey(options: EngineOptions, actor: string): Promise<Rotation> {
  const { sealer, keys } = options;
  if (!keys)
    throw refused({
      en: 'This program does not know where its master key lies: only a server or the command line on it can make a new one.',
      zh: '此程序不知道主密钥的位置：只有服务或其所在机器上的命令行可以生成新密钥。',
    });
  if (underWay.has(sealer))
    throw refused({
      en: 'A new master key is taking over just now. Wait until it has.',
      zh: '正在轮换主密钥，请等待其完成。',
    });
  const state: UnderWay = { rows: 0 };
  underWay.set(sealer, state);
  try {
    return await rotate(options, keys, actor, state);
  } finally {
    underWay.delete(sealer);
  }
}

async function rotate(options: EngineOptions, keys: NonNullable<EngineOptions['keys']>, actor: string, state: UnderWay): Promise<Rotation> {
  const { database, sealer, clock, probe } = options;
  const obstacle = await keys.obstacle();
  if (obstacle) throw refused(obstacle);
  const pending = await pendingKey(database);
  const from = (await getSetting(database, KEY)) ?? sealer.keyId;
  let next = keys.next(pending?.id ?? null);
  if (keyIdOf(next) === from) {
    // It has settled before, and its file could not be moved then.
    const { warning } = keys.takeOver(from, from);
    if (warning) throw refused(warning);
    next = keys.next(null);
  }
  const to = keyIdOf(next);
  probe?.('key:made');
  await database.write((transaction) => putSetting(transaction, NEXT_KEY, JSON.stringify({ id: to, by: actor } satisfies Pending)));
  // Whoever has opened the store meanwhile is seen now; whoever does from now on finds what was just written, and refuses.
  const late = await keys.obstacle();
  if (late) {
    if (!pending) {
      await database.write((transaction) => putSetting(transaction, NEXT_KEY, ''));
      keys.forget(to);
    }
    throw refused(late);
  }
  probe?.('key:noted');
  // Inside a write transaction no other one is open: what was written before is committed, what comes after passes the fence.
  await database.write(async () => sealer.take(next));
  probe?.('key:taken');
  // A second walk finds what may have moved behind the first.
  for (;;) {
    const rows = await sealAnew(options, state);
    if (rows === 0) break;
  }
  probe?.('key:sealed');
  await database.write(async (transaction) => {
    await putSetting(transaction, KEY, to);
    await putSetting(transaction, NEXT_KEY, '');
    await audit(transaction, { at: clock.now(), actor, action: 'key.rotate', subject: 'key', before: from, after: to });
  });
  probe?.('key:settled');
  return { from, to, rows: state.rows, ...keys.takeOver(from, to) };
}

/** Whatever another key than the present one has sealed. Returns how many rows were written. */
async function sealAnew(options: EngineOptions, state: UnderWay = { rows: 0 }): Promise<number> {
  const { database, sealer, probe } = options;
  return rewrapAll(
    database,
    sealer.others.map((id) => sealedPrefix(id)),
    (text) => renewed(sealer, text),
    {
      piece: () => batchOf({ engine: options }, BATCH),
      async breathe(written) {
        state.rows += written;
        if (written > 0) probe?.('key:piece');
        await turn();
      },
    },
  );
}

const DAY_MS = 86_400_000;
/** What is noted when the store was last looked through for what an older key has sealed. */
const LOOKED = 'keys';

/**
 * A rotation that was cut off goes on. And once a day, while older keys are at hand: what one of them has sealed nevertheless (a process on
 * another machine that was cut off from the database while the key changed, say) is sealed anew.
 */
export async function tendKeys(options: EngineOptions): Promise<void> {
  const { database, sealer, keys, clock, log } = options;
  if (!keys || sealer.others.length === 0 || underWay.has(sealer)) return;
  const pending = await pendingKey(database);
  if (pending) {
    if (await keys.obstacle()) return;
    const { from, to, rows, warning } = await rotateKey(options, pending.by);
    log('key-rotated', { from, to, rows, ...(warning ? { warning: warning.en } : {}) });
    return;
  }
  const now = clock.now();
  if (now - ((await lookedAt(database, LOOKED)) ?? 0) < DAY_MS) return;
  const rows = await sealAnew(options);
  if (rows > 0) log('sealed-anew', { rows, key: sealer.keyId });
  await database.write((transaction) => noteLooked(transaction, LOOKED, now));
}
