// The fault dials of simulators: which of the coming requests fail, and how.
import type { FaultDial } from './contract.ts';

export class FaultDials {
  private dials: { readonly dial: FaultDial; at: number; times: number }[] = [];

  set(dial: FaultDial): void {
    this.dials.push({ dial, at: dial.at ?? 0, times: dial.times ?? 1 });
  }

  /**
   * Every matching dial counts the request; the first that is due is used up by it. `about` is a request for what the credential is
   * or may do: dials for reads and writes leave it alone.
   */
  next(kind: 'read' | 'write' | 'about'): FaultDial | undefined {
    let due: FaultDial | undefined;
    for (const entry of this.dials) {
      const on = entry.dial.on ?? 'any';
      if (on !== 'any' && on !== kind) continue;
      if (entry.at > 0) entry.at -= 1;
      else if (!due) {
        due = entry.dial;
        entry.times -= 1;
      }
    }
    this.dials = this.dials.filter((entry) => entry.times > 0);
    return due;
  }
}
