// The sync center: all jobs as a picture and as two lists.
export const home = {
  title: 'Sync center',
  create: 'Create sync job',
  upstream: 'Upstream: into the directory',
  downstream: 'Downstream: out to systems',
  view: 'View',
  picture: 'Picture',
  list: 'Lists',
  running: 'running',
  lastRun: 'Last run',
  nextRun: 'Next run',
  byHand: 'by hand',
  neverRun: 'never run',
  emptyUp: 'No source yet. Connect the system that knows who works here: an HR file, LDAP, Feishu …',
  emptyDown: 'No app yet. Connect the first system that should have the right people in it.',
} as const;
