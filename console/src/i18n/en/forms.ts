// Forms that are made from what a connector declares.
export const forms = {
  optional: '(optional)',
  needed: 'is needed',
  none: 'None',
  listHint: 'Type and press Enter',
  secretKept: 'Set; stays as it is unless you type a new one',
  more_one: '{{count}} more setting, rarely needed',
  more_other: '{{count}} more settings, rarely needed',
  fewer: 'Show fewer settings',
  add: 'Add a line',
  remove: 'Remove',
  pairName: 'Name',
  pairValue: 'Value',
} as const;
