// Which paths are those of uploaded files, and what such a file is called.
import { expect, it } from 'vitest';
import { uploadedName } from './uploaded.ts';

const place = '0b9d5a52-6a63-4d19-9d0f-1f4f2a9f5c11';

it('an uploaded file has its own name', () => {
  expect(uploadedName(`/var/lib/tributary/uploads/${place}/员工花名册.xlsx`)).toBe('员工花名册.xlsx');
  expect(uploadedName(`C:\\tributary\\uploads\\${place}\\staff.csv`)).toBe('staff.csv');
});

it.each([
  '/srv/hr/staff.csv',
  '/srv/uploads/staff.csv',
  `/srv/uploads/${place}`,
  '',
  undefined,
  null,
  3,
])('%s is no uploaded file', (path) => {
  expect(uploadedName(path)).toBeNull();
});
