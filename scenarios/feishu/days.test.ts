// Days in Feishu begin where its company is: a first day is today there while it is still yesterday in UTC.
import { expect, it } from 'vitest';
import { openCompany } from './company.ts';

it('somebody whose first day has begun in the company is active, though it has not begun in UTC', async () => {
  const { bench, sandbox, departments, sync } = await openCompany(1);
  await sync();
  // 00:30 of the next day in Shanghai.
  bench.clock.advance(Date.UTC(2026, 0, 7, 16, 30) - bench.clock.now());
  sandbox.tenant.addUser({
    userId: 'new',
    fields: { name: '林晓雨', employee_no: 'N900', employee_type: 1, join_time: Math.floor(bench.clock.now() / 1000) },
    departments: [departments[1]!],
    activated: true,
  });
  await sync();
  const hired = (await bench.objects('person')).find((row) => row.data.displayName === '林晓雨');
  expect(hired).toMatchObject({ lifecycle: 'active', data: { startsAt: '2026-01-08', timeZone: 'Asia/Shanghai' } });
});
