// Reading and writing BER, as far as LDAP needs it, in one pass and without copies: this is the hot path of a read.
// @see https://www.rfc-editor.org/rfc/rfc4511#section-5.1

/** Writes nested values into one growing buffer. Constructed lengths take the four byte form, so nothing is moved. */
export class BerOut {
  private buffer: Buffer;
  private at = 0;

  constructor(size = 512) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.at;
  }

  private reserve(more: number): void {
    if (this.at + more <= this.buffer.length) return;
    const next = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + more));
    this.buffer.copy(next, 0, 0, this.at);
    this.buffer = next;
  }

  /** Begins a constructed value; give the result to `close`. */
  open(tag: number): number {
    this.reserve(6);
    this.buffer[this.at] = tag;
    this.buffer[this.at + 1] = 0x84;
    this.at += 6;
    return this.at;
  }

  close(start: number): void {
    this.buffer.writeUInt32BE(this.at - start, start - 4);
  }

  private header(tag: number, length: number): void {
    this.reserve(6 + length);
    this.buffer[this.at++] = tag;
    if (length < 128) {
      this.buffer[this.at++] = length;
    } else {
      this.buffer[this.at++] = 0x84;
      this.at = this.buffer.writeUInt32BE(length, this.at);
    }
  }

  text(value: string, tag = 0x04): void {
    const length = Buffer.byteLength(value);
    this.header(tag, length);
    this.at += this.buffer.write(value, this.at, length, 'utf8');
  }

  bytes(value: Uint8Array, tag = 0x04): void {
    this.header(tag, value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  /** Content that is BER already. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  integer(value: number, tag = 0x02): void {
    const bytes = [value & 0xff];
    for (let rest = value >> 8; rest !== (bytes[0]! & 0x80 ? -1 : 0); rest >>= 8) bytes.unshift(rest & 0xff);
    this.bytes(Uint8Array.from(bytes), tag);
  }

  boolean(value: boolean, tag = 0x01): void {
    this.bytes(Uint8Array.of(value ? 0xff : 0), tag);
  }

  /** What was written; the writer must not be used after it. */
  done(): Buffer {
    return this.buffer.subarray(0, this.at);
  }
}

/** Thrown when bytes are not BER. */
export class BerError extends Error {}

/** Walks over the values of one message. */
export class BerIn {
  readonly buffer: Buffer;
  at: number;
  readonly end: number;

  constructor(buffer: Buffer, at = 0, end = buffer.length) {
    this.buffer = buffer;
    this.at = at;
    this.end = end;
  }

  get more(): boolean {
    return this.at < this.end;
  }

  get tag(): number {
    return this.at < this.end ? this.buffer[this.at]! : -1;
  }

  /** Steps over tag and length; returns the length of the content, which begins at `at` now. */
  enter(tag?: number): number {
    if (tag !== undefined && this.tag !== tag) throw new BerError(`expected tag ${tag.toString(16)}, found ${this.tag.toString(16)}`);
    let length = this.buffer[this.at + 1]!;
    this.at += 2;
    if (length >= 128) {
      let count = length & 0x7f;
      if (count === 0 || count > 4) throw new BerError('length form not allowed');
      for (length = 0; count > 0; count--) length = length * 256 + this.buffer[this.at++]!;
    }
    if (!(this.at + length <= this.end)) throw new BerError('value longer than its message');
    return length;
  }

  /** A reader of the content of the next value, which is stepped over. */
  inside(tag?: number): BerIn {
    const length = this.enter(tag);
    const inner = new BerIn(this.buffer, this.at, this.at + length);
    this.at += length;
    return inner;
  }

  skip(): void {
    const length = this.enter();
    this.at += length;
  }

  text(tag?: number): string {
    const length = this.enter(tag);
    this.at += length;
    return decodeText(this.buffer, this.at - length, this.at);
  }

  bytes(tag?: number): Buffer {
    const length = this.enter(tag);
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  integer(tag?: number): number {
    let length = this.enter(tag);
    let value = this.buffer[this.at]! & 0x80 ? -1 : 0;
    for (; length > 0; length--) value = value * 256 + this.buffer[this.at++]!;
    return value;
  }
}

/** Length of the message that begins at `at`, header included; 0 while too few bytes are there; -1 when it is no message. */
export function messageLength(buffer: Buffer, at: number, available: number): number {
  if (available < 2) return 0;
  if (buffer[at] !== 0x30) return -1;
  const first = buffer[at + 1]!;
  if (first < 128) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4) return -1;
  if (available < 2 + count) return 0;
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + buffer[at + 2 + i]!;
  return 2 + count + length;
}

/** Short plain text, which most values are, is faster through latin1. */
function decodeText(buffer: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    if (buffer[at]! >= 0x80) return buffer.toString('utf8', start, end);
  }
  return buffer.toString('latin1', start, end);
}

/** One entry of a search result; `values` stand in the order of the attributes that were asked for. */
export interface Entry {
  readonly dn: string;
  readonly values: readonly (string | readonly string[] | undefined)[];
  /** Asked attributes whose bytes are not text. */
  readonly unreadable?: readonly number[];
}

/** Which attribute stands where in `Entry.values`. Names are compared without case; options (`;lang-en`) are other attributes. */
export class EntryShape {
  readonly names: readonly string[];
  private readonly places: Map<string, number>;
  /** What stood where in the last entry: a server sends the attributes of like entries in one order. */
  private readonly last: { readonly name: Buffer; readonly place: number }[] = [];

  constructor(names: readonly string[]) {
    this.names = names;
    this.places = new Map(names.flatMap((name, index) => [[name, index] as const, [name.toLowerCase(), index] as const]));
  }

  place(name: string): number {
    const exact = this.places.get(name);
    if (exact !== undefined) return exact;
    const found = this.places.get(name.toLowerCase()) ?? -1;
    this.places.set(name, found);
    return found;
  }

  private placeOf(buffer: Buffer, from: number, to: number, turn: number): number {
    const last = this.last[turn];
    if (last !== undefined && last.name.length === to - from) {
      let at = 0;
      while (at < last.name.length && last.name[at] === buffer[from + at]) at++;
      if (at === last.name.length) return last.place;
    }
    const place = this.place(buffer.toString('latin1', from, to));
    this.last[turn] = { name: Buffer.from(buffer.subarray(from, to)), place };
    return place;
  }

  /** Decodes SearchResultEntry content (LDAPDN, PartialAttributeList). */
  decode(cursor: BerIn): Entry {
    const dn = cursor.text(0x04);
    const values: (string | string[] | undefined)[] = new Array(this.names.length).fill(undefined);
    let unreadable: number[] | undefined;
    const end = cursor.enter(0x30) + cursor.at;
    for (let turn = 0; cursor.at < end; turn++) {
      const attributeEnd = cursor.enter(0x30) + cursor.at;
      const nameLength = cursor.enter(0x04);
      const place = this.placeOf(cursor.buffer, cursor.at, cursor.at + nameLength, turn);
      cursor.at += nameLength;
      if (place >= 0) {
        const setEnd = cursor.enter(0x31) + cursor.at;
        let held: string | string[] | undefined;
        while (cursor.at < setEnd) {
          const value = cursor.text(0x04);
          if (value.includes('\uFFFD')) (unreadable ??= []).push(place);
          if (held === undefined) held = value;
          else if (typeof held === 'string') held = [held, value];
          else held.push(value);
        }
        values[place] = held;
      }
      cursor.at = attributeEnd;
    }
    return unreadable ? { dn, values, unreadable } : { dn, values };
  }
}
