// What a manifest says, as Markdown: the tables of README, README.zh-CN and docs/connectors.md. Pure.
import type { Connector, Manifest } from '../connector-kit/contract.ts';
import { fieldsOf, type Field } from '../connector-kit/define.ts';
import type { Label } from '../core/model.ts';

export type Language = keyof Label;

const words = {
  connector: { en: 'Connector', zh: '连接器' },
  direction: { en: 'Direction', zh: '方向' },
  objects: { en: 'Objects', zh: '对象' },
  provenAgainst: { en: 'Proven against', zh: '验证方式' },
  goodToKnow: { en: 'Good to know', zh: '须知' },
  upstream: { en: 'upstream', zh: '上游' },
  downstream: { en: 'downstream', zh: '下游' },
} satisfies Record<string, Label>;

const proofs: Readonly<Record<Manifest['provenAgainst'][number], Label>> = {
  simulator: { en: 'simulator', zh: '模拟器' },
  "vendor's SDK": { en: "vendor's SDK", zh: '厂商 SDK' },
  'real server': { en: 'real server', zh: '真实服务器' },
  'live tenant': { en: 'live tenant', zh: '真实租户' },
  itself: { en: 'itself (no far side)', zh: '自身（无外部系统）' },
};

const removals: Readonly<Record<Manifest['facts']['removeMeans'], Label>> = {
  recoverable: { en: 'removal can be taken back', zh: '删除可恢复' },
  irreversible: { en: 'removal is final', zh: '删除不可恢复' },
  disables: { en: 'removal only disables', zh: '删除仅停用' },
};

/** One row per connector, by id. `folder` is where the links to connector folders start. */
export function connectorTable(connectors: readonly Connector[], language: Language, folder: string): string {
  const heads = [words.connector, words.direction, words.objects, words.provenAgainst, words.goodToKnow];
  const rows = connectors.map(({ manifest }) => [
    `[${manifest.name[language]}](${folder}/${manifest.id}/README.md)`,
    directions(manifest, language),
    manifest.types.map((type) => type.label[language]).join(', '),
    manifest.provenAgainst.map((proof) => proofs[proof][language]).join(', '),
    facts(manifest, language),
  ]);
  return table(
    heads.map((head) => head[language]),
    rows,
  );
}

function directions(manifest: Manifest, language: Language): string {
  const up = manifest.roles.includes('source') ? [words.upstream[language]] : [];
  const down = manifest.roles.includes('target') ? [words.downstream[language]] : [];
  return [...up, ...down].join(', ');
}

/** What an administrator should know before choosing it, from facts and limits. */
function facts(manifest: Manifest, language: Language): string {
  const { facts: known, limits } = manifest;
  const say = (en: string, zh: string): string => (language === 'en' ? en : zh);
  const said = [
    known.stableIds ? '' : say('ids change with their key or path', '主键或路径变化时 ID 随之变化'),
    known.nestedGroups ? '' : say('no groups inside groups', '不支持嵌套组'),
    manifest.place === 'server' ? say('carried out by the server alone, not by workers', '仅由服务执行，工作进程不参与') : '',
    limits.inFlight > 1 && !known.serialWrites
      ? say(`${limits.inFlight} requests at once`, `并发 ${limits.inFlight}`)
      : say('one write at a time', '逐个写入'),
    limits.perSecond ? say(`${limits.perSecond} requests a second`, `每秒 ${limits.perSecond} 次`) : '',
    manifest.roles.includes('target') ? removals[known.removeMeans][language] : '',
    ...manifest.types.flatMap(({ tree }) => [
      tree?.levels ? say(`at most ${tree.levels} levels of departments`, `部门最多 ${tree.levels} 级`) : '',
      tree?.children ? say(`at most ${tree.children} departments directly below one`, `一个部门最多 ${tree.children} 个直属下级`) : '',
    ]),
    ...(manifest.sends ?? []).map((item) => item.what[language]),
  ];
  return said.filter((text) => text !== '').join(language === 'en' ? '; ' : '；');
}

/** One section per connector: what its connection and its part are configured with, and its attributes. */
export function connectorSections(connectors: readonly Connector[]): string {
  return connectors.map(({ manifest }) => section(manifest)).join('\n\n');
}

function section(manifest: Manifest): string {
  const lines = [
    `## ${manifest.name.en} · ${manifest.name.zh} (\`${manifest.id}\`)`,
    `${manifest.summary.en}\n${manifest.summary.zh}`,
    `[Set-up guide](../src/connectors/${manifest.id}/README.md) · ${directions(manifest, 'en')} · proven against: ${manifest.provenAgainst
      .map((proof) => proofs[proof].en)
      .join(', ')}`,
  ];
  const fields = fieldsOf(manifest.config);
  if (fields.length > 0) lines.push('**Connection**', fieldTable(fields));
  const part = fieldsOf(manifest.part);
  if (part.length > 0) lines.push('**Part that one job covers**', fieldTable(part));
  for (const type of manifest.types) {
    const rows = type.attributes.map((attribute) => [
      code(attribute.name),
      `${attribute.label.en} · ${attribute.label.zh}`,
      attribute.many ? `list of ${attribute.type}` : attribute.type,
      attributeFacts(attribute),
    ]);
    lines.push(`**Attributes of the type ${type.label.en} (\`${type.id}\`)**`, table(['Attribute', 'Label', 'Type', 'Facts'], rows));
  }
  return lines.join('\n\n');
}

function attributeFacts(attribute: Manifest['types'][number]['attributes'][number]): string {
  const said = [
    attribute.required ? 'required' : '',
    attribute.unique === 'siblings' ? 'unique among siblings' : attribute.unique ? 'unique' : '',
    attribute.writable === 'never' ? 'read-only' : attribute.writable === 'create' ? 'set once' : '',
    attribute.kind ?? '',
    attribute.maxLength ? `at most ${attribute.maxLength} characters` : '',
    attribute.min === undefined ? '' : `at least ${attribute.min}`,
    attribute.oneOf ? attribute.oneOf.map(code).join(' ') : '',
  ];
  return said.filter((text) => text !== '').join(', ');
}

function fieldTable(fields: readonly Field[]): string {
  const rows = fields.map((item) => [
    code(item.name),
    `${item.meta.label.en} · ${item.meta.label.zh}`,
    item.meta.secret ? 'secret' : kindOf(item.schema),
    defaultOf(item),
    [item.meta.help?.en ?? '', showWhen(item)].filter((text) => text !== '').join(' '),
  ]);
  return table(['Setting', 'On screen', 'Kind', 'Default', 'Meaning'], rows);
}

const showWhen = (item: Field): string =>
  item.meta.showWhen ? `(Only with \`${item.meta.showWhen.field}\` = \`${String(item.meta.showWhen.is)}\`.)` : '';

interface SchemaDef {
  readonly type: string;
  readonly innerType?: { readonly def: SchemaDef };
  readonly in?: { readonly def: SchemaDef };
  readonly element?: { readonly def: SchemaDef };
  readonly options?: readonly { readonly def: SchemaDef }[];
  readonly entries?: Readonly<Record<string, string>>;
}

/** A word or the choices. Reads zod's public `def`, through defaults and optionals. */
function kindOf(schema: { readonly def: unknown }): string {
  const def = schema.def as SchemaDef;
  if (def.innerType) return kindOf(def.innerType);
  if (def.in) return kindOf(def.in);
  if (def.entries) return Object.values(def.entries).map(code).join(' ');
  if (def.element) return `list of ${kindOf(def.element)}`;
  if (def.options) return [...new Set(def.options.filter((option) => option.def.type !== 'literal').map(kindOf))].join(' or ');
  if (def.type === 'record') return 'table';
  return def.type === 'string' ? 'text' : def.type;
}

function defaultOf(item: Field): string {
  if (item.required) return '**required**';
  const parsed = item.schema.safeParse(undefined);
  const value = parsed.success ? parsed.data : undefined;
  const isEmpty = value === undefined || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
  return isEmpty ? '' : code(String(value));
}

const code = (text: string): string => `\`${text.replaceAll('\t', '\\t')}\``;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** A bar would end the cell, even inside code. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
