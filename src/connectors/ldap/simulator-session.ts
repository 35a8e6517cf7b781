// One client's connection to the simulator: sign-in, changes and faults; searches have their own file.
// @see https://www.rfc-editor.org/rfc/rfc4511
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FaultDial } from '../../connector-kit/contract.ts';
import { BerIn, BerOut, messageLength } from './ber.ts';
import { dnKey } from './dn.ts';
import { attributeOf, attributesOf, controlsOf, encodeAnswer, type Answer, type Controls } from './simulator-messages.ts';
import { Node, type TreeChange } from './simulator-node.ts';
import { attributeType, refusal, type Refusal } from './simulator-schema.ts';
import { Searches } from './simulator-search.ts';
import { controlsServed, selectionOf, View, type SimulatorAccount, type World } from './simulator-view.ts';
import { codes, oids, tags } from './wire.ts';

const anonymous: SimulatorAccount = { dn: '', password: '' };
const writing: ReadonlySet<number> = new Set([tags.addRequest, tags.modifyRequest, tags.deleteRequest, tags.renameRequest]);
/** Looks at what is still to be read. @see https://www.rfc-editor.org/rfc/rfc3062 */
const setsPassword = (tag: number, { buffer, at, end }: BerIn): boolean =>
  tag === tags.extendedRequest && new BerIn(buffer, at, end).text(0x80) === oids.setPassword;
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
export class SimulatorSession {
  private readonly world: World;
  private readonly socket: Socket;
  private rest: Buffer = Buffer.alloc(0);
  private account: SimulatorAccount = anonymous;
  private readonly searches: Searches;

  constructor(socket: Socket, world: World) {
    this.socket = socket;
    this.world = world;
    this.searches = new Searches(world);
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
    const kind =
      writing.has(tag) || setsPassword(tag, content)
        ? 'write'
        : tag === tags.searchRequest || tag === tags.compareRequest
          ? 'read'
          : 'other';
    if (kind !== 'other' && this.world.now() < this.world.busyUntil) return this.reply(id, tag, refusal(codes.busy, 'too busy'));
    const dial = this.world.faults.next(kind);
    if (!dial) return this.answer(id, tag, content, controls);
    this.goWrong(dial, id, tag, content, controls);
  }

  private goWrong(dial: FaultDial, id: number, tag: number, content: BerIn, controls: Controls): void {
    const refuse = (code: number, text: string): void => this.reply(id, tag, refusal(code, text));
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
    if (tag === tags.searchRequest) return this.searches.run(id, content, controls, this.view, (bytes) => this.send(bytes));
    const answer = this.carryOut(tag, content, controls);
    if (writing.has(tag) && answer.code === codes.success) this.world.wrote();
    if (say) this.reply(id, tag, answer);
  }

  private carryOut(tag: number, content: BerIn, controls: Controls): Answer {
    const unknown = [...controls].find(
      ([oid, { critical }]) =>
        critical && !controlsServed.includes(oid as (typeof controlsServed)[number]) && oid !== oids.permissiveModify,
    );
    if (unknown) return refusal(codes.unavailableCriticalExtension, 'critical extension is not recognized');
    if (writing.has(tag)) {
      if (this.account === anonymous) return refusal(codes.strongerAuthRequired, 'modifications require authentication');
      if (this.account !== this.world.root && !this.account.writes)
        return refusal(codes.insufficientAccessRights, 'no write access to parent');
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

  private get view(): View {
    return new View(this.world, this.account);
  }

  private reply(id: number, tag: number, answer: Answer): void {
    this.send(encodeAnswer(id, answers[tag] ?? tags.extendedResponse, answer));
  }

  private send(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
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

  private extended(content: BerIn): Answer {
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

  private add(content: BerIn, controls: Controls): Answer {
    const dn = content.text(0x04);
    const node = this.world.tree.add(dn, attributesOf(content.inside(0x30)));
    if (!(node instanceof Node)) return node;
    const wanted = controls.get(oids.postRead);
    if (!wanted) return refusal(0);
    const list = new BerIn(wanted.value).inside(0x30);
    const names: string[] = [];
    while (list.more) names.push(list.text());
    const entry = new BerOut();
    this.view.writeEntry(entry, 0x30, node, selectionOf(names));
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
    if (!node || this.view.hides(node)) return refusal(codes.noSuchObject);
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
    if (!node || this.view.hides(node)) return refusal(codes.noSuchObject);
    return this.world.tree.remove(node) ?? refusal(0);
  }

  private rename(content: BerIn): Refusal {
    const node = this.world.tree.find(content.text(0x04));
    const newRdn = content.text(0x04);
    const deleteOld = content.bytes(0x01)[0] !== 0;
    const superior = content.more ? content.text(0x80) : undefined;
    const parent = superior === undefined ? undefined : this.world.tree.find(superior);
    if (!node || this.view.hides(node)) return refusal(codes.noSuchObject);
    if (superior !== undefined && !parent) return refusal(codes.noSuchObject, 'new superior not found');
    return this.world.tree.rename(node, newRdn, deleteOld, parent) ?? refusal(0);
  }

  private compare(content: BerIn): Refusal {
    const node = this.world.tree.find(content.text(0x04));
    const assertion = content.inside(0x30);
    const type = attributeType(assertion.text());
    if (!node || this.view.hides(node)) return refusal(codes.noSuchObject);
    if (!type) return refusal(17);
    const asked = type.key(assertion.text());
    return refusal(this.view.valuesOf(node, type).some((value) => type.key(value) === asked) ? codes.compareTrue : codes.compareFalse);
  }
}

function passwordMatches(stored: string, given: string): boolean {
  if (!stored.startsWith('{SSHA}')) return stored === given;
  const bytes = Buffer.from(stored.slice(6), 'base64');
  return createHash('sha1').update(given).update(bytes.subarray(20)).digest().equals(bytes.subarray(0, 20));
}
