// Events of the simulated tenant: their envelopes, signature and encryption, delivery with the vendor's retries, and dials.
// @see https://open.feishu.cn/document/server-docs/event-subscription-guide/overview
import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../connector-kit/contract.ts';
import { encrypt, signatureOf } from './cipher.ts';
import { seesDepartment, seesGroup, seesUser, type ContactRange, type SimApp } from './simulator-apps.ts';
import { chosenIn, ownOf, statusChange, type Chosen } from './simulator-payloads.ts';
import type { Call } from './simulator-call.ts';
import { showDepartment, showUser } from './simulator-shapes.ts';
import type { Tenant, TenantChange } from './simulator-tenant.ts';

export interface Subscription {
  readonly url?: string;
  readonly encryptKey?: string;
  readonly verificationToken: string;
}

/** A delivered event, as a test may look at it. */
export interface Sent {
  readonly id: string;
  readonly body: string;
}

export interface EventDials {
  /** Each event comes twice. */
  twice: boolean;
  /** Events leave in pairs, the later one first. */
  swapped: boolean;
  /** Every n-th event is lost; 0 = none. */
  lostEvery: number;
  /** The app has subscribed to the first generation's event of a changed status, too. */
  oldStatus: boolean;
}

/** Seconds after which an unanswered event is sent again. */
const RETRIES_S = [15, 300, 3600, 21_600] as const;
const ANSWER_MS = 3000;

export class EventSender {
  readonly dials: EventDials = { twice: false, swapped: false, lostEvery: 0, oldStatus: false };
  readonly sent: Sent[] = [];
  /** Takes an event for a long connection; false when nobody is connected, or it was not acknowledged. */
  live: ((app: SimApp, body: string) => Promise<boolean>) | undefined;
  /** Whether the app has chosen the long connection. */
  listens: ((app: SimApp) => boolean) | undefined;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly tenant: Tenant;
  private readonly clock: Clock;
  private readonly stop = new AbortController();
  private waiting: (() => void) | undefined;
  private made = 0;

  constructor(tenant: Tenant, clock: Clock, apps: ReadonlyMap<string, SimApp>) {
    this.tenant = tenant;
    this.clock = clock;
    tenant.listen((change) => {
      for (const app of apps.values()) this.tell(app, change);
    });
  }

  subscribe(app: string, subscription: Subscription): void {
    this.subscriptions.set(app, subscription);
  }

  close(): void {
    this.stop.abort();
  }

  /** Only objects in the app's range, and only the fields its scopes show. */
  private tell(app: SimApp, change: TenantChange): void {
    if (!this.isHeard(app)) return;
    const event = this.eventOf(app, change);
    if (!event) return;
    this.emit(app, event.type, event.event);
    const status = this.dials.oldStatus ? statusChange(this.tenant, change) : null;
    if (status) this.emitOld(app, 'user_status_change', { open_id: this.tenant.openId(app.id, change.key), ...status });
  }

  /** What came into the app's range and what went out of it: only what was chosen itself, not all below. */
  tellRange(app: SimApp, before: ContactRange): void {
    const [was, is] = [chosenIn(this.tenant, before), chosenIn(this.tenant, app.range)];
    const moreIn = (one: Chosen, other: Chosen): object => ({
      departments: [...one.departments].filter((key) => !other.departments.has(key)).map((key) => ({ open_department_id: key })),
      users: [...one.users].filter((key) => !other.users.has(key)).map((key) => ({ open_id: this.tenant.openId(app.id, key) })),
      user_groups: [...one.groups].filter((key) => !other.groups.has(key)).map((key) => ({ user_group_id: key })),
    });
    this.emit(app, 'contact.scope.updated_v3', { added: moreIn(is, was), removed: moreIn(was, is) });
  }

  private eventOf(app: SimApp, change: TenantChange): { readonly type: string; readonly event: object } | null {
    const call = { tenant: this.tenant, app, query: new URLSearchParams() } as unknown as Call;
    if (change.type === 'user') {
      const user = this.tenant.users.get(change.key)!;
      const wasSeen = (change.oldDepartments ?? []).some(
        (key) => this.tenant.departments.has(key) && seesDepartment(this.tenant, app, key),
      );
      if (!wasSeen && !seesUser(this.tenant, app, user)) return null;
      const shown = showUser(call, user);
      return {
        type: `contact.user.${change.kind}_v3`,
        event: { object: shown, ...(change.kind === 'created' ? {} : { old_object: { open_id: shown.open_id, ...change.old } }) },
      };
    }
    if (change.type === 'department') {
      const department = this.tenant.departments.get(change.key);
      if (!department) {
        const gone = { open_department_id: change.key, status: { is_deleted: true } };
        return {
          type: 'contact.department.deleted_v3',
          event: { object: gone, old_object: { open_department_id: change.key, ...change.old } },
        };
      }
      if (!seesDepartment(this.tenant, app, change.key)) return null;
      // A number here, a text in the API.
      const object = { ...showDepartment(call, department), order: department.order };
      return {
        type: `contact.department.${change.kind}_v3`,
        event: { object, ...(change.kind === 'updated' ? { old_object: change.old } : {}) },
      };
    }
    // What it carries is not published.
    if (change.type === 'group')
      return seesGroup(app, change.key)
        ? { type: `contact.user_group.${change.kind}_v3`, event: { object: { user_group_id: change.key } } }
        : null;
    return { type: `contact.${change.type}.${change.kind}_v3`, event: ownOf(this.tenant, change) };
  }

  /** Sends an event to one app, by its long connection or to its callback URL. */
  emit(app: SimApp, type: string, event: object): void {
    const token = this.subscriptions.get(app.id)?.verificationToken ?? '';
    const id = randomUUID().replaceAll('-', '');
    const header = {
      event_id: id,
      token,
      create_time: String(this.clock.now()),
      event_type: type,
      tenant_key: this.tenant.key,
      app_id: app.id,
    };
    this.post(app, { id, body: JSON.stringify({ schema: '2.0', header, event }) });
  }

  /** An event of the first generation. */
  emitOld(app: SimApp, type: string, event: object): void {
    const token = this.subscriptions.get(app.id)?.verificationToken ?? '';
    const id = randomUUID().replaceAll('-', '');
    const ts = String(this.clock.now() / 1000);
    const body = JSON.stringify({
      ts,
      uuid: id,
      token,
      type: 'event_callback',
      event: { app_id: app.id, tenant_key: this.tenant.key, type, ...event },
    });
    this.post(app, { id, body });
  }

  /** Without a callback URL or a long connection the vendor sends nothing, and keeps nothing. */
  private isHeard(app: SimApp): boolean {
    return Boolean(this.subscriptions.get(app.id)?.url) || this.listens?.(app) === true;
  }

  private post(app: SimApp, sent: Sent): void {
    if (!this.isHeard(app)) return;
    this.made += 1;
    if (this.dials.lostEvery > 0 && this.made % this.dials.lostEvery === 0) return;
    const deliver = (): void => {
      for (let copy = 0; copy < (this.dials.twice ? 2 : 1); copy += 1) void this.deliver(app, sent).catch(() => undefined);
    };
    if (!this.dials.swapped) return deliver();
    if (!this.waiting) {
      this.waiting = deliver;
      return;
    }
    const earlier = this.waiting;
    this.waiting = undefined;
    deliver();
    earlier();
  }

  private async deliver(app: SimApp, sent: Sent): Promise<void> {
    for (const wait of [0, ...RETRIES_S]) {
      if (wait > 0) await this.clock.sleep(wait * 1000, this.stop.signal);
      if (this.stop.signal.aborted) return;
      if (await this.attempt(app, sent)) {
        this.sent.push(sent);
        return;
      }
    }
  }

  private async attempt(app: SimApp, { body }: Sent): Promise<boolean> {
    if (await this.live?.(app, body)) return true;
    const subscription = this.subscriptions.get(app.id);
    if (!subscription?.url) return false;
    const signed = signedRequest(subscription, body, this.clock.now());
    try {
      const answer = await fetch(subscription.url, {
        method: 'POST',
        headers: signed.headers,
        body: signed.body,
        signal: AbortSignal.any([this.stop.signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      await answer.body?.cancel();
      return answer.status === 200;
    } catch {
      return false;
    }
  }

  /** What the vendor asks of a new callback URL: the challenge must come back within a second. */
  async verifyUrl(app: SimApp): Promise<boolean> {
    const subscription = this.subscriptions.get(app.id);
    if (!subscription?.url) return false;
    const challenge = randomUUID();
    const { headers, body } = signedRequest(
      subscription,
      JSON.stringify({ challenge, token: subscription.verificationToken, type: 'url_verification' }),
      this.clock.now(),
    );
    const signal = AbortSignal.any([this.stop.signal, AbortSignal.timeout(1000)]);
    const answer = await fetch(subscription.url, { method: 'POST', headers, body, signal });
    const said = (await answer.json().catch(() => ({}))) as { challenge?: string };
    return answer.status === 200 && said.challenge === challenge;
  }
}

/** Headers and body as the vendor sends them: encrypted and signed when there is an Encrypt Key. */
export function signedRequest(
  { encryptKey }: Pick<Subscription, 'encryptKey'>,
  plain: string,
  now: number,
): { readonly headers: Record<string, string>; readonly body: string } {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  if (!encryptKey) return { headers: json, body: plain };
  const body = JSON.stringify({ encrypt: encrypt(encryptKey, plain) });
  const [timestamp, nonce] = [String(Math.floor(now / 1000)), randomBytes(8).toString('hex')];
  return {
    headers: {
      ...json,
      'x-lark-request-timestamp': timestamp,
      'x-lark-request-nonce': nonce,
      'x-lark-signature': signatureOf(encryptKey, timestamp, nonce, Buffer.from(body)),
    },
    body,
  };
}
