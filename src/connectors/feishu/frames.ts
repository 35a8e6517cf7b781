// Frames of the vendor's long connection: protobuf `pbbp2.Frame`, as its SDK encodes them. Used by both ends.
// @see https://github.com/larksuite/node-sdk (ws-client/proto-buf)

export interface Frame {
  readonly seqId: bigint;
  readonly logId: bigint;
  readonly service: number;
  readonly method: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** `method` of a frame: what keeps the connection alive, and what carries events. */
export const CONTROL = 0;
export const DATA = 1;

const VARINT = 0;
const BYTES = 2;
const FIELDS = { seqId: 1, logId: 2, service: 3, method: 4, headers: 5, payload: 8 } as const;

export function encodeFrame(frame: Frame): Uint8Array {
  const out: number[] = [];
  putVarint(out, FIELDS.seqId, frame.seqId);
  putVarint(out, FIELDS.logId, frame.logId);
  putVarint(out, FIELDS.service, BigInt(frame.service));
  putVarint(out, FIELDS.method, BigInt(frame.method));
  for (const [key, value] of Object.entries(frame.headers)) {
    const header: number[] = [];
    putBytes(header, 1, Buffer.from(key));
    putBytes(header, 2, Buffer.from(value));
    putBytes(out, FIELDS.headers, header);
  }
  if (frame.payload.length > 0) putBytes(out, FIELDS.payload, frame.payload);
  return Uint8Array.from(out);
}

function putVarint(out: number[], field: number, value: bigint): void {
  out.push((field << 3) | VARINT);
  putNumber(out, value);
}

function putNumber(out: number[], value: bigint): void {
  let left = BigInt.asUintN(64, value);
  for (; left > 0x7fn; left >>= 7n) out.push(Number(left & 0x7fn) | 0x80);
  out.push(Number(left));
}

function putBytes(out: number[], field: number, bytes: ArrayLike<number>): void {
  out.push((field << 3) | BYTES);
  putNumber(out, BigInt(bytes.length));
  for (let at = 0; at < bytes.length; at += 1) out.push(bytes[at]!);
}

/** Throws when the bytes are no frame. Unknown fields are skipped. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const numbers = new Map<number, bigint>();
  const headers: Record<string, string> = {};
  let payload: Uint8Array = new Uint8Array();
  for (const [field, value] of fieldsOf(bytes)) {
    if (typeof value === 'bigint') numbers.set(field, value);
    else if (field === FIELDS.payload) payload = value;
    else if (field === FIELDS.headers) {
      const [key, text] = textsOf(value);
      headers[key] = text;
    }
  }
  const number = (field: number): bigint => numbers.get(field) ?? 0n;
  return {
    seqId: number(FIELDS.seqId),
    logId: number(FIELDS.logId),
    service: Number(number(FIELDS.service)),
    method: Number(number(FIELDS.method)),
    headers,
    payload,
  };
}

function textsOf(header: Uint8Array): readonly [string, string] {
  let [key, value] = ['', ''];
  for (const [field, bytes] of fieldsOf(header)) {
    if (typeof bytes === 'bigint') continue;
    if (field === 1) key = Buffer.from(bytes).toString('utf8');
    if (field === 2) value = Buffer.from(bytes).toString('utf8');
  }
  return [key, value];
}

function* fieldsOf(bytes: Uint8Array): Generator<readonly [number, bigint | Uint8Array]> {
  let at = 0;
  const number = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new Error('The frame of the long connection is cut off.');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(number());
    const wire = tag & 7;
    if (wire === VARINT) yield [tag >>> 3, number()];
    else if (wire === BYTES) {
      const length = Number(number());
      if (at + length > bytes.length) throw new Error('The frame of the long connection is cut off.');
      yield [tag >>> 3, bytes.subarray(at, at + length)];
      at += length;
    } else throw new Error(`The frame of the long connection has a field of wire type ${wire}.`);
  }
}
