// The mapping and correlation a new job starts with.
import type { JobDefaults } from '../../connector-kit/contract.ts';
import type { MappingRowInput } from '../../core/mapping/rows.ts';

const same = (pairs: Readonly<Record<string, string>>): MappingRowInput[] =>
  Object.entries(pairs).map(([target, field]) => ({ target, field }));

/** Feishu → directory. */
export const up: JobDefaults = {
  mapping: {
    department: same({ name: 'name', code: 'department_id', parent: 'parent_department_id', order: 'order' }),
    person: [
      ...same({
        displayName: 'name',
        userName: 'user_id',
        employeeNumber: 'employee_no',
        email: 'email',
        phone: 'mobile',
        title: 'job_title',
        employeeType: 'employee_type',
        gender: 'gender',
        nickname: 'nickname',
        city: 'city',
        country: 'country',
        office: 'work_station',
        manager: 'leader_user_id',
        startsAt: 'join_time',
        timeZone: 'day_zone',
      }),
      // Frozen accounts are suspended; who left by themselves is gone before Feishu resigns them some days later.
      { target: 'lifecycle', cel: 'status == "frozen" ? "suspended" : status == "exited" ? "departed" : "active"' },
    ],
    group: same({ name: 'name', code: 'group_id', description: 'description' }),
  },
  correlation: {
    department: [{ attribute: 'code' }],
    person: [{ attribute: 'employeeNumber' }, { attribute: 'email' }, { attribute: 'phone' }],
    group: [{ attribute: 'code' }],
  },
};

/** An account that was there before keeps what it is signed in with and written to: docs/decisions/0039. */
const ofOurs = (row: MappingRowInput): MappingRowInput => ({ ...row, when: 'made' });

/** Directory → Feishu. */
export const down: JobDefaults = {
  mapping: {
    department: [
      ...same({ name: 'name', parent_department_id: 'parent', department_id: 'code' }),
      // Feishu gives every department an order, and everybody a first day: what we do not know stays as it is there.
      { target: 'order', field: 'order', onEmpty: 'keep' },
    ],
    person: [
      ...same({ name: 'displayName', user_id: 'userName', employee_no: 'employeeNumber' }),
      ...same({ email: 'email' }).map(ofOurs),
      // In Feishu people sign in with it.
      ofOurs({ target: 'mobile', cel: 'phone(attr("phone"), "CN")' }),
      // 1 is a regular employee; what people in Feishu make of it later stays.
      { target: 'employee_type', constant: '1', when: 'create' },
      ...same({
        job_title: 'title',
        nickname: 'nickname',
        city: 'city',
        work_station: 'office',
        leader_user_id: 'manager',
      }),
      { target: 'join_time', field: 'startsAt', onEmpty: 'keep' },
    ],
    group: same({ name: 'name', description: 'description' }),
  },
  correlation: {
    department: [{ attribute: 'department_id' }],
    person: [{ attribute: 'employee_no' }, { attribute: 'user_id' }, { attribute: 'mobile' }, { attribute: 'email' }],
    group: [{ attribute: 'name' }],
  },
};
