// The parts of LDAP messages that the simulator reads and writes.
// @see https://www.rfc-editor.org/rfc/rfc4511#appendix-B
import { BerIn, BerOut } from './ber.ts';
import type { Refusal } from './simulator-schema.ts';
import { tags } from './wire.ts';

/** A result, and what is added to it: values of its own inside, controls behind. */
export interface Answer extends Refusal {
  readonly extra?: (out: BerOut, part: 'result' | 'controls') => void;
}
export type Controls = ReadonlyMap<string, { readonly critical: boolean; readonly value: Buffer }>;

export function encodeAnswer(id: number, tag: number, { code, message: text, extra }: Answer): Buffer {
  const out = new BerOut();
  const message = out.open(0x30);
  out.integer(id);
  const body = out.open(tag);
  out.integer(code, 0x0a);
  out.text('');
  out.text(text);
  extra?.(out, 'result');
  out.close(body);
  if (extra) {
    const controls = out.open(tags.controls);
    extra(out, 'controls');
    out.close(controls);
  }
  out.close(message);
  return out.done();
}

export function attributesOf(list: BerIn): { name: string; values: string[] }[] {
  const found: { name: string; values: string[] }[] = [];
  while (list.more) found.push(attributeOf(list));
  return found;
}

export function attributeOf(list: BerIn): { name: string; values: string[] } {
  const attribute = list.inside(0x30);
  const name = attribute.text(0x04);
  const set = attribute.inside(0x31);
  const values: string[] = [];
  while (set.more) values.push(set.text(0x04));
  return { name, values };
}

export function writeAttribute(out: BerOut, name: string, values: readonly string[]): void {
  const attribute = out.open(0x30);
  out.text(name);
  const set = out.open(0x31);
  for (const value of values) out.text(value);
  out.close(set);
  out.close(attribute);
}

export function controlsOf(message: BerIn): Controls {
  const controls = new Map<string, { critical: boolean; value: Buffer }>();
  if (message.tag !== tags.controls) return controls;
  const list = message.inside();
  while (list.more) {
    const control = list.inside(0x30);
    const oid = control.text(0x04);
    const critical = control.tag === 0x01 ? control.bytes()[0] !== 0 : false;
    controls.set(oid, { critical, value: control.more ? control.bytes(0x04) : Buffer.alloc(0) });
  }
  return controls;
}

export function pageOf(value: Buffer): { readonly size: number; readonly cookie: number } {
  const content = new BerIn(value).inside(0x30);
  const size = content.integer(0x02);
  return { size: Math.max(size, 1), cookie: Number(content.text(0x04) || 0) };
}
