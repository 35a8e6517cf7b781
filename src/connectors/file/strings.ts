// The shared strings of a workbook, kept as bytes: a hundred thousand people fit into a few megabytes.
import { damaged } from './zip.ts';

export interface StringTable {
  add(text: string): void;
  get(index: number): string | undefined;
}

export function createStringTable(where: string, maxBytes: number): StringTable {
  let bytes = Buffer.alloc(64 * 1024);
  let starts = new Float64Array(4096);
  let count = 0;
  let used = 0;
  return {
    add(text) {
      const length = Buffer.byteLength(text);
      if (used + length > maxBytes) throw damaged(where, 'shared strings too large');
      if (used + length > bytes.length) {
        const larger = Buffer.alloc(Math.max(bytes.length * 2, used + length));
        bytes.copy(larger, 0, 0, used);
        bytes = larger;
      }
      if (count + 2 > starts.length) {
        const larger = new Float64Array(starts.length * 2);
        larger.set(starts);
        starts = larger;
      }
      bytes.write(text, used);
      starts[count++] = used;
      used += length;
      starts[count] = used;
    },
    get: (index) => (index >= 0 && index < count ? bytes.toString('utf8', starts[index]!, starts[index + 1]!) : undefined),
  };
}
