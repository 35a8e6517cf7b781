// What can be told of a provider before anybody signs in: whether it answers, as whom, and whether it offers what is asked of it.
import { z } from 'zod';
import { isConnectorError, type ConnectorError } from '../../connector-kit/errors.ts';
import { isRefusedHost, refusedBehind } from '../../connector-kit/http/addresses.ts';
import { outOfTime, transportFailure } from '../../connector-kit/http/failure.ts';
import { guardedFetch } from '../../connector-kit/http/fetch.ts';
import type { Label } from '../../core/model.ts';
import { isSameIssuer, isThisMachine, type OidcSettings } from '../../core/oidc.ts';

type Level = 'reachable' | 'issuer' | 'addresses' | 'code' | 'pkce' | 'scope' | 'roles-claim' | 'secret' | 'return-address' | 'admin';

export interface ProviderFinding {
  readonly level: Level;
  readonly ok: boolean;
  readonly message: Label;
  /** Of what is ok: what a person should know or could do better. */
  readonly remedy: Label | null;
  /** Settings that would mend it. */
  readonly settings: Readonly<Record<string, string>> | null;
}

const ANSWER_MS = 10_000;
/** The address that only browsers go to. */
const BROWSERS = 'authorization_endpoint';
const WELL_KNOWN = '/.well-known/openid-configuration';

/** What people copy out of a provider's page is often the address of its document. */
export const plainIssuer = (text: string): string => (text.endsWith(WELL_KNOWN) ? text.slice(0, -WELL_KNOWN.length) : text);

/** What is longer than anything sensible counts as not said. */
const texts = z.array(z.string().max(200)).max(500).optional().catch(undefined);
const address = z.string().max(1000).optional().catch(undefined);
/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
const documentSchema = z.object({
  issuer: address,
  authorization_endpoint: address,
  token_endpoint: address,
  jwks_uri: address,
  userinfo_endpoint: address,
  scopes_supported: texts,
  response_types_supported: texts,
  code_challenge_methods_supported: texts,
  claims_supported: texts,
});
type ProviderDocument = z.output<typeof documentSchema>;
/** By host name. */
type RefusedNames = ReadonlyMap<string, string>;

const found = (
  level: Level,
  ok: boolean,
  message: Label,
  remedy: Label | null = null,
  settings: ProviderFinding['settings'] = null,
): ProviderFinding => ({ level, ok, message, remedy, settings });

/** Which address that may not be reached a name leads to; null: none. */
type Behind = (hostname: string) => Promise<string | null>;

/** @param publicUrl  what people type into a browser; null = not known. */
export async function checkProvider(
  settings: OidcSettings,
  hasSecret: boolean,
  publicUrl: string | null,
  behind: Behind = refusedBehind,
): Promise<ProviderFinding[]> {
  const answer = await readDocument(settings.issuer);
  return [
    ...('level' in answer ? [answer] : judgeDocument(settings, answer, await refusedNames(answer, behind))),
    secretSaid(hasSecret),
    returnSaid(publicUrl),
    ...adminSaid(settings),
  ];
}

/** The document of the provider, or why it cannot be had. */
async function readDocument(issuer: string): Promise<ProviderDocument | ProviderFinding> {
  const url = `${issuer.replace(/\/$/, '')}${WELL_KNOWN}`;
  const { host } = new URL(url);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(outOfTime()), ANSWER_MS);
  try {
    const answer = await guardedFetch(url, { redirect: 'manual', signal: ending.signal, headers: { accept: 'application/json' } });
    const text = await answer.text();
    if (answer.status !== 200) return noDocument(host, url, `HTTP ${answer.status}`);
    const parsed = documentSchema.safeParse(jsonOf(text));
    return parsed.success ? parsed.data : noDocument(host, url, 'no JSON');
  } catch (error) {
    return unreachable(error, host);
  } finally {
    clearTimeout(timer);
  }
}

/** Names that lead to where nothing here may reach, with that address: of what this server asks itself; to sign in go only browsers. */
async function refusedNames({ token_endpoint, jwks_uri, userinfo_endpoint }: ProviderDocument, behind: Behind): Promise<RefusedNames> {
  const asked = [token_endpoint, jwks_uri, userinfo_endpoint];
  const names = new Set(asked.flatMap((value) => (value !== undefined && URL.canParse(value) ? [new URL(value).hostname] : [])));
  const found = await Promise.all([...names].map(async (name) => [name, await inTime(behind(name))] as const));
  return new Map(found.flatMap(([name, at]) => (at === null ? [] : [[name, at]])));
}

/** A name server that is slow to answer says nothing against the provider. */
async function inTime(asked: Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS, null);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const noDocument = (host: string, url: string, what: string): ProviderFinding =>
  found(
    'reachable',
    false,
    {
      en: `${host} answers, but ${url} is no description of a provider (${what}).`,
      zh: `${host} 有响应，但 ${url} 不是身份提供方的说明文档（${what}）。`,
    },
    {
      en: 'The issuer is often longer than the host: with a realm, a tenant or /oauth2/default. Its pages call it "issuer" or "discovery".',
      zh: '签发者地址往往比主机名更长：还包含领域、租户或 /oauth2/default 等路径。在身份提供方的页面中称为“issuer”或“discovery”。',
    },
  );

/** What the guard on addresses says comes without a code; all else that is no fault of the network is about the certificate. */
function unreachable(error: unknown, host: string): ProviderFinding {
  const cause = (error as { cause?: unknown }).cause;
  const failure = isConnectorError(error) ? error : transportFailure(cause ?? error, 'read', host);
  if (failure.kind !== 'config') return found('reachable', false, failure.label, lookAtAddress);
  if (failure.facts.detail === undefined) return found('reachable', false, refused(host, failure), lookAtAddress);
  return found(
    'reachable',
    false,
    {
      en: `The certificate of ${host} is not trusted (${failure.facts.detail}).`,
      zh: `不信任 ${host} 的证书（${failure.facts.detail}）。`,
    },
    {
      en: 'Where it is of an authority of your own: start the server with NODE_EXTRA_CA_CERTS=/path/to/ca.pem.',
      zh: '如由贵单位自有 CA 签发：请以 NODE_EXTRA_CA_CERTS=/路径/ca.pem 启动服务。',
    },
  );
}

/** The guard speaks of connections, which can allow such an address; nobody signs in there. */
const refused = (host: string, failure: ConnectorError): Label =>
  /link-local/.test(failure.label.en)
    ? {
        en: `${host} is a link-local or metadata address, which nothing here may reach.`,
        zh: `${host} 属于链路本地或云元数据地址，不允许访问。`,
      }
    : failure.label;

const lookAtAddress: Label = {
  en: 'Look at the issuer, and whether this server may reach it: not only the browsers of people, the server asks it, too.',
  zh: '请检查签发者地址，以及本服务器能否访问它：除了人员的浏览器，服务器也需要访问。',
};

export function judgeDocument(settings: OidcSettings, document: ProviderDocument, refusedAt: RefusedNames = new Map()): ProviderFinding[] {
  const { host, protocol } = new URL(settings.issuer);
  const over = protocol === 'https:' ? { en: 'over TLS', zh: '通过 TLS' } : { en: 'on this machine', zh: '在本机' };
  return [
    found('reachable', true, { en: `${host} answers ${over.en} and describes itself.`, zh: `${host} ${over.zh}响应，并提供了说明文档。` }),
    issuerSaid(settings, document),
    addressesSaid(settings, document, refusedAt),
    ...codeSaid(document),
    pkceSaid(document),
    ...scopeSaid(settings, document),
    claimSaid(settings, document),
  ];
}

function issuerSaid({ issuer }: OidcSettings, document: ProviderDocument): ProviderFinding {
  if (document.issuer !== undefined && isSameIssuer(document.issuer, issuer))
    return found('issuer', true, { en: 'It names itself as it is entered here.', zh: '其自称的签发者与此处填写的一致。' });
  const own = document.issuer ?? '–';
  return found(
    'issuer',
    false,
    {
      en: `It names itself ${own}, here stands ${issuer}: its answers would be refused.`,
      zh: `其自称为 ${own}，而此处填写的是 ${issuer}：它的答复会被拒绝。`,
    },
    { en: 'Enter the issuer as the provider names itself, letter by letter.', zh: '请逐字填写身份提供方自称的签发者。' },
    document.issuer === undefined ? null : { issuer: document.issuer },
  );
}

function addressesSaid({ issuer }: OidcSettings, document: ProviderDocument, refusedAt: RefusedNames): ProviderFinding {
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = document;
  const needed = Object.entries({ authorization_endpoint, token_endpoint, jwks_uri });
  // As signing in judges them: of a provider over TLS none over plain http, not even on this machine.
  const isHere = new URL(issuer).protocol === 'http:';
  const isSafe = (value: string): boolean => {
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url === null || isRefusedHost(url)) return false;
    return url.protocol === 'https:' || (isHere && url.protocol === 'http:' && isThisMachine(url));
  };
  const asked = [...needed, ...(userinfo_endpoint === undefined ? [] : [['userinfo_endpoint', userinfo_endpoint] as const])];
  const wrong = asked.filter(([, value]) => value === undefined || !isSafe(value)).map(([name]) => name);
  const inside = asked.flatMap(([name, value]) => {
    const host = value !== undefined && URL.canParse(value) ? new URL(value).hostname : '';
    const at = name === BROWSERS ? undefined : refusedAt.get(host);
    return at === undefined || wrong.includes(name) ? [] : [`${name} (${host}: ${at})`];
  });
  const all = [...wrong, ...inside];
  if (all.length === 0)
    return needed.every(([, value]) => value?.startsWith('https:'))
      ? found('addresses', true, {
          en: 'Its addresses for signing in are there, all over TLS.',
          zh: '登录所需的地址齐全，且均通过 TLS。',
        })
      : found('addresses', true, {
          en: 'Its addresses for signing in are there; plain http is used on this machine only.',
          zh: '登录所需的地址齐全；仅在本机使用 http。',
        });
  return found(
    'addresses',
    false,
    {
      en: `Addresses are missing, not https://, or link-local or metadata addresses: ${all.join(', ')}. Signing in would refuse them.`,
      zh: `以下地址缺失、不是 https://，或属于链路本地或云元数据地址，登录时会被拒绝：${all.join('、')}。`,
    },
    {
      en: 'Look whether the provider is set up for OpenID Connect and knows its public address.',
      zh: '请检查身份提供方是否已启用 OpenID Connect，并配置了其对外地址。',
    },
  );
}

function codeSaid({ response_types_supported: types }: ProviderDocument): ProviderFinding[] {
  if (!types || types.includes('code')) return [];
  return [
    found(
      'code',
      false,
      {
        en: `It does not offer the authorization code flow (only ${types.join(', ')}).`,
        zh: `不支持授权码流程（仅支持 ${types.join('、')}）。`,
      },
      { en: 'Allow the authorization code flow for this client.', zh: '请为此客户端启用授权码流程。' },
    ),
  ];
}

function pkceSaid({ code_challenge_methods_supported: methods }: ProviderDocument): ProviderFinding {
  if (methods?.includes('S256'))
    return found('pkce', true, {
      en: 'It supports PKCE (S256): a code that somebody steals is of no use.',
      zh: '支持 PKCE（S256）：授权码即使被窃取也无法使用。',
    });
  if (methods === undefined)
    return found(
      'pkce',
      true,
      { en: 'It does not say whether it supports PKCE (S256).', zh: '未说明是否支持 PKCE（S256）。' },
      {
        en: 'Tributary sends it always. A provider that does not know it mostly passes over it.',
        zh: '本系统始终发送 PKCE；不支持的身份提供方通常会忽略它。',
      },
    );
  return found(
    'pkce',
    false,
    {
      en: `Of PKCE it knows ${methods.join(', ') || 'nothing'} and not S256.`,
      zh: `其 PKCE 方法为 ${methods.join('、') || '无'}，不支持 S256。`,
    },
    { en: 'Allow PKCE with S256 for this client.', zh: '请为此客户端启用 S256 方式的 PKCE。' },
  );
}

function scopeSaid({ scope }: OidcSettings, { scopes_supported: known }: ProviderDocument): ProviderFinding[] {
  const wanted = scope.split(/\s+/).filter((one) => one !== '');
  const unknown = known ? wanted.filter((one) => !known.includes(one)) : [];
  const said: ProviderFinding[] = [];
  if (unknown.length > 0)
    said.push(
      found(
        'scope',
        true,
        { en: `It does not list these scopes: ${unknown.join(', ')}.`, zh: `其支持列表中没有以下授权范围：${unknown.join('、')}。` },
        {
          en: 'If signing in ends with "invalid_scope", take them out, or allow them for this client.',
          zh: '如登录时报“invalid_scope”，请去掉它们，或为此客户端允许它们。',
        },
        { scope: wanted.filter((one) => !unknown.includes(one)).join(' ') },
      ),
    );
  else said.push(found('scope', true, { en: `Scopes: ${wanted.join(', ')}.`, zh: `授权范围：${wanted.join('、')}。` }));
  if (known?.includes('offline_access') && !wanted.includes('offline_access'))
    said.push(
      found(
        'scope',
        true,
        {
          en: 'Between two sign-ins it is not asked again: somebody who leaves stays signed in for up to eight hours.',
          zh: '两次登录之间不会再次询问：离职者最长可保持登录八小时。',
        },
        {
          en: 'With the scope offline_access it is asked every ten minutes, and a no ends the session.',
          zh: '加上 offline_access 后每十分钟询问一次，得到否定答复即结束会话。',
        },
        { scope: [...wanted, 'offline_access'].join(' ') },
      ),
    );
  return said;
}

function claimSaid({ rolesClaim }: OidcSettings, { claims_supported: claims }: ProviderDocument): ProviderFinding {
  if (claims?.includes(rolesClaim))
    return found('roles-claim', true, {
      en: `It can tell "${rolesClaim}", from which the roles come.`,
      zh: `可提供用于确定角色的声明“${rolesClaim}”。`,
    });
  return found(
    'roles-claim',
    true,
    {
      en: `It does not list the claim "${rolesClaim}", from which the roles come.`,
      zh: `其支持列表中没有用于确定角色的声明“${rolesClaim}”。`,
    },
    {
      en: 'Many providers tell groups only where that is switched on for the client (a mapper, an optional claim, a scope of its own). Without it nobody gets a role.',
      zh: '许多身份提供方需为客户端单独启用组信息（映射器、可选声明或专用授权范围）。没有它，任何人都得不到角色。',
    },
  );
}

const secretSaid = (hasSecret: boolean): ProviderFinding =>
  found(
    'secret',
    true,
    hasSecret
      ? {
          en: 'Whether client ID and secret are right shows only when somebody signs in.',
          zh: '客户端 ID 与密钥是否正确，只有实际登录时才能得知。',
        }
      : {
          en: 'No client secret is set: it works only with a client that the provider calls public.',
          zh: '未设置客户端密钥：仅适用于身份提供方中的公开（public）客户端。',
        },
    {
      en: 'Once it is saved, sign in once in a private window, and stay signed in here.',
      zh: '请保存后在无痕窗口中登录一次，同时保持此处的登录状态。',
    },
  );

const returnSaid = (publicUrl: string | null): ProviderFinding =>
  publicUrl === null
    ? found(
        'return-address',
        true,
        {
          en: 'PUBLIC_URL is not set: the provider sends people back to this machine itself.',
          zh: '未设置 PUBLIC_URL：身份提供方会将人员送回本机地址。',
        },
        {
          en: 'Where people sign in from other machines, start the server with PUBLIC_URL: the address that they type into a browser.',
          zh: '如需从其他机器登录，请设置 PUBLIC_URL（人员在浏览器中输入的地址）后启动服务。',
        },
      )
    : found('return-address', true, {
        en: 'Whether the provider knows the redirect address above shows only when somebody signs in.',
        zh: '身份提供方是否已登记上述回调地址，只有实际登录时才能得知。',
      });

/** No fault: administrators may all have passwords. */
const adminSaid = ({ roles }: OidcSettings): ProviderFinding[] =>
  roles.some(({ role }) => role === 'admin')
    ? []
    : [
        found(
          'admin',
          true,
          { en: 'No value gives the role administrator.', zh: '没有任何值对应“管理员”角色。' },
          {
            en: 'Then only local accounts can administer Tributary. That may be what you want.',
            zh: '此时只有本地账号可以管理本系统；如有意如此，可忽略。',
          },
        ),
      ];
