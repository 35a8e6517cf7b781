// What a failed case tells somebody who writes a connector and has not read the kit: what was sent, what came, what to look at.
import { describe, expect, test } from 'vitest';
import { memory } from '../../connectors/memory/index.ts';
import type { ConnectionContext, Connector } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { mutationsOf, type Settings } from './mutants.ts';
import { skipProblems } from './report.ts';
import { conformanceCases, runCase } from './run.ts';
import { simulatorSubject, type SimulatorSubjectOptions } from './subject.ts';

type Options = Omit<SimulatorSubjectOptions<Settings, object>, 'part'>;
const broken = mutationsOf(memory);

/** The message of the case that fails. */
async function failure(id: string, connector: Connector<Settings>, options: Options = {}): Promise<string> {
  const one = conformanceCases.find((candidate) => candidate.id === id)!;
  const outcome = await runCase(one, simulatorSubject(connector, { part: {}, ...options }));
  if (outcome.state !== 'failed') throw new Error(`${id} is ${outcome.state}`);
  return (outcome.error as Error).message;
}

const refuse = () => {
  throw new ConnectorError(
    'invalid',
    { en: 'A value was refused.', zh: '取值被拒绝。' },
    { attribute: 'mail', detail: 'Vendor 300 at /mail' },
  );
};

describe('a failed case', () => {
  test('says of an error its kind, its attribute and the vendor’s detail, and what was to be written', async () => {
    const message = await failure(
      'write.read-back',
      broken(() => ({ create: refuse })),
    );
    expect(message).toContain('create() of a department threw invalid: A value was refused.');
    expect(message).toContain('attribute: mail');
    expect(message).toContain('detail: Vendor 300 at /mail');
    expect(message).toContain('"name":"name100000"');
  });

  test('says of an error of an update what was changed, and of which object', async () => {
    const message = await failure(
      'write.same-again',
      broken(() => ({ update: refuse })),
    );
    expect(message).toMatch(/update\(\) of department d\d+ threw invalid/);
    expect(message).toContain('"name":');
  });

  test('never shows a one-shot secret that it wrote', async () => {
    const people = { ...memory, manifest: { ...memory.manifest, types: memory.manifest.types.filter(({ id }) => id === 'person') } };
    const message = await failure(
      'write.read-back',
      mutationsOf(people)(() => ({ create: refuse })),
    );
    expect(message).toContain('create() of a person');
    expect(message).not.toContain('Kit-Secret');
  });

  test('says that a title takes any name, where one is refused', async () => {
    const strict = broken((good) => ({
      create: (type, desired, request) =>
        type === 'person' && /[^ -~]/.test(String(desired.attributes.displayName)) ? refuse() : good.create(type, desired, request),
    }));
    const message = await failure('names.chinese', strict);
    expect(message).toContain('person.displayName is the title, and refuses "张伟" (invalid: A value was refused.)');
    expect(message).toContain('choose an attribute that takes any text');
  });

  test('names the settings that were made wrong, where check notices nothing', async () => {
    const blind = broken((good) => ({
      check: async (request) => ({ ...(await good.check(request)), findings: [] }),
    }));
    const message = await failure('check.wrong', blind);
    expect(message).toContain('token, signingSecret');
    expect(message).toContain('secret: true');
  });

  test('says what happened while pages were read, where an object is missed', async () => {
    const shifted = broken((good, { config }: ConnectionContext<Settings>) => ({
      // Pages by position in what is there now: what is removed moves the rest forward.
      async *read(type, request) {
        const everything = async () => {
          const ids: string[] = [];
          let end;
          for await (const event of good.read(type, { ...request, checkpoint: undefined }))
            if (event.kind === 'objects') ids.push(...event.objects.map(({ id }) => id));
            else if (event.kind === 'end') end = event;
          return { ids, end: end! };
        };
        for (let from = 0; ; from += config.pageSize) {
          const { ids, end } = await everything();
          const { answers } = await good.get(type, ids.slice(from, from + config.pageSize), request);
          const objects = [...answers.values()].flatMap((answer) => (answer.state === 'found' ? [answer.object] : []));
          yield { kind: 'objects', objects };
          if (from + config.pageSize >= ids.length) return void (yield end);
        }
      },
    }));
    const message = await failure('read.moving', shifted);
    expect(message).toMatch(/person p\d+ was there all the time, but the read ended without it/);
    expect(message).toMatch(/meanwhile person p\d+ was removed/);
    expect(message).toContain('position');
  });

  test('says how long a value was that should have been refused', async () => {
    const cutting = broken((good) => ({
      create: (type, desired, request) =>
        good.create(
          type,
          {
            ...desired,
            attributes: Object.fromEntries(
              Object.entries(desired.attributes).map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, 32) : value]),
            ),
          },
          request,
        ),
    }));
    const message = await failure('facts.max-length', cutting);
    expect(message).toContain('too long a department.name (65 characters where maxLength is 64) must be refused');
    expect(message).toContain('simulator');
  });

  test('says what came of a write that was sent again though nobody knew whether it was done', async () => {
    const eager = broken((good) => ({
      create: (type, desired, request) => good.create(type, desired, request).catch(() => good.create(type, desired, request)),
    }));
    const message = await failure('faults.spoiled-create', eager);
    expect(message).toContain('the object is there, made by this very call');
    expect(message).toContain('A 5xx, a time-out or a proxy’s page after a write is unknown-outcome'.replace('’', "'"));
  });

  test('says of an attribute that cannot be cleared how the catalogue says so', async () => {
    const clinging = broken((good) => ({
      update: (type, id, changed, whole, request) =>
        good.update(
          type,
          id,
          { ...changed, attributes: Object.fromEntries(Object.entries(changed.attributes).filter(([, value]) => value !== null)) },
          whole,
          request,
        ),
    }));
    const message = await failure('write.clear', clinging);
    expect(message).toMatch(/the cleared department\.\w+ reads as null/);
    expect(message).toContain('`required`');
  });
});

describe('a skip', () => {
  const ids = conformanceCases.map(({ id }) => id);

  test('that names no case is told with the case that was meant', () => {
    expect(skipProblems({ 'check.missingpart': 'this system has no parts' }, ids)).toEqual([
      'skips: there is no case "check.missingpart"; did you mean "check.missing-part"?',
    ]);
    expect(skipProblems({ 'something.else': 'this system has no parts' }, ids)).toEqual([
      'skips: there is no case "something.else"; the report of the test names each one in brackets',
    ]);
  });

  test('needs a reason that somebody else understands', () => {
    expect(skipProblems({ 'check.missing-part': 'no' }, ids)).toEqual([
      'skips: "no" is no reason for check.missing-part; say what of the vendor makes the case impossible',
    ]);
    expect(skipProblems({ 'check.missing-part': 'this system has no parts' }, ids)).toEqual([]);
    expect(skipProblems(undefined, ids)).toEqual([]);
  });
});
