// Cases on the manifest and on `check`: what an administrator is told before the first run.
import assert from 'node:assert/strict';
import type { CheckReport } from '../contract.ts';
import { fieldsOf } from '../define.ts';
import type { Bench } from './bench.ts';
import { inGroup, NotOffered } from './case.ts';

const it = inGroup('check');
const signal = new AbortController().signal;

const failed = (report: CheckReport) => report.findings.filter((finding) => !finding.ok);

function assertExplained(report: CheckReport): void {
  for (const finding of report.findings) {
    assert(finding.message.en && finding.message.zh, `the finding "${finding.level}" is said in both languages`);
    if (!finding.ok) assert(finding.remedy?.en && finding.remedy.zh, `the finding "${finding.level}" says what to do about it`);
  }
}

async function assertUnreachable(bench: Bench): Promise<void> {
  const { far } = bench;
  const connection = await bench.openWith(far.unreachableConfig ?? far.config, new Map());
  if (!far.unreachableConfig) far.fault!({ fault: 'refuse-connection', times: 1000 });
  const report = await connection.check({ direction: 'up', part: bench.part, signal });
  assertExplained(report);
  assert(
    failed(report).some((finding) => finding.level === 'reachable'),
    'check says that the system is not reachable',
  );
  if (!connection.read) return;
  const error = await bench.refusal(async () => {
    for await (const event of connection.read!(bench.main.id, bench.reading(bench.main))) {
      assert(event.kind !== 'end' || !event.complete, 'a read of an unreachable system is never complete');
    }
  }, 'reading an unreachable system');
  assert.equal(error.facts.transport, true, 'the error counts for the breaker (transport)');
}

/** What was made wrong, for whoever wonders why `check` should have noticed. */
function unnoticed({ far }: Bench): string {
  const names = Object.keys(far.wrongConfig ?? {}).filter((name) => far.wrongConfig![name] !== far.config[name]);
  return names.length === 0
    ? 'wrongConfig is the same as config: mark the credentials of the config schema with `secret: true`, or give a wrongConfig'
    : `check finds nothing wrong, though these settings are: ${names.join(', ')}. ` +
        'Does it sign in with them, and is every credential of the config schema marked with `secret: true`?';
}

export const checkCases = [
  it('manifest', 'the manifest names everything a person or the engine must know', [], async (bench) => {
    const { manifest } = bench.subject.connector;
    for (const schema of [manifest.config, manifest.part]) {
      for (const { name, meta } of fieldsOf(schema))
        assert(meta.label.en && meta.label.zh, `the field "${name}" has a label in both languages`);
    }
    for (const label of [manifest.name, manifest.summary]) assert(label.en && label.zh, 'name and summary are in both languages');
    const { connection } = bench;
    assert(connection.read && connection.get, 'sources and targets offer read and get');
    const dynamic = connection.authority !== undefined;
    const { role } = bench.subject;
    if (role) assert(manifest.roles.includes(role), `the manifest names the role "${role}"`);
    if ((role ?? 'target') === 'target' && manifest.roles.includes('target') && !dynamic)
      assert(connection.create && connection.update, 'a target offers create and update');
    if (role === 'source') assert(!connection.create && !connection.update && !connection.remove, 'what is only read offers no write');
    if (connection.changes) assert(connection.startCursor, 'changes needs startCursor');
    if (connection.disable) assert(connection.enable, 'what can be disabled can be enabled');
    if (connection.restore) assert.equal(bench.manifest.facts.removeMeans, 'recoverable', 'restore needs something recoverable');
    const ids = bench.manifest.types.map((type) => type.id);
    for (const type of bench.manifest.types) {
      const names = type.attributes.map((spec) => spec.name);
      assert.equal(new Set(names).size, names.length, `${type.id} has each attribute once`);
      assert(names.includes(type.title), `${type.id} has its title "${type.title}"`);
      if (type.parent)
        assert.equal(
          type.attributes.find((spec) => spec.name === type.parent)?.to,
          type.id,
          `${type.id}.${type.parent} refers to ${type.id}`,
        );
      for (const spec of type.attributes) {
        assert.equal(
          spec.type === 'reference',
          spec.to !== undefined,
          `${type.id}.${spec.name} is a reference exactly when it says to what`,
        );
        if (spec.forbidden) new RegExp(spec.forbidden, 'u');
      }
      for (const relation of type.relations)
        for (const to of relation.to) assert(ids.includes(to), `${type.id}.${relation.name} leads to a known type`);
    }
  }),

  it('good', 'good credentials: reachable, signed in, and the system says who it is', [], async (bench) => {
    const report = await bench.connection.check({ direction: 'up', part: bench.part, signal });
    assertExplained(report);
    assert.deepEqual(failed(report), [], 'nothing is wrong');
    assert(
      report.findings.some((finding) => finding.level === 'reachable'),
      'it says that the system is reachable',
    );
    assert(report.systemId, 'it names the system');
    const again = await (await bench.openWith(bench.far.config)).check({ direction: 'up', signal });
    assert.equal(again.systemId, report.systemId, 'two connections to one system name the same one');
    assert.equal(again.range, report.range, 'and the same visible range');
    if (bench.connection.read) assert.equal((await bench.read(bench.main)).end.visible.range, report.range, 'the same that a read reports');
  }),

  it('wrong', 'wrong credentials are a finding with a remedy, and reading fails with "credentials"', ['wrongConfig'], async (bench) => {
    const connection = await bench.openWith(bench.far.wrongConfig!, new Map());
    const report = await connection.check({ direction: 'up', part: bench.part, signal });
    assertExplained(report);
    assert(failed(report).length > 0, unnoticed(bench));
    assert(!report.findings.some((finding) => finding.level === 'reads-person' && finding.ok), 'it does not claim to read people');
    const error = await bench.refusal(() => bench.read(bench.main, {}, connection), 'reading with wrong credentials');
    assert.equal(error.kind, 'credentials');
  }),

  it('under-privileged', 'a missing right is named by check', ['underPrivilegedConfig'], async (bench) => {
    const connection = await bench.openWith(bench.far.underPrivilegedConfig!, new Map());
    const report = await connection.check({ direction: 'down', part: bench.part, signal });
    assertExplained(report);
    assert(
      report.findings.some((finding) => finding.level === 'signed-in' && finding.ok),
      'the sign-in itself is fine',
    );
    assert(
      failed(report).some(({ level }) => ['reads-department', 'reads-person', 'writes', 'rights', 'range'].includes(level)),
      'the missing right is a finding',
    );
  }),

  it(
    'hidden',
    'what a credential may not see is missing, never empty, and shows in the range',
    ['underPrivilegedConfig', 'put'],
    async (bench) => {
      await bench.fill(bench.main, 2);
      const connection = await bench.openWith(bench.far.underPrivilegedConfig!, new Map());
      const attempt = await bench.attempt(() => bench.read(bench.main, {}, connection));
      if (!attempt.ok) return void assert.equal(attempt.error.kind, 'permission');
      const full = await bench.read(bench.main);
      if (JSON.stringify(shapes(attempt.value.objects.values())) === JSON.stringify(shapes(full.objects.values()))) return;
      assert.notEqual(attempt.value.end.visible.range, full.end.visible.range, 'a narrower view has another range');
    },
  ),

  it('unreachable', 'an unreachable host is a finding, and a transport error when reading', [], async (bench) => {
    if (!bench.far.unreachableConfig) {
      const lacking = bench.lacking('fault:refuse-connection');
      if (lacking) throw new NotOffered(`no unreachableConfig, and ${lacking}`);
    }
    await assertUnreachable(bench);
  }),

  it('missing-part', 'a part that does not exist is an error, never an empty read', ['missingPart'], async (bench) => {
    const part = bench.manifest.part.parse(bench.far.missingPart);
    const attempt = await bench.attempt(() => bench.read(bench.main, { part }));
    assert(!attempt.ok || !attempt.value.end.complete, 'it does not read as complete and empty');
  }),

  it('probe', 'a probe write leaves nothing behind', ['create'], async (bench) => {
    const report = await bench.connection.check({ direction: 'down', part: bench.part, probeWrite: true, signal });
    assertExplained(report);
    assert.deepEqual(failed(report), []);
    assert(
      report.findings.some((finding) => finding.level === 'writes'),
      'it says that it may write',
    );
    for (const type of bench.types) assert.equal((await bench.look(type)).size, 0, `no ${type.id} is left behind`);
  }),
];

const shapes = (objects: Iterable<{ readonly attributes: object }>): string[] =>
  [...objects].map(({ attributes }) => Object.keys(attributes).sort().join());
