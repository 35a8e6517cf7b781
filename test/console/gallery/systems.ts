// Sixty systems of a large company and a job for each direction of most: names as people give them, short and long, in both languages.
import { join } from 'node:path';
import { file } from '../../../src/connectors/file/index.ts';
import { scim } from '../../../src/connectors/scim/index.ts';

const names = [
  'Salesforce',
  '钉钉',
  'GitLab',
  '费控报销',
  'Confluence',
  '门禁与访客管理系统',
  'Zoom',
  '企业网盘',
  'Jira Service Management',
  '会议室预订',
  'Workday (North America)',
  '华东分公司 AD',
  'Okta',
  '考勤机',
  'ServiceNow',
  '星河制造执行系统（苏州工厂二期）',
  'Slack',
  '电子签章',
  'Tableau Server',
  '商旅平台',
  'SAP SuccessFactors',
  '食堂一卡通',
  'Figma',
  '培训学习平台',
  'Grafana',
  '印章管理',
  'PagerDuty',
  '客服工单',
  'Datadog',
  '供应商门户',
  'Asset management of the Shanghai data centre',
  '法务合同库',
  'VPN',
  '邮件归档',
  'Bitwarden',
  '招聘系统',
  'Docusign',
  '档案馆',
  'Miro',
  '知识库',
  'Azure DevOps',
  '车辆调度',
  'Snowflake',
  '安全培训',
  'Notion',
  '工会福利',
  'Asana',
  '图书馆',
  'Sentry',
  '访客机',
  'HubSpot',
  '停车场',
  'Airtable',
  '保洁排班',
  'Monday.com',
] as const; // prettier-ignore

/** The systems beside those that are really there. */
const systems = names.map((name, index) => ({ id: `system${index + 1}`, name }));

/** Two of three are apps behind SCIM, the others files; nobody answers there, and no job over them is enabled. */
const isFile = (index: number): boolean => index % 3 === 2;

export const connections = (folder: string): object[] =>
  systems.map(({ id, name }, index) =>
    isFile(index)
      ? { id, connector: 'file', name, config: { use: 'write', path: join(folder, `${id}.csv`) } }
      : { id, connector: 'scim', name, config: { url: `https://${id}.example/scim/v2`, token: 'not a real one' } },
  );

/** A job out to a system, for people whose number begins so. */
export function downstream(name: string, connection: string, numbers: string, more: object = {}): object {
  const { defaults } = (connection.startsWith('system') && isFile(Number(connection.slice(6)) - 1) ? file : scim).manifest;
  return {
    name,
    connection,
    direction: 'down',
    ...defaults.down!,
    withoutRelations: ['leader', 'member'],
    mapping: { person: defaults.down!.mapping.person! },
    scope: { rules: { person: `employeeNumber != null && employeeNumber.startsWith("${numbers}")` } },
    ...more,
  };
}

const triggers = [
  { kind: 'manual' },
  { kind: 'schedule', cron: '30 6 * * 1-5' },
  { kind: 'schedule', cron: '0 */4 * * *' },
  { kind: 'event' },
] as const;

/** As many jobs over these systems; those of the second round say whom they are for. */
export function jobs(count: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const { id, name } = systems[index % systems.length]!;
    const round = Math.floor(index / systems.length);
    const full = round === 0 ? name : index % 2 === 0 ? `${name}: contractors and interns` : `${name}（外包与实习生）`;
    const description = index % 4 === 1 ? '试点部门先行，下季度推广到全公司' : index % 4 === 3 ? 'Only people who need a licence' : '';
    return downstream(full, id, `00${15 + (index % 60)}`, { description, trigger: triggers[index % triggers.length] });
  });
}
