// Faults a test dials: which of the coming requests goes wrong, and how.
import type { FaultDial } from '../../connector-kit/contract.ts';

interface Dialled {
  readonly dial: FaultDial;
  /** Matching requests still to pass unharmed. */
  wait: number;
  left: number;
}

export class Faults {
  private dialled: Dialled[] = [];

  add(dial: FaultDial): void {
    this.dialled.push({ dial, wait: dial.at ?? 0, left: dial.times ?? 1 });
  }

  /** The fault of this request, if any; `connect` only meets refusals. */
  next(request: 'connect' | 'read' | 'write' | 'other'): FaultDial | undefined {
    let hit: FaultDial | undefined;
    for (const one of this.dialled) {
      const { fault, on = 'any' } = one.dial;
      if ((fault === 'refuse-connection') !== (request === 'connect')) continue;
      // Some faults have a meaning for one kind of request only.
      const only = fault === 'lose-answer' || fault === 'refuse-write' ? 'write' : fault === 'expire-token' && request === 'other' ? 'none' : on;
      if (request !== 'connect' && only !== 'any' && only !== request) continue;
      if (one.wait > 0) {
        one.wait--;
        continue;
      }
      if (hit) continue;
      one.left--;
      hit = one.dial;
    }
    this.dialled = this.dialled.filter(({ left }) => left > 0);
    return hit;
  }
}
