// Rules of correlation are judged before they are saved, rule by rule, and no other part of the job gets in the way.
import { expect, it } from 'vitest';
import { openApi, type Loose } from '../support/api-scene.ts';
import { plainDown, plainUp } from '../support/plain-system.ts';

it('each rule that saving would refuse is named with what is wrong, in both directions', async () => {
  const { ask } = await openApi();
  const problems = async (connection: string, direction: string, rules: object[], rows: readonly object[]): Promise<Loose> => {
    const answer = await ask('POST', `/connections/${connection}/correlation-preview`, { body: { direction, rules, rows } });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body.problems;
  };
  const down = await problems(
    'app',
    'down',
    [
      { attribute: 'number' },
      { attribute: 'mail', cel: 'lower(mail)' },
      { attribute: 'mail', cel: 'lower(mial)' },
      { attribute: 'number', cel: '"the same"' },
      { attribute: 'nowhere' },
    ],
    // A row that is wrong is the mapping's matter.
    [...plainDown().person!, { target: 'title', field: 'title', cel: '1' }],
  );
  expect(down.map((one: Loose) => one.rule)).toEqual([2, 3, 4]);
  expect(down[0].problem.en).toContain('mial');
  expect(down[1].problem.en).toContain('the same for everybody');
  expect(down[2].problem.zh).toContain('没有属性“nowhere”');
  expect(await problems('hr', 'up', [{ attribute: 'email', cel: 'lower(email)' }], plainUp().person!)).toEqual([]);
  const unknown = await ask('POST', '/connections/nowhere/correlation-preview', { body: { direction: 'up', rules: [], rows: [] } });
  expect(unknown.status).toBe(404);
  expect((await ask('POST', '/connections/app/correlation-preview', { body: {}, as: 'viewer' })).status).toBe(403);
});
