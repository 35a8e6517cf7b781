// Signs in and sends every request to a SCIM system; the only file with addresses.
import { z } from 'zod';
import type { ConnectionContext } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { openHttp, type Authorization, type HttpCall } from '../../connector-kit/http/client.ts';
import { createTokenSource, type IssuedToken } from '../../connector-kit/http/token.ts';
import type { Config } from './config.ts';
import type { Json, Operation } from './places.ts';
import { budgetsOf } from './budgets.ts';
import { memberPace, type MemberPace } from './member-pace.ts';
import { rememberedMembers, type RememberedMembers } from './remembered.ts';
import type { Profile } from './profiles.ts';
import { openTurns } from './turns.ts';
import { bulkAnswer, bulkEntry, resultOf } from './bulk-wire.ts';
import {
  bulkShape,
  configurationShape,
  idIn,
  judge,
  listShape,
  resourceShape,
  resourceTypeShape,
  schemaShape,
  tokenShape,
  writtenShape,
  type List,
  type ResourceType,
  type Schema,
  type ServiceConfiguration,
} from './wire.ts';

export type Kind = 'users' | 'groups' | 'departments';

export interface ListQuery {
  readonly filter?: string;
  readonly startIndex?: number;
  readonly count?: number;
  /** Empty for the first page. */
  readonly cursor?: string;
  readonly excludedAttributes?: string;
  /** Asked by POST /.search, where a system reads no parameters of its lists. */
  readonly bySearch?: boolean;
}

/** What a write answered: the resource where it came along, and the id where it is known. */
export interface Answered {
  readonly resource: Json | undefined;
  readonly id: string | undefined;
}

/** One write of a Bulk request. */
export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly kind: Kind;
  readonly id?: string;
  readonly data?: Json;
  readonly version?: string | undefined;
}

/** `date`: what the far side's clock said, epoch ms. */
export type Listed = List & { readonly date?: number };

export interface Client {
  readonly config: Config;
  readonly clock: ConnectionContext<Config>['clock'];
  readonly log: ConnectionContext<Config>['log'];
  /** What was written to groups of a system that never shows members. */
  readonly remembered: RememberedMembers;
  readonly memberPace: MemberPace;
  /** Work that writes an object back whole, as it was read: never two on one object at once. */
  inTurn<T>(kind: Kind, id: string, work: () => Promise<T>): Promise<T>;
  list(kind: Kind, query: ListQuery, signal: AbortSignal): Promise<Listed>;
  /** null when it is not there. */
  one(kind: Kind, id: string, signal: AbortSignal): Promise<Json | null>;
  create(kind: Kind, resource: Json, signal: AbortSignal): Promise<Answered>;
  /** `version`: throws `conflict` when somebody has changed it since. */
  replace(kind: Kind, id: string, resource: Json, signal: AbortSignal, version?: string): Promise<Answered>;
  change(kind: Kind, id: string, operations: readonly Operation[], signal: AbortSignal, version?: string): Promise<Answered>;
  /** False when it was not there. */
  remove(kind: Kind, id: string, signal: AbortSignal): Promise<boolean>;
  /** An answer for each, in order; throws where the request as a whole failed. */
  bulk(operations: readonly BulkOperation[], signal: AbortSignal): Promise<readonly (Answered | ConnectorError)[]>;
  /** null where the system does not say what it can do. */
  configuration(signal: AbortSignal): Promise<ServiceConfiguration | null>;
  schemas(signal: AbortSignal): Promise<readonly Schema[] | null>;
  resourceTypes(signal: AbortSignal): Promise<readonly ResourceType[] | null>;
  /** Where its collections lie, from now on. */
  locate(paths: Profile['paths']): void;
  close(): Promise<void>;
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 */
export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const MEDIA_TYPE = 'application/scim+json';
/** A request that carries a hundred writes takes longer than one. */
export const BULK_MS = 60_000;

export function openClient(context: ConnectionContext<Config>, profile: Profile): Client {
  const { config } = context;
  const secrets = [config.token, config.password, config.clientSecret, config.proxy].filter((secret) => secret !== '');
  const tokenUrl = config.tokenUrl || new URL('../token', `${config.url.replace(/\/$/, '')}/`).href;
  const { buckets, bucketOf } = budgetsOf(config, profile);
  const http = openHttp({
    ...context,
    baseUrl: config.url,
    origins: config.auth === 'client-credentials' ? [tokenUrl] : [],
    headers: { accept: `${MEDIA_TYPE}, application/json`, ...headersOf(config.headers) },
    authorize: authorization(),
    secrets,
    judge,
    buckets,
    connections: config.parallel,
    ...(config.ca ? { ca: config.ca } : {}),
    ...(config.proxy ? { proxy: config.proxy } : {}),
    allowLinkLocal: config.allowLinkLocal,
  });

  function authorization(): Authorization {
    switch (config.auth) {
      case 'none':
        return { headers: {} };
      case 'bearer':
        return { headers: { authorization: `Bearer ${config.token}` } };
      case 'basic':
        return { headers: { authorization: basic(config.user, config.password) } };
      case 'client-credentials':
        return {
          token: createTokenSource({
            clock: context.clock,
            memory: context.memory,
            key: 'scim-token',
            issuedFor: [tokenUrl, config.clientId, config.clientSecret, config.scope],
            issue: issueToken,
          }),
          place: (token) => ({ headers: { authorization: `Bearer ${token}` } }),
        };
    }
  }

  /** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4, https://cloud.tencent.com/document/product/1442/68856 (get-query) */
  async function issueToken(signal: AbortSignal): Promise<IssuedToken> {
    const { body } = await http.call({
      ...tokenRequests[profile.tokenRecipe](config),
      path: tokenUrl,
      schema: tokenShape,
      // Asking twice gives two tokens, of which one is used.
      effect: 'read',
      anonymous: true,
      judge: ({ status }) => (status === 400 || status === 401 || status === 403 ? wrongClient() : undefined),
      signal,
    });
    return { value: body.access_token, lastsMs: body.expires_in === undefined ? null : body.expires_in * 1000 };
  }

  const turns = openTurns();
  let { paths } = profile;
  const pathOf = (kind: Kind, id?: string): string => (id === undefined ? paths[kind] : `${paths[kind]}/${encodeURIComponent(id)}`);

  /** All of a list that describes the system; null where there is none. */
  const described = async <T>(path: string, shape: z.ZodType<T>, signal: AbortSignal): Promise<readonly T[] | null> => {
    try {
      const { body } = await call({ method: 'GET', path, schema: listShape, signal });
      return (body.resources ?? []).flatMap((one) => shape.safeParse(one).data ?? []);
    } catch (error) {
      return notOffered(error, null);
    }
  };

  const call = <T>(more: HttpCall<T>) =>
    http.call({
      bucket: bucketOf('reads'),
      ...more,
      ...(more.json === undefined ? {} : { headers: { ...more.headers, 'content-type': MEDIA_TYPE } }),
    });

  const bulkPath = ({ kind, id }: BulkOperation): string => `/${pathOf(kind, id)}`;

  const answered = async (more: Omit<HttpCall<unknown>, 'schema'>, id?: string): Promise<Answered> => {
    const { body, header } = await call({ ...more, schema: writtenShape });
    const isResource = profile.envelope === 'scim';
    const located = header('location')?.split('/').filter(Boolean).at(-1);
    return {
      resource: isResource ? body : undefined,
      id: id ?? idIn(body) ?? (located === undefined ? undefined : decodeURIComponent(located)),
    };
  };

  return {
    config,
    clock: context.clock,
    log: context.log,
    remembered: rememberedMembers(context.memory),
    memberPace: memberPace(context),
    inTurn: (kind, id, work) => turns(`${kind} ${id}`, work),
    async list(kind, { bySearch, ...query }, signal) {
      const request = bySearch
        ? { ...searchOf(query), path: `${pathOf(kind)}/.search` }
        : ({ method: 'GET', path: pathOf(kind), query } as const);
      const { body, header } = await call({ ...request, schema: listShape, bucket: bucketOf('reads'), signal });
      const date = Date.parse(header('date') ?? '');
      return Number.isNaN(date) ? body : { ...body, date };
    },
    async one(kind, id, signal) {
      try {
        return (await call({ method: 'GET', path: pathOf(kind, id), schema: resourceShape, signal })).body;
      } catch (error) {
        return absent(error, null);
      }
    },
    create: (kind, resource, signal) =>
      answered({ method: 'POST', path: pathOf(kind), json: resource, bucket: bucketOf('creates', kind), signal }),
    // Sent twice they end the same: values are set, members are added once, whole objects are put.
    replace: (kind, id, resource, signal, version) =>
      answered(
        {
          method: 'PUT',
          path: pathOf(kind, id),
          json: resource,
          effect: 'repeatable',
          ...underVersion(version),
          bucket: bucketOf('writes', kind),
          signal,
        },
        id,
      ),
    change: (kind, id, operations, signal, version) =>
      answered(
        {
          method: 'PATCH',
          path: pathOf(kind, id),
          json: { schemas: [PATCH_SCHEMA], Operations: operations },
          effect: 'repeatable',
          ...underVersion(version),
          bucket: bucketOf('writes', kind),
          signal,
        },
        id,
      ),
    async remove(kind, id, signal) {
      try {
        await call({
          method: 'DELETE',
          path: pathOf(kind, id),
          schema: z.unknown(),
          effect: 'repeatable',
          bucket: bucketOf('writes', kind),
          signal,
        });
        return true;
      } catch (error) {
        return absent(error, false);
      }
    },
    async bulk(operations, signal) {
      const { body } = await call({
        method: 'POST',
        path: 'Bulk',
        json: { schemas: [BULK_SCHEMA], Operations: operations.map((one, at) => bulkEntry(bulkPath(one), one, at)) },
        schema: bulkShape,
        // failOnErrors is never sent: each is to be tried, whatever became of the others.
        effect: operations.some(({ method }) => method === 'POST') ? 'once' : 'repeatable',
        timeoutMs: BULK_MS,
        bucket: bucketOf('writes', operations[0]!.kind),
        signal,
      });
      const host = new URL(config.url).host;
      const isResource = profile.envelope === 'scim';
      return operations.map((one, at) => bulkAnswer(one, resultOf(body, bulkPath(one), one, at), isResource, host, secrets));
    },
    async configuration(signal) {
      try {
        return (await call({ method: 'GET', path: 'ServiceProviderConfig', schema: configurationShape, signal })).body;
      } catch (error) {
        return notOffered(error, null);
      }
    },
    schemas: (signal) => described('Schemas', schemaShape, signal),
    resourceTypes: (signal) => described('ResourceTypes', resourceTypeShape, signal),
    locate: (found) => void (paths = found),
    close: () => http.close(),
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
const underVersion = (version: string | undefined) => (version === undefined ? {} : { headers: { 'if-match': version } });

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3 */
const searchOf = ({ excludedAttributes, ...query }: ListQuery): Pick<HttpCall<unknown>, 'method' | 'json' | 'effect'> => ({
  method: 'POST',
  effect: 'read',
  json: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
    ...query,
    ...(excludedAttributes ? { excludedAttributes: excludedAttributes.split(',') } : {}),
  },
});

type TokenRequest = Pick<HttpCall<unknown>, 'method' | 'query' | 'headers' | 'text'>;
const FORM = 'application/x-www-form-urlencoded';

const tokenRequests: Readonly<Record<Profile['tokenRecipe'], (config: Config) => TokenRequest>> = {
  'post-form': ({ clientId, clientSecret, scope }) => ({
    method: 'POST',
    headers: { 'content-type': FORM, accept: 'application/json' },
    text: form({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope }),
  }),
  'post-basic': ({ clientId, clientSecret, scope }) => ({
    method: 'POST',
    headers: {
      'content-type': FORM,
      accept: 'application/json',
      authorization: basic(encodeURIComponent(clientId), encodeURIComponent(clientSecret)),
    },
    text: form({ grant_type: 'client_credentials', scope }),
  }),
  // The secret stands in an address, which logs of proxies keep: only where the vendor wants it so.
  'get-query': ({ clientId, clientSecret }) => ({ method: 'GET', query: { client_id: clientId, client_secret: clientSecret } }),
};

const form = (fields: Readonly<Record<string, string>>): string =>
  new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== '')).toString();

const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const headersOf = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));

const wrongClient = (): ConnectorError =>
  new ConnectorError('credentials', {
    en: 'The system gave no token for this client id and secret. Enter the current ones.',
    zh: '系统未能为该客户端 ID 和密钥签发令牌，请填写当前有效的值。',
  });

function absent<T>(error: unknown, instead: T): T {
  if (error instanceof ConnectorError && error.kind === 'not-found') return instead;
  throw error;
}

/** A system without discovery answers in many ways that it has none. */
function notOffered<T>(error: unknown, instead: T): T {
  const kinds = ['not-found', 'unsupported', 'invalid', 'bad-response', 'permission'];
  if (error instanceof ConnectorError && kinds.includes(error.kind)) return instead;
  throw error;
}
