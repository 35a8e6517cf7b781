// Forms that are made from what a connector declares.
export const forms = {
  optional: '(optional)',
  needed: 'Required',
  none: 'None',
  example: 'for example: {{example}}',
  listHint: 'Type and press Enter',
  secretKept: 'Set; empty keeps it',
  more_one: '{{count}} more setting, rarely needed',
  more_other: '{{count}} more settings, rarely needed',
  fewer: 'Show fewer settings',
  otherPath: 'Enter a path instead',
  drop: {
    here: 'Drop an Excel or CSV file here, or',
    choose: 'choose one',
    bringing: 'Uploading {{name}} …',
    brought: '{{name}} is uploaded.',
    otherwise: 'or name a file or folder that the server can reach:',
  },
  add: 'Add a line',
  remove: 'Remove',
  pairName: 'Name',
  pairValue: 'Value',
} as const;
