// The profile of one connection: the preset, and what the administrator says otherwise.
import { pairsOf, type Config } from './config.ts';
import { presetOf, type Profile } from './profiles.ts';

export function profileOf(config: Config): Profile {
  const preset = presetOf(config.profile);
  const own = config.profile === 'custom' ? customised(config, preset) : preset;
  return {
    ...own,
    rootDepartment: config.rootDepartment,
    tokenRecipe: config.tokenRecipe || own.tokenRecipe,
    lengths: { ...own.lengths, ...Object.fromEntries(pairsOf(config.lengthLimits).map(([name, most]) => [name, Number(most)])) },
  };
}

/** Where its collections lie: as the administrator says, else as the system itself does, else as is usual. */
export function pathsOf(config: Config, { paths }: Pick<Profile, 'paths'>, said: Partial<Profile['paths']>): Profile['paths'] {
  const isCustom = config.profile === 'custom';
  return {
    users: (isCustom && config.usersPath) || (said.users ?? paths.users),
    groups: (isCustom && config.groupsPath) || (said.groups ?? paths.groups),
    departments: (isCustom && config.departmentsPath) || (said.departments ?? paths.departments),
  };
}

/** An empty field leaves what the standard says. */
const customised = (config: Config, preset: Profile): Profile => ({
  ...preset,
  paths: pathsOf(config, preset, {}),
  envelope: config.envelope || preset.envelope,
  paging: config.paging || preset.paging,
  update: config.update || preset.update,
  filter: config.filter || preset.filter,
  // Not by `update`: there are systems that take people whole and members by PATCH alone, and say nothing of members in a PUT.
  memberRemove: config.memberRemove || preset.memberRemove,
  membersFrom: config.membersFrom || preset.membersFrom,
  membersPerCall: config.membersPerCall || preset.membersPerCall,
  freeze: config.freeze || preset.freeze,
  deleteMeans: config.deleteMeans || preset.deleteMeans,
  status: {
    attribute: config.statusAttribute || preset.status.attribute,
    on: config.statusOn || preset.status.on,
    off: config.statusOff || preset.status.off,
  },
  parentAttribute: config.parentAttribute || preset.parentAttribute,
  departmentsAttribute: config.departmentsAttribute || preset.departmentsAttribute,
  groupsAttribute: config.groupsAttribute || preset.groupsAttribute,
  manager: config.managerForm || preset.manager,
  phoneForm: config.phoneForm || preset.phoneForm,
  changedBy: config.changedBy || preset.changedBy,
  lists: config.lists || preset.lists,
  onlyOne: config.onlyOne,
  enterprise: config.enterprise,
  passwordRequired: config.passwordRequired,
  externalId: config.externalId,
  nestedGroups: config.nestedGroups,
  uniqueGroupNames: config.uniqueGroupNames,
});
