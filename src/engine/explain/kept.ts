// A state that somebody has decided by hand against the word of the sources: closing a person, or taking a run back.
import { LIFECYCLE } from '../../core/directory-types.ts';
import type { Label, Value } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import type { ObjectRow } from '../../store/directory.ts';
import type { PinRow } from '../../store/pins.ts';
import { getRun } from '../../store/runs.ts';
import { parseJson } from '../shapes.ts';
import { wordOf } from '../words.ts';

export interface Kept {
  readonly run: number;
  readonly by: string;
  readonly at: number;
  /** close: everything of the person was closed · undo: a run was taken back */
  readonly cause: string;
  /** What the sources say meanwhile. */
  readonly against: string;
}

/** Null: it is as the sources say. */
export async function keptBy(reader: Reader, object: Pick<ObjectRow, 'lifecycle'>, pins: readonly PinRow[]): Promise<Kept | null> {
  const pin = pins.find(
    (one) => one.connection === 'directory' && one.subject === LIFECYCLE && parseJson<Value | null>(one.keep, null) === object.lifecycle,
  );
  if (!pin) return null;
  const run = Number(pin.run);
  const cause = (await getRun(reader, run))?.cause ?? 'undo';
  return { run, by: pin.by_whom, at: Number(pin.at), cause, against: String(parseJson<Value | null>(pin.undone, null)) };
}

export function keptWords({ run, by, cause, against }: Kept, lifecycle: string): Label {
  const [is, says] = [wordOf.lifecycle(lifecycle), wordOf.lifecycle(against)];
  return cause === 'close'
    ? {
        en: `closed by hand by ${by} (run ${run}): stays ${is.en}, although the sources say ${says.en}, until that is taken back`,
        zh: `由 ${by} 手工关闭（执行 ${run}）：虽然源系统为${says.zh}，仍保持${is.zh}，直至撤销`,
      }
    : {
        en: `${by} took a run back (run ${run}): stays ${is.en}, although the sources say ${says.en}, until they say something else`,
        zh: `由 ${by} 撤销执行而来（执行 ${run}）：虽然源系统为${says.zh}，仍保持${is.zh}，直至源系统改变`,
      };
}
