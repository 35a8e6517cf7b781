// What documents say is what the code does: generated parts, links, words, scripts; and nothing private has slipped in.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { connectors } from '../src/connectors/index.ts';
import { documents, regenerate } from '../src/docs/generate.ts';
import { CLIENT_FILE, clientText } from '../src/server/api/write-client.ts';
import { openApiText } from '../src/server/api/write-document.ts';
import { anchorsOf, brokenLinks, misnumbered, scriptsNamed, textFiles, unequalPages } from './documents.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const files = textFiles(root);
const markdown = [...files].filter(([file]) => file.endsWith('.md'));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageManifest;
const consoleManifest = JSON.parse(readFileSync(join(root, 'console', 'package.json'), 'utf8')) as PackageManifest;

interface PackageManifest {
  readonly scripts: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
}

describe('decisions', () => {
  it('have a number each, counted without a gap, and say it in their title', () => {
    expect(badNumbers(markdown.filter(([file]) => file.startsWith('docs/decisions/')))).toEqual([]);
  });

  it('with a gap, a number twice or another one in the title are found', () => {
    const page = (number: string, title = number): readonly [string, string] => [`docs/decisions/${number}-x.md`, `# ${title} X`];
    expect(badNumbers([page('0002'), page('0001')])).toEqual([]);
    expect(badNumbers([page('0001'), page('0003')])).toEqual(['docs/decisions/0003-x.md is not number 0002']);
    expect(badNumbers([page('0001'), ['docs/decisions/0001-y.md', '# 0001 Y']])).toEqual(['docs/decisions/0001-y.md is not number 0002']);
    expect(badNumbers([page('0001', '0007')])).toEqual(['docs/decisions/0001-x.md does not say 0001 in its title']);
  });
});

describe('pages in two languages', () => {
  it('have the same parts, options and settings', () => {
    expect(unequalPages(new Map(markdown))).toEqual([]);
  });

  it('of which one lacks something are found', () => {
    const pages = (chinese: string): Map<string, string> =>
      new Map([
        ['a.md', '# A\n\n## B\n\n`run --now` with\n\n    HOST_NAME=x'],
        ['a.zh-CN.md', chinese],
      ]);
    expect(unequalPages(pages('# 甲\n\n## 乙\n\n`HOST_NAME`、`--now`'))).toEqual([]);
    expect(unequalPages(pages('# 甲\n\n`run`、`--then`'))).toEqual([
      'a.zh-CN.md has 1 headings, a.md 2',
      'a.zh-CN.md lacks --now',
      'a.zh-CN.md lacks HOST_NAME',
      'a.md lacks --then',
    ]);
  });
});

describe('generated parts', () => {
  it.each(documents)('of %s equal what "npm run docs" writes', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    expect(text, `${document} has no generated part`).toMatch(/<!-- generated:[\w-]+ -->/);
    expect(text === regenerate(text, connectors), `${document} is out of date: npm run docs`).toBe(true);
  });

  it('of docs/openapi.json equal what "npm run docs" writes', { timeout: 120_000 }, async () => {
    const committed = readFileSync(join(root, 'docs', 'openapi.json'), 'utf8');
    expect(committed === (await openApiText()), 'docs/openapi.json is out of date: npm run docs').toBe(true);
  });

  it('of console/src/api/generated.ts equal what "npm run docs" writes', () => {
    expect(readFileSync(CLIENT_FILE, 'utf8') === clientText(), 'console/src/api/generated.ts is out of date: npm run docs').toBe(true);
  });

  it('that somebody edited by hand are noticed', () => {
    const text = regenerate('<!-- generated:connectors -->\n<!-- /generated -->', connectors);
    expect(regenerate(text, connectors)).toBe(text);
    const edited = text.replace(/\| [^|]+ \|/, '| edited |');
    expect(regenerate(edited, connectors)).not.toBe(edited);
    expect(() => regenerate('<!-- generated:typo --><!-- /generated -->', connectors)).toThrow('typo');
  });
});

describe('links', () => {
  it.each(markdown)('of %s lead somewhere', (file, text) => {
    expect(brokenLinks(root, file, text)).toEqual([]);
  });

  it('to a decision carry its number', () => {
    expect(markdown.flatMap(([file, text]) => misnumbered(text).map((link) => `${file}: ${link}`))).toEqual([]);
    expect(misnumbered('[0003](docs/decisions/0003-a.md) and [0017](docs/decisions/0018-b.md)')).toEqual([
      '[0017](docs/decisions/0018-b.md)',
    ]);
  });

  it('that lead nowhere are found', () => {
    expect(brokenLinks(root, 'README.md', 'See [this](docs/no-such-file.md).')).toHaveLength(1);
    expect(brokenLinks(root, 'README.md', 'See [this](#no-such-heading).')).toHaveLength(1);
    expect(anchorsOf('## What it is, and for whom\n### 人员 / 部门')).toEqual(new Set(['what-it-is-and-for-whom', '人员--部门']));
  });
});

describe('npm scripts', () => {
  it('that documents name exist', () => {
    const unknown = markdown.flatMap(([file, text]) =>
      scriptsNamed(text)
        .filter((name) => !(name in manifest.scripts))
        .map((name) => `${file}: npm run ${name}`),
    );
    expect(unknown).toEqual([]);
    expect(scriptsNamed('`npm run no-such-script`')).toEqual(['no-such-script']);
  });
});

describe('the glossary', () => {
  const glossary = readFileSync(join(root, 'GLOSSARY.md'), 'utf8');

  it.each(glossaryWords())('has "%s" with its Chinese word "%s"', (english, chinese) => {
    expect(isDefined(glossary, english, chinese), `no row of GLOSSARY.md has both "${english}" and "${chinese}"`).toBe(true);
  });

  it('without a row for a word, or with another Chinese word in it, is found', () => {
    const two = '| person | 人员 |\n| account | 账号 |';
    expect([isDefined(two, 'person', '人员'), isDefined(two, 'person', '账号'), isDefined(two, 'group', '组')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('decisions', () => {
  it('name every dependency of both package.json', () => {
    const text = readFileSync(join(root, 'docs/decisions/0004-dependencies.md'), 'utf8');
    const unnamed = (dependencies: readonly string[]) => dependencies.filter((name) => !text.includes(`\`${name}\``));
    const names = Object.keys({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
      ...consoleManifest.dependencies,
      ...consoleManifest.devDependencies,
    });
    expect(unnamed(names)).toEqual([]);
    expect(unnamed(['no-such-dependency'])).toEqual(['no-such-dependency']);
  });
});

describe('the repository', () => {
  it('holds no path of a machine and no address of a package registry', () => {
    // Put together here, so that this file does not find itself.
    const private_ = [`/${'work'}/`, `/${'root'}/`, `/${'Users'}/`, `${'registry'}.npmjs`, `_auth${'Token'}`, `"resolved": "${'http'}`];
    const home = new RegExp(`/${'home'}/[a-z]`);
    const found = [...files, ['package-lock.json', readFileSync(join(root, 'package-lock.json'), 'utf8')] as const].flatMap(
      ([file, text]) => [
        ...private_.filter((word) => text.includes(word)).map((word) => `${file}: ${word}`),
        ...(home.test(text) ? [`${file}: ${home.source}`] : []),
      ],
    );
    expect(found).toEqual([]);
  });
});

const isDefined = (glossary: string, english: string, chinese: string): boolean =>
  glossary.split('\n').some((line) => line.startsWith('|') && line.includes(english) && line.includes(chinese));

function badNumbers(pages: readonly (readonly [file: string, text: string])[]): readonly string[] {
  const sorted = pages.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([file, text], index) => {
    const number = String(index + 1).padStart(4, '0');
    if (!file.startsWith(`docs/decisions/${number}-`)) return [`${file} is not number ${number}`];
    return text.startsWith(`# ${number} `) ? [] : [`${file} does not say ${number} in its title`];
  });
}

function glossaryWords(): readonly (readonly [string, string])[] {
  return [
    ['sync center', '同步中心'],
    ['directory', '目录'],
    ['person', '人员'],
    ['department', '部门'],
    ['membership', '任职'],
    ['group', '组'],
    ['direct manager', '直属上级'],
    ['leader', '部门负责人'],
    ['account', '账号'],
    ['connector', '连接器'],
    ['connection', '连接'],
    ['upstream', '上游'],
    ['downstream', '下游'],
    ['source', '源'],
    ['target', '目标'],
    ['job', '同步任务'],
    ['run', '执行记录'],
    ['run it', '执行'],
    ['manual', '手动'],
    ['schedule', '定时'],
    ['event', '实时'],
    ['scope', '同步范围'],
    ['mapping', '字段映射'],
    ['expression', '表达式'],
    ['correlation', '匹配'],
    ['link', '关联'],
    ['dry run', '试运行'],
    ['plan', '变更计划'],
    ['change', '变更'],
    ['reason', '原因'],
    ['guard, delete protection', '删除保护'],
    ['held', '待确认'],
    ['confirm', '确认'],
    ['apply', '写入'],
    ['outcome', '结果'],
    ['brake', '总闸'],
    ['quarantine', '暂停重试'],
    ['rescue', '恢复'],
    ['protected account', '受保护账号'],
    ['suspended', '停用'],
    ['disable', '停用'],
    ['departed', '离职'],
    ['full', '全量'],
    ['incremental', '增量'],
    ['cursor', '游标'],
    ['complete', '完整读取'],
    ['drift', '差异'],
    ['authority', '权威源'],
    ['reconcile', '对账'],
    ['undo', '撤销'],
    ['event', '事件'],
    ['callback URL', '事件订阅请求网址'],
    ['inbox', '收件箱'],
    ['peer', '对端'],
    ['mirror', '镜像'],
    ['contribution', '来源值'],
    ['claim', '归属'],
    ['reservation', '预留'],
    ['ledger', '台账'],
    ['stage', '阶段'],
    ['wave', '批次'],
    ['lease', '租约'],
    ['pin', '保留'],
    ['part', '范围'],
    ['notice', '通知'],
    ['dead item', '待处理'],
    ['sandbox', '沙箱'],
    // Coming from other products.
    ['user pool', '用户池'],
    ['data source', '数据源'],
    ['risk operation', '风险操作'],
    ['identity source', '身份源'],
    ['mode of fetching', '获取方式'],
    ['incremental sync log', '增量同步日志'],
  ];
}
