// Cases on names: whatever people are called comes back as it was written.
import assert from 'node:assert/strict';
import { sameValue } from '../../core/attribute.ts';
import type { ObjectTypeSpec } from '../../core/model.ts';
import { isConnectorError } from '../errors.ts';
import type { Bench } from './bench.ts';
import { inGroup } from './case.ts';
import { fitting, settable } from './samples.ts';

const it = inGroup('names');

/** Writes each text as the title of an object of each type and reads it back. */
async function keepsTitles(bench: Bench, texts: readonly string[], types = bench.types): Promise<void> {
  for (const type of types) {
    const spec = settable(type, bench.samples).find((candidate) => candidate.name === type.title);
    if (!spec || spec.oneOf || (!bench.can(type, 'create') && !bench.far.seed)) continue;
    for (const [at, text] of texts.entries()) {
      // Unique titles must differ; the rest must not.
      const title = fitting(spec.unique ? `${text}${at}` : text, spec);
      if (title.trim() === '') continue;
      const [id] = await bench.fill(type, 1, at + 1, { [type.title]: title }).catch((error: unknown) => {
        throw refusedTitle(type, title, error);
      });
      const read = (await bench.look(type)).get(id!);
      assert(read, `the ${type.id} called ${JSON.stringify(title)} is read`);
      assert(
        sameValue(title, read.attributes[type.title], spec),
        `${JSON.stringify(title)} reads ${JSON.stringify(read.attributes[type.title])}`,
      );
    }
  }
}

/** A title that takes no names (an e-mail address) is a wrong choice more often than a broken write. */
function refusedTitle(type: ObjectTypeSpec, title: string, error: unknown): unknown {
  if (!isConnectorError(error) || error.kind !== 'invalid') return error;
  return new assert.AssertionError({
    message:
      `${type.id}.${type.title} is the title, and refuses ${JSON.stringify(title)} (${error.kind}: ${error.label.en}) ` +
      `It is what people are shown to recognise an object by: choose an attribute that takes any text, ` +
      `or say in the catalogue what this one refuses (\`forbidden\`, \`maxLength\`).`,
  });
}

const longest = (type: ObjectTypeSpec): number => type.attributes.find((spec) => spec.name === type.title)?.maxLength ?? 60;

export const nameCases = [
  it('chinese', 'Chinese names come back', ['read', 'put'], (bench) =>
    keepsTitles(bench, ['张伟', '欧阳娜娜', '研发中心（上海）', '阿依古丽·买买提']),
  ),
  it('four-byte', 'characters of four bytes come back', ['read', 'put'], (bench) => keepsTitles(bench, ['𠮷野家', '𬎆𬣞', 'Team 🚀'])),
  it('separators', 'characters that separate in some protocol come back', ['read', 'put'], (bench) =>
    keepsTitles(bench, [
      `O'Brien, Ann`,
      'R&D "core" <x>',
      'a=b+c;d',
      '50% (half) *',
      'back\\slash',
      '#first',
      '=1+1',
      'line – dash',
      '{"a":1}',
    ]),
  ),
  it('padded', 'a padded name counts as the same by its own equality', ['read', 'put'], async (bench) => {
    const padded = bench.types.filter((type) =>
      ['spaces', 'ignore-case'].includes(type.attributes.find((spec) => spec.name === type.title)?.equality ?? ''),
    );
    await keepsTitles(bench, ['  Li   Lei  ', 'Han\u3000Meimei '], padded);
  }),
  it('composed', 'a letter with its accent apart counts as the composed one', ['read', 'put'], (bench) =>
    keepsTitles(bench, ['Zoe\u0308 Ni\u0301 Bhriain', 'Nguye\u0302\u0303n']),
  ),
  it('long', 'the longest legal name comes back whole', ['read', 'put'], async (bench) => {
    for (const type of bench.types) {
      const length = longest(type) - 1;
      await keepsTitles(bench, ['名'.repeat(length), '𠮷'.repeat(length)], [type]);
    }
  }),
  it('namesakes', 'two objects may have the same title unless it is unique', ['read', 'put'], async (bench) => {
    for (const type of bench.types) {
      const spec = settable(type, bench.samples).find((candidate) => candidate.name === type.title);
      if (!spec || spec.unique || (!bench.can(type, 'create') && !bench.far.seed)) continue;
      const ids = await bench.fill(type, 2, 1, { [type.title]: '王芳' });
      assert.equal(new Set(ids).size, 2);
      const seen = await bench.look(type);
      for (const id of ids) assert.equal(seen.get(id)?.attributes[type.title], '王芳');
    }
  }),
];
