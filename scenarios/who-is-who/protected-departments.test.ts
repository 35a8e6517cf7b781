// Not accounts alone: a department of a target is protected by an attribute of its own.
import { expect, it } from 'vitest';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

it('a department that a rule protects is neither matched nor written, the one beside it is', async () => {
  const scene = await openScene({
    up: { policy: { guard: roomy } },
    down: { policy: { guard: roomy, protected: [{ attribute: 'code', values: ['kept'] }] } },
  });
  for (const code of ['kept', 'open']) {
    scene.hr.department(code, null, { name: `New ${code}` });
    scene.app.put('department', code, { name: `Old ${code}`, code, parent: null });
  }
  const shown = () => ['kept', 'open'].map((id) => scene.app.get('department', id)!.attributes.name);
  await scene.sync();
  expect(shown()).toEqual(['Old kept', 'New open']);
  await scene.sync();
  expect(shown()).toEqual(['Old kept', 'New open']);
});
