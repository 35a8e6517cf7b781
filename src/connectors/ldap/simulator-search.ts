// Searches of one connection to the simulator, whole or page by page.
// @see https://www.rfc-editor.org/rfc/rfc4511#section-4.5 and https://www.rfc-editor.org/rfc/rfc2696
import { type BerIn, BerOut } from './ber.ts';
import { dnKey, isWithin } from './dn.ts';
import { candidatesOf, parseFilterBer, predicateOf } from './simulator-filter.ts';
import { encodeAnswer, pageOf, writeAttribute, type Answer, type Controls } from './simulator-messages.ts';
import type { Node } from './simulator-node.ts';
import { refusal } from './simulator-schema.ts';
import { rootDse, selectionOf, subschema, type SpecialEntry, type View, type World } from './simulator-view.ts';
import { codes, oids, tags } from './wire.ts';

const CHUNK = 64 * 1024;

interface Paging {
  readonly cookie: number;
  readonly rest: Iterator<Node>;
  sent: number;
}

export class Searches {
  private readonly world: World;
  /** One paged search at a time, as in slapd. */
  private paging: Paging | undefined;
  private cookies = 0;

  constructor(world: World) {
    this.world = world;
  }

  run(id: number, content: BerIn, controls: Controls, view: View, send: (bytes: Uint8Array) => void): void {
    const base = content.text(0x04);
    const scope = (['base', 'one', 'sub'] as const)[content.integer(0x0a)] ?? 'sub';
    content.skip();
    const asked = content.integer(0x02);
    content.skip();
    content.skip();
    const filter = parseFilterBer(content);
    const names: string[] = [];
    const list = content.inside(0x30);
    while (list.more) names.push(list.text());
    const done = (answer: Answer): void => send(encodeAnswer(id, tags.searchDone, answer));

    if (base === '' && scope === 'base') return send(encodeSpecial(id, rootDse(this.world.tree.suffix), names)), done(refusal(0));
    if (dnKey(base) === 'cn=subschema' && scope === 'base') return send(encodeSpecial(id, subschema(), names)), done(refusal(0));
    const from = this.world.tree.find(base);
    if (!from || view.hides(from)) return done(refusal(codes.noSuchObject));

    const paged = controls.get(oids.pagedResults);
    const page = paged && pageOf(paged.value);
    const matches = predicateOf(filter, (node, type) => view.valuesOf(node, type));
    let paging: Paging;
    if (page?.cookie) {
      if (this.paging?.cookie !== page.cookie) return done(refusal(codes.unwillingToPerform, 'paged results cookie is invalid or old'));
      paging = { ...this.paging, cookie: ++this.cookies };
    } else {
      const candidates = scope === 'base' ? undefined : candidatesOf(filter, this.world.tree);
      const baseKey = dnKey(base);
      const places = candidates ? inScope(candidates, from, baseKey, scope) : this.world.tree.walk(from, scope);
      paging = { cookie: ++this.cookies, rest: places[Symbol.iterator](), sent: 0 };
    }

    const limit = Math.min(asked || Infinity, view.sizeLimit);
    const selection = selectionOf(names);
    let out = new BerOut(CHUNK * 2);
    let left = page ? Math.min(page.size, this.world.pageSize) : Infinity;
    let ended = false;
    while (left > 0) {
      const step = paging.rest.next();
      if (step.done) {
        ended = true;
        break;
      }
      const node = step.value;
      if (matches(node) !== true || view.hides(node)) continue;
      if (paging.sent >= limit) {
        send(out.done());
        this.paging = undefined;
        return done(refusal(codes.sizeLimitExceeded));
      }
      const message = out.open(0x30);
      out.integer(id);
      view.writeEntry(out, tags.searchEntry, node, selection);
      out.close(message);
      paging.sent++;
      left--;
      if (out.length > CHUNK) {
        send(out.done());
        out = new BerOut(CHUNK * 2);
      }
    }
    send(out.done());
    this.paging = page && !ended ? paging : undefined;
    const extra = (written: BerOut, part: 'result' | 'controls'): void => {
      if (part !== 'controls' || !page) return;
      const value = new BerOut(32);
      const sequence = value.open(0x30);
      value.integer(0);
      value.text(ended ? '' : String(paging.cookie));
      value.close(sequence);
      const control = written.open(0x30);
      written.text(oids.pagedResults);
      written.bytes(value.done());
      written.close(control);
    };
    done({ ...refusal(0), extra });
  }
}

function encodeSpecial(id: number, entry: SpecialEntry, names: readonly string[]): Buffer {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const all = names.length === 0 || wanted.has('*') || wanted.has('+');
  const out = new BerOut();
  const message = out.open(0x30);
  out.integer(id);
  const body = out.open(tags.searchEntry);
  out.text(entry.find(([name]) => name === 'dn')?.[1][0] ?? '');
  const attributes = out.open(0x30);
  for (const [name, values] of entry) if (name !== 'dn' && (all || wanted.has(name.toLowerCase()))) writeAttribute(out, name, values);
  out.close(attributes);
  out.close(body);
  out.close(message);
  return out.done();
}

function* inScope(candidates: Iterable<Node>, from: Node, baseKey: string, scope: 'base' | 'one' | 'sub'): Generator<Node> {
  for (const node of candidates) {
    if (scope === 'one' ? node.parent === from : isWithin(dnKey(node.dn), baseKey)) yield node;
  }
}
