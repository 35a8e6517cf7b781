// The mapping and correlation a new job starts with.
import type { JobDefaults } from '../../connector-kit/contract.ts';
import type { MappingRowInput } from '../../core/mapping/rows.ts';

const same = (pairs: Readonly<Record<string, string>>): MappingRowInput[] =>
  Object.entries(pairs).map(([target, field]) => ({ target, field }));

/** SCIM → directory. */
export const up: JobDefaults = {
  mapping: {
    person: [
      { target: 'displayName', cel: 'displayName != null ? displayName : formattedName' },
      ...same({
        familyName: 'familyName',
        givenName: 'givenName',
        userName: 'userName',
        employeeNumber: 'employeeNumber',
        email: 'email',
        phone: 'phone',
        workPhone: 'workPhone',
        title: 'title',
        nickname: 'nickName',
        employeeType: 'userType',
        costCenter: 'costCenter',
        language: 'preferredLanguage',
        timeZone: 'timezone',
        manager: 'manager',
      }),
    ],
    // Where the connection has any: department by group, by resource, or made of paths.
    department: same({ name: 'name', code: 'code', parent: 'parent', order: 'order' }),
    group: same({ name: 'displayName' }),
  },
  correlation: {
    department: [{ attribute: 'code' }],
    person: [{ attribute: 'employeeNumber' }, { attribute: 'userName' }, { attribute: 'email' }],
    group: [{ attribute: 'name' }],
  },
};

/** An account that was there before keeps what it is signed in with and written to: docs/decisions/0039. */
const ofOurs = (pairs: Readonly<Record<string, string>>): MappingRowInput[] => same(pairs).map((row) => ({ ...row, when: 'made' }));

/** Directory → SCIM. A Chinese name goes whole into the display name and the full name; it is not split. */
export const down: JobDefaults = {
  mapping: {
    person: [
      ...ofOurs({ userName: 'userName' }),
      ...same({
        displayName: 'displayName',
        formattedName: 'displayName',
        familyName: 'familyName',
        givenName: 'givenName',
      }),
      ...ofOurs({ email: 'email' }),
      ...same({
        phone: 'phone',
        title: 'title',
        preferredLanguage: 'language',
        employeeNumber: 'employeeNumber',
        costCenter: 'costCenter',
        department: 'departmentName',
        manager: 'manager',
      }),
    ],
    group: same({ displayName: 'name' }),
  },
  correlation: {
    person: [{ attribute: 'userName' }, { attribute: 'employeeNumber' }, { attribute: 'email' }],
    group: [{ attribute: 'displayName' }],
  },
};
