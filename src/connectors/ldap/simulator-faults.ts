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
      const { fault } = one.dial;
      if ((fault === 'refuse-connection') !== (request === 'connect')) continue;
      // Only a write can be refused as one or lose its answer in a way that matters; a sign-in is no token to lose.
      const on = one.dial.on ?? (fault === 'lose-answer' || fault === 'refuse-write' ? 'write' : 'any');
      if (request !== 'connect' && on !== 'any' && on !== request) continue;
      if (fault === 'expire-token' && request === 'other') continue;
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
