// The mapping and correlation a new job starts with.
import type { JobDefaults } from '../../connector-kit/contract.ts';
import type { MappingRowInput } from '../../core/mapping/rows.ts';

const same = (pairs: Readonly<Record<string, string>>): MappingRowInput[] =>
  Object.entries(pairs).map(([target, field]) => ({ target, field }));

/** LDAP → directory. */
export const up: JobDefaults = {
  mapping: {
    department: same({ name: 'ou', parent: 'parent', description: 'description' }),
    person: [
      { target: 'displayName', cel: 'displayName != null ? displayName : cn' },
      ...same({
        familyName: 'sn',
        givenName: 'givenName',
        userName: 'uid',
        employeeNumber: 'employeeNumber',
        email: 'mail',
        phone: 'mobile',
        workPhone: 'telephoneNumber',
        title: 'title',
        employeeType: 'employeeType',
        city: 'l',
        office: 'physicalDeliveryOfficeName',
        language: 'preferredLanguage',
        manager: 'manager',
      }),
    ],
    group: same({ name: 'cn', description: 'description' }),
  },
  correlation: {
    person: [{ attribute: 'employeeNumber' }, { attribute: 'userName' }, { attribute: 'email' }],
    group: [{ attribute: 'name' }],
  },
};

/** An account that was there before keeps what it is signed in with, named by and written to: docs/decisions/0039. */
const ofOurs = (pairs: Readonly<Record<string, string>>): MappingRowInput[] => same(pairs).map((row) => ({ ...row, when: 'made' }));

/** Directory → LDAP. Departments have no number in LDAP: they are found by name and place when they are created. */
export const down: JobDefaults = {
  mapping: {
    department: same({ ou: 'name', parent: 'parent', description: 'description' }),
    person: [
      ...ofOurs({ uid: 'userName', cn: 'displayName' }),
      // LDAP insists on a family name; many directories have only the full one. One that cannot be told apart stands for itself.
      {
        target: 'sn',
        cel: 'familyName != null ? familyName : (family(displayName) != null ? family(displayName) : displayName)',
        when: 'made',
      },
      ...same({ givenName: 'givenName', displayName: 'displayName' }),
      ...ofOurs({ mail: 'email' }),
      ...same({
        mobile: 'phone',
        telephoneNumber: 'workPhone',
        employeeNumber: 'employeeNumber',
        employeeType: 'employeeType',
        title: 'title',
        l: 'city',
        physicalDeliveryOfficeName: 'office',
        preferredLanguage: 'language',
        manager: 'manager',
      }),
    ],
    group: same({ cn: 'name', description: 'description' }),
  },
  correlation: {
    person: [{ attribute: 'employeeNumber' }, { attribute: 'uid' }, { attribute: 'mail' }],
    group: [{ attribute: 'cn' }],
  },
};
