// Requests as the operations of the protocol, and what their answers hold.
// @see https://www.rfc-editor.org/rfc/rfc4511
import { BerWriter, type Filter } from 'ldapts';
import { BerIn, BerOut, EntryShape, type Entry } from './ber.ts';
import { oids, tags } from './wire.ts';

export interface Result {
  readonly code: number;
  readonly message: string;
  readonly controls: ReadonlyMap<string, Buffer>;
  /** Of an extended response. */
  readonly value?: Buffer;
}

export interface SearchRequest {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Filter;
  readonly shape: EntryShape;
  readonly sizeLimit?: number;
}

export interface Found {
  readonly entries: readonly Entry[];
  /** Addresses of other servers that hold parts of the tree. We do not follow them. */
  readonly references: readonly string[];
  readonly result: Result;
}

export interface RequestControl {
  readonly oid: string;
  readonly critical?: boolean;
  readonly value?: Buffer;
}

/** A request as its protocol operation; `writes` says that a lost answer leaves its outcome unknown. */
export interface Operation {
  readonly writes: boolean;
  readonly encode: (out: BerOut) => void;
  readonly controls?: readonly RequestControl[];
}

export type Values = readonly (string | Buffer)[];
export type AttributeChange = readonly [how: 'add' | 'delete' | 'replace', name: string, values: Values];

export function encodeMessage(id: number, operation: Operation): Buffer {
  const out = new BerOut();
  const message = out.open(0x30);
  out.integer(id);
  operation.encode(out);
  if (operation.controls && operation.controls.length > 0) {
    const controls = out.open(tags.controls);
    for (const { oid, critical = false, value } of operation.controls) {
      const control = out.open(0x30);
      out.text(oid);
      if (critical) out.boolean(true);
      if (value) out.bytes(value);
      out.close(control);
    }
    out.close(controls);
  }
  out.close(message);
  return out.done();
}

/** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.5.1 */
export function encodeSearch(out: BerOut, request: SearchRequest): void {
  const search = out.open(tags.searchRequest);
  out.text(request.base);
  out.integer({ base: 0, one: 1, sub: 2 }[request.scope], 0x0a);
  out.integer(0, 0x0a); // aliases are not followed
  out.integer(request.sizeLimit ?? 0);
  out.integer(0); // no time limit of ours; ldapts' default of 10 s ends long reads
  out.boolean(false);
  const filter = new BerWriter();
  request.filter.write(filter);
  out.raw(filter.buffer);
  const attributes = out.open(0x30);
  // '1.1' asks for no attributes at all (section 4.5.1.8).
  for (const name of request.shape.names.length > 0 ? request.shape.names : ['1.1']) out.text(name);
  out.close(attributes);
  out.close(search);
}

function encodeExtended(out: BerOut, oid: string, value?: Uint8Array): void {
  const request = out.open(tags.extendedRequest);
  out.text(oid, 0x80);
  if (value) out.bytes(value, 0x81);
  out.close(request);
}

export function decodeResult(content: BerIn, message: BerIn): Result {
  const code = content.integer(0x0a);
  content.skip();
  const text = content.text(0x04);
  let value: Buffer | undefined;
  while (content.more) {
    if (content.tag === 0x8b) value = content.bytes();
    else content.skip();
  }
  const controls = new Map<string, Buffer>();
  if (message.tag === tags.controls) {
    const list = message.inside();
    while (list.more) {
      const control = list.inside(0x30);
      const oid = control.text(0x04);
      if (control.tag === 0x01) control.skip();
      controls.set(oid, control.more ? Buffer.from(control.bytes(0x04)) : Buffer.alloc(0));
    }
  }
  return value ? { code, message: text, controls, value } : { code, message: text, controls };
}

// ── Operations ───────────────────────────────────────────────────────────────────────────────────────────

export const bindOperation = (dn: string, password: string): Operation => ({
  writes: false,
  encode(out) {
    const bind = out.open(tags.bindRequest);
    out.integer(3);
    out.text(dn);
    out.text(password, 0x80);
    out.close(bind);
  },
});

/** `tellsId` asks for the new entryUUID at once. @see https://www.rfc-editor.org/rfc/rfc4527#section-3.2 */
export const addOperation = (dn: string, attributes: ReadonlyMap<string, Values>, tellsId: boolean): Operation => ({
  writes: true,
  controls: tellsId ? [{ oid: oids.postRead, value: textList(['entryUUID']) }] : [],
  encode(out) {
    const request = out.open(tags.addRequest);
    out.text(dn);
    const list = out.open(0x30);
    for (const [name, values] of attributes) writeAttribute(out, name, values);
    out.close(list);
    out.close(request);
  },
});

/** The answer to `tellsId`. */
export function toldId(result: Result): string | undefined {
  const answer = result.controls.get(oids.postRead);
  if (!answer || result.code !== 0) return undefined;
  const [uuid] = new EntryShape(['entryUUID']).decode(new BerIn(answer).inside()).values;
  return typeof uuid === 'string' ? uuid.toLowerCase() : undefined;
}

/** `permissive`: adding what is there and deleting what is not are fine; a server that does not know that ignores it. */
export const modifyOperation = (dn: string, changes: readonly AttributeChange[], permissive: boolean): Operation => ({
  writes: true,
  controls: permissive ? [{ oid: oids.permissiveModify }] : [],
  encode(out) {
    const request = out.open(tags.modifyRequest);
    out.text(dn);
    const list = out.open(0x30);
    for (const [how, name, values] of changes) {
      const change = out.open(0x30);
      out.integer({ add: 0, delete: 1, replace: 2 }[how], 0x0a);
      writeAttribute(out, name, values);
      out.close(change);
    }
    out.close(list);
    out.close(request);
  },
});

/** Renames and moves in one step; the old name's value goes. @see https://www.rfc-editor.org/rfc/rfc4511#section-4.9 */
export const renameOperation = (dn: string, rdn: string, parent: string | null): Operation => ({
  writes: true,
  encode(out) {
    const request = out.open(tags.renameRequest);
    out.text(dn);
    out.text(rdn);
    out.boolean(true);
    if (parent !== null) out.text(parent, 0x80);
    out.close(request);
  },
});

export const deleteOperation = (dn: string): Operation => ({
  writes: true,
  encode: (out) => out.text(dn, tags.deleteRequest),
});

/** Lets the server hash the password in its own way. @see https://www.rfc-editor.org/rfc/rfc3062 */
export function passwordOperation(dn: string, password: string): Operation {
  const value = new BerOut();
  const sequence = value.open(0x30);
  value.text(dn, 0x80);
  value.text(password, 0x82);
  value.close(sequence);
  return { writes: true, encode: (out) => encodeExtended(out, oids.setPassword, value.done()) };
}

export const extendedOperation = (oid: string): Operation => ({
  writes: false,
  encode: (out) => encodeExtended(out, oid),
});

/** @see https://www.rfc-editor.org/rfc/rfc2696#section-2 */
export function pageControl(size: number, cookie: Buffer | undefined): RequestControl {
  const value = new BerOut(64);
  const sequence = value.open(0x30);
  value.integer(size);
  value.bytes(cookie ?? new Uint8Array());
  value.close(sequence);
  return { oid: oids.pagedResults, value: value.done() };
}

/** What leads to the next page; undefined after the last one. */
export function cookieOf(result: Result): Buffer | undefined {
  const value = result.controls.get(oids.pagedResults);
  if (!value) return undefined;
  const content = new BerIn(value).inside(0x30);
  content.skip();
  const cookie = content.bytes(0x04);
  return cookie.length > 0 ? cookie : undefined;
}

function textList(texts: readonly string[]): Buffer {
  const out = new BerOut(64);
  const list = out.open(0x30);
  for (const text of texts) out.text(text);
  out.close(list);
  return out.done();
}

function writeAttribute(out: BerOut, name: string, values: Values): void {
  const attribute = out.open(0x30);
  out.text(name);
  const set = out.open(0x31);
  for (const value of values) {
    if (typeof value === 'string') out.text(value);
    else out.bytes(value);
  }
  out.close(set);
  out.close(attribute);
}
