// One client's connection to the simulator: reads requests, asks the tree, writes answers.
// @see https://www.rfc-editor.org/rfc/rfc4511
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FaultDial } from '../../connector-kit/contract.ts';
import { BerIn, BerOut, messageLength } from './ber.ts';
import { dnKey, isWithin } from './dn.ts';
import type { Faults } from './simulator-faults.ts';
import { candidatesOf, parseFilterBer, predicateOf } from './simulator-filter.ts';
import { attributeType, attributeTypeDescriptions, refusal, type AttributeType, type Refusal } from './simulator-schema.ts';
import { Node, operationalValues, type Tree, type TreeChange } from './simulator-tree.ts';
import { codes, oids, tags } from './wire.ts';

/** Somebody who may sign in without being an entry. */
export interface SimulatorAccount {
  readonly dn: string;
  readonly password: string;
  readonly writes?: boolean;
  /** DNs that it does not see, with everything below. */
  readonly hidesBelow?: readonly string[];
  readonly hidesAttributes?: readonly string[];
  readonly sizeLimit?: number;
}

export interface World {
  readonly tree: Tree;
  readonly root: SimulatorAccount;
  readonly accounts: readonly SimulatorAccount[];
  /** For everybody but root, over all pages of a search; slapd's default is 500. */
  readonly sizeLimit: number;
  /** Largest page of a paged search; slapd's `limits … size.pr`. */
  readonly pageSize: number;
  readonly faults: Faults;
  busyUntil: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  wrote(): void;
}

const anonymous: SimulatorAccount = { dn: '', password: '' };
const controlsServed = [oids.pagedResults, oids.postRead];
const writing: ReadonlySet<number> = new Set([tags.addRequest, tags.modifyRequest, tags.deleteRequest, tags.renameRequest]);
const answers: Readonly<Record<number, number>> = {
  [tags.bindRequest]: tags.bindResponse,
  [tags.searchRequest]: tags.searchDone,
  [tags.modifyRequest]: tags.modifyResponse,
  [tags.addRequest]: tags.addResponse,
  [tags.deleteRequest]: tags.deleteResponse,
  [tags.renameRequest]: tags.renameResponse,
  [tags.compareRequest]: tags.compareResponse,
  [tags.extendedRequest]: tags.extendedResponse,
};
const CHUNK = 64 * 1024;

interface Paging {
  readonly cookie: number;
  readonly rest: Iterator<Node>;
  sent: number;
}

type Controls = ReadonlyMap<string, { readonly critical: boolean; readonly value: Buffer }>;

export class SimulatorSession {
  private readonly world: World;
  private readonly socket: Socket;
  private rest: Buffer = Buffer.alloc(0);
  private account: SimulatorAccount = anonymous;
  /** One paged search at a time, as in slapd. */
  private paging: Paging | undefined;
  private cookies = 0;

  constructor(socket: Socket, world: World) {
    this.socket = socket;
    this.world = world;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.received(chunk));
    socket.on('error', () => socket.destroy());
  }

  private received(chunk: Buffer): void {
    let bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      const length = messageLength(bytes, 0, bytes.length);
      if (length < 0) return void this.socket.destroy();
      if (length === 0 || length > bytes.length) break;
      const message = bytes.subarray(0, length);
      bytes = bytes.subarray(length);
      this.receive(message);
    }
    this.rest = Buffer.from(bytes);
  }

  private receive(bytes: Buffer): void {
    const message = new BerIn(bytes).inside(0x30);
    const id = message.integer(0x02);
    const tag = message.tag;
    if (tag === tags.unbindRequest) return void this.socket.end();
    if (tag === tags.abandonRequest) return;
    const content = message.inside();
    const controls = controlsOf(message);
    const kind = writing.has(tag) ? 'write' : tag === tags.searchRequest || tag === tags.compareRequest ? 'read' : 'other';
    if (kind !== 'other' && this.world.now() < this.world.busyUntil) return this.reply(id, answers[tag]!, refusal(codes.busy, 'too busy'));
    const dial = this.world.faults.next(kind);
    if (!dial) return this.answer(id, tag, content, controls);
    this.goWrong(dial, id, tag, content, controls);
  }

  private goWrong(dial: FaultDial, id: number, tag: number, content: BerIn, controls: Controls): void {
    const refuse = (code: number, text: string): void => this.reply(id, answers[tag] ?? tags.extendedResponse, refusal(code, text));
    switch (dial.fault) {
      case 'busy':
        // LDAP has no word for "come back in 30 seconds": the server just stays busy that long.
        if (dial.afterMs) this.world.busyUntil = this.world.now() + dial.afterMs;
        return refuse(codes.busy, 'too busy');
      case 'server-error':
        return refuse(codes.other, 'internal error');
      case 'refuse-write':
        return refuse(codes.insufficientAccessRights, 'no write access to entry');
      case 'expire-token':
        // The server has forgotten who we are; RFC 4511 section 4.4.1 speaks of a security association that failed.
        this.account = anonymous;
        return refuse(codes.strongerAuthRequired, 'sign-in expired');
      case 'garbage':
        return void this.socket.end('HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html><body>proxy says no</body></html>');
      case 'lose-answer':
        this.answer(id, tag, content, controls, false);
        return void this.socket.destroy();
      case 'delay':
        return void this.world.sleep(dial.afterMs ?? 1000).then(() => this.answer(id, tag, content, controls));
      default:
        return void this.socket.destroy();
    }
  }

  private answer(id: number, tag: number, content: BerIn, controls: Controls, say = true): void {
    if (tag === tags.searchRequest) return this.search(id, content, controls);
    const result = this.carryOut(tag, content, controls);
    if (writing.has(tag) && result.code === codes.success) this.world.wrote();
    if (say) this.reply(id, answers[tag] ?? tags.extendedResponse, result, result.extra);
  }

  private carryOut(tag: number, content: BerIn, controls: Controls): Refusal & { extra?: (out: BerOut, part: 'result' | 'controls') => void } {
    const unknown = [...controls].find(([oid, { critical }]) => critical && !controlsServed.includes(oid as (typeof controlsServed)[number]) && oid !== oids.permissiveModify);
    if (unknown) return refusal(codes.unavailableCriticalExtension, 'critical extension is not recognized');
    if (writing.has(tag)) {
      if (this.account === anonymous) return refusal(codes.strongerAuthRequired, 'modifications require authentication');
      if (this.account !== this.world.root && !this.account.writes) return refusal(codes.insufficientAccessRights, 'no write access to parent');
    }
    switch (tag) {
      case tags.bindRequest:
        return this.bind(content);
      case tags.addRequest:
        return this.add(content, controls);
      case tags.modifyRequest:
        return this.modify(content, controls);
      case tags.deleteRequest:
        return this.remove(content);
      case tags.renameRequest:
        return this.rename(content);
      case tags.compareRequest:
        return this.compare(content);
      case tags.extendedRequest:
        return this.extended(content);
      default:
        return refusal(codes.protocolError, 'unsupported operation');
    }
  }

  // ── Signing in ───────────────────────────────────────────────────────────────────────────────────────

  private bind(content: BerIn): Refusal {
    content.skip();
    const dn = content.text(0x04);
    this.account = anonymous;
    if (content.tag !== 0x80) return refusal(7, 'only simple sign-in');
    const password = content.text(0x80);
    if (dn === '' && password === '') return refusal(0);
    // slapd.conf(5): `allow bind_anon_cred` is off.
    if (password === '') return refusal(53, 'unauthenticated bind (DN with no password) disallowed');
    const known = [this.world.root, ...this.world.accounts].find((account) => dnKey(account.dn) === dnKey(dn));
    const entry = this.world.tree.find(dn);
    const held = known ? [known.password] : (entry?.held(attributeType('userPassword')!) ?? []);
    if (!held.some((stored) => passwordMatches(stored, password))) return refusal(codes.invalidCredentials);
    this.account = known ?? { dn, password: '' };
    return refusal(0);
  }

  private extended(content: BerIn): Refusal & { extra?: (out: BerOut, part: 'result' | 'controls') => void } {
    const oid = content.text(0x80);
    if (oid === oids.whoAmI) {
      const who = this.account.dn === '' ? '' : `dn:${this.account.dn}`;
      return { ...refusal(0), extra: (out, part) => part === 'result' && out.text(who, 0x8b) };
    }
    if (oid === oids.setPassword) {
      if (this.account !== this.world.root && !this.account.writes) return refusal(codes.insufficientAccessRights);
      const request = new BerIn(content.bytes(0x81)).inside(0x30);
      const dn = request.tag === 0x80 ? request.text() : this.account.dn;
      if (request.tag === 0x81) request.skip();
      const node = this.world.tree.find(dn);
      if (!node) return refusal(codes.noSuchObject);
      const salt = randomBytes(4);
      const digest = createHash('sha1').update(request.text(0x82)).update(salt).digest();
      const stored = `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
      const wrong = this.world.tree.modify(node, [{ how: 'replace', name: 'userPassword', values: [stored] }], false);
      if (!wrong) this.world.wrote();
      return wrong ?? refusal(0);
    }
    return refusal(codes.protocolError, 'unsupported extended operation');
  }

  // ── Changing ─────────────────────────────────────────────────────────────────────────────────────────

  private add(content: BerIn, controls: Controls): Refusal & { extra?: (out: BerOut, part: 'result' | 'controls') => void } {
    const dn = content.text(0x04);
    const node = this.world.tree.add(dn, attributesOf(content.inside(0x30)));
    if (!(node instanceof Node)) return node;
    const wanted = controls.get(oids.postRead);
    if (!wanted) return refusal(0);
    const list = new BerIn(wanted.value).inside(0x30);
    const names: string[] = [];
    while (list.more) names.push(list.text());
    const entry = new BerOut();
    this.writeEntry(entry, 0x30, node, selectionOf(names));
    return {
      ...refusal(0),
      extra: (out, part) => {
        if (part !== 'controls') return;
        const control = out.open(0x30);
        out.text(oids.postRead);
        out.bytes(entry.done());
        out.close(control);
      },
    };
  }

  private modify(content: BerIn, controls: Controls): Refusal {
    const node = this.world.tree.find(content.text(0x04));
    if (!node || this.hides(node)) return refusal(codes.noSuchObject);
    const changes: TreeChange[] = [];
    const list = content.inside(0x30);
    while (list.more) {
      const change = list.inside(0x30);
      const how = (['add', 'delete', 'replace'] as const)[change.integer(0x0a)];
      if (!how) return refusal(codes.protocolError);
      changes.push({ how, ...attributeOf(change) });
    }
    return this.world.tree.modify(node, changes, controls.has(oids.permissiveModify)) ?? refusal(0);
  }

  private remove(content: BerIn): Refusal {
    const node = this.world.tree.find(content.buffer.toString('utf8', content.at, content.end));
    if (!node || this.hides(node)) return refusal(codes.noSuchObject);
    return this.world.tree.remove(node) ?? refusal(0);
  }

  private rename(content: BerIn): Refusal {
    const node = this.world.tree.find(content.text(0x04));
    const newRdn = content.text(0x04);
    const deleteOld = content.bytes(0x01)[0] !== 0;
    const superior = content.more ? content.text(0x80) : undefined;
    const parent = superior === undefined ? undefined : this.world.tree.find(superior);
    if (!node || this.hides(node)) return refusal(codes.noSuchObject);
    if (superior !== undefined && !parent) return refusal(codes.noSuchObject, 'new superior not found');
    return this.world.tree.rename(node, newRdn, deleteOld, parent) ?? refusal(0);
  }

  private compare(content: BerIn): Refusal {
    const node = this.world.tree.find(content.text(0x04));
    const assertion = content.inside(0x30);
    const type = attributeType(assertion.text());
    if (!node || this.hides(node)) return refusal(codes.noSuchObject);
    if (!type) return refusal(17);
    const asked = type.key(assertion.text());
    return refusal(this.valuesOf(node, type).some((value) => type.key(value) === asked) ? codes.compareTrue : codes.compareFalse);
  }

  // ── Searching ────────────────────────────────────────────────────────────────────────────────────────

  private search(id: number, content: BerIn, controls: Controls): void {
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
    const done = (result: Refusal, extra?: (out: BerOut, part: 'result' | 'controls') => void): void => this.reply(id, tags.searchDone, result, extra);

    if (base === '' && scope === 'base') return this.special(id, rootDse(this.world.tree.suffix), names);
    if (dnKey(base) === 'cn=subschema' && scope === 'base') return this.special(id, subschema(), names);
    const from = this.world.tree.find(base);
    if (!from || this.hides(from)) return done(refusal(codes.noSuchObject));

    const paged = controls.get(oids.pagedResults);
    const page = paged && pageOf(paged.value);
    const matches = predicateOf(filter, (node, type) => this.valuesOf(node, type));
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

    const limit = Math.min(asked || Infinity, this.account === this.world.root ? Infinity : (this.account.sizeLimit ?? this.world.sizeLimit));
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
      if (matches(node) !== true || this.hides(node)) continue;
      if (paging.sent >= limit) {
        this.socket.write(out.done());
        this.paging = undefined;
        return done(refusal(codes.sizeLimitExceeded));
      }
      const message = out.open(0x30);
      out.integer(id);
      this.writeEntry(out, tags.searchEntry, node, selection);
      out.close(message);
      paging.sent++;
      left--;
      if (out.length > CHUNK) {
        this.socket.write(out.done());
        out = new BerOut(CHUNK * 2);
      }
    }
    this.socket.write(out.done());
    this.paging = page && !ended ? paging : undefined;
    done(refusal(0), (written, part) => {
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
    });
  }

  private special(id: number, entry: readonly (readonly [string, readonly string[]])[], names: readonly string[]): void {
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
    this.socket.write(out.done());
    this.reply(id, tags.searchDone, refusal(0));
  }

  private valuesOf(node: Node, type: AttributeType): readonly string[] {
    if (this.account.hidesAttributes?.some((name) => name.toLowerCase() === type.name.toLowerCase())) return [];
    if (!type.operational) return node.held(type);
    return operationalValues(this.world.tree, node, this.world.root.dn).filter(([name]) => name === type.name).map(([, value]) => value);
  }

  private hides(node: Node): boolean {
    if (!this.account.hidesBelow) return false;
    const key = dnKey(node.dn);
    return this.account.hidesBelow.some((dn) => isWithin(key, dnKey(dn)));
  }

  private writeEntry(out: BerOut, tag: number, node: Node, selection: Selection): void {
    const entry = out.open(tag);
    out.text(node.dn);
    const attributes = out.open(0x30);
    const hidden = this.account.hidesAttributes?.map((name) => name.toLowerCase());
    for (const [index, type] of node.types.entries()) {
      if (!selection.user && !selection.names.has(type.name.toLowerCase())) continue;
      if (hidden?.includes(type.name.toLowerCase())) continue;
      const value = node.values[index]!;
      writeAttribute(out, type.name, typeof value === 'string' ? [value] : value);
    }
    if (selection.operational || selection.someOperational) {
      for (const [name, value] of operationalValues(this.world.tree, node, this.world.root.dn)) {
        if (!selection.operational && !selection.names.has(name.toLowerCase())) continue;
        if (!hidden?.includes(name.toLowerCase())) writeAttribute(out, name, [value]);
      }
    }
    out.close(attributes);
    out.close(entry);
  }

  private reply(id: number, tag: number, result: Refusal, extra?: (out: BerOut, part: 'result' | 'controls') => void): void {
    const out = new BerOut();
    const message = out.open(0x30);
    out.integer(id);
    const body = out.open(tag);
    out.integer(result.code, 0x0a);
    out.text('');
    out.text(result.message);
    extra?.(out, 'result');
    out.close(body);
    if (extra) {
      const controls = out.open(tags.controls);
      extra(out, 'controls');
      out.close(controls);
    }
    out.close(message);
    if (!this.socket.destroyed) this.socket.write(out.done());
  }
}

interface Selection {
  readonly names: ReadonlySet<string>;
  readonly user: boolean;
  readonly operational: boolean;
  readonly someOperational: boolean;
}

/** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.5.1.8 and rfc3673 for '+' */
function selectionOf(asked: readonly string[]): Selection {
  const names = new Set(asked.map((name) => attributeType(name)?.name.toLowerCase() ?? name.toLowerCase()));
  const user = asked.length === 0 || names.has('*');
  return { names, user, operational: names.has('+'), someOperational: [...names].some((name) => attributeType(name)?.operational) };
}

function* inScope(candidates: Iterable<Node>, from: Node, baseKey: string, scope: 'base' | 'one' | 'sub'): Generator<Node> {
  for (const node of [...candidates]) {
    if (scope === 'one' ? node.parent === from : isWithin(dnKey(node.dn), baseKey)) yield node;
  }
}

function attributesOf(list: BerIn): { name: string; values: string[] }[] {
  const found: { name: string; values: string[] }[] = [];
  while (list.more) found.push(attributeOf(list));
  return found;
}

function attributeOf(list: BerIn): { name: string; values: string[] } {
  const attribute = list.inside(0x30);
  const name = attribute.text(0x04);
  const set = attribute.inside(0x31);
  const values: string[] = [];
  while (set.more) values.push(set.text(0x04));
  return { name, values };
}

function writeAttribute(out: BerOut, name: string, values: readonly string[]): void {
  const attribute = out.open(0x30);
  out.text(name);
  const set = out.open(0x31);
  for (const value of values) out.text(value);
  out.close(set);
  out.close(attribute);
}

function controlsOf(message: BerIn): Controls {
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

function pageOf(value: Buffer): { readonly size: number; readonly cookie: number } {
  const content = new BerIn(value).inside(0x30);
  const size = content.integer(0x02);
  return { size: Math.max(size, 1), cookie: Number(content.text(0x04) || 0) };
}

function passwordMatches(stored: string, given: string): boolean {
  if (!stored.startsWith('{SSHA}')) return stored === given;
  const bytes = Buffer.from(stored.slice(6), 'base64');
  return createHash('sha1').update(given).update(bytes.subarray(20)).digest().equals(bytes.subarray(0, 20));
}

const rootDse = (suffix: string): readonly (readonly [string, readonly string[]])[] => [
  ['objectClass', ['top', 'OpenLDAProotDSE']],
  ['namingContexts', [suffix]],
  ['supportedLDAPVersion', ['3']],
  ['supportedControl', controlsServed],
  ['supportedExtension', [oids.whoAmI, oids.setPassword]],
  ['subschemaSubentry', ['cn=Subschema']],
  ['vendorName', ['Tributary simulator']],
];

const subschema = (): readonly (readonly [string, readonly string[]])[] => [
  ['dn', ['cn=Subschema']],
  ['objectClass', ['top', 'subentry', 'subschema']],
  ['attributeTypes', attributeTypeDescriptions()],
];
