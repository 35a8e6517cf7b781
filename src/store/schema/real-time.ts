// Tables of real time: what was touched and is to be looked at soon, events already seen, and how far the feed was followed.

export const realTimeTables: readonly string[] = [
  // Objects somebody said have changed, once each: (job, source key). `at` orders the service; leavers have 0.
  `CREATE TABLE touched (job BIGINT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, at BIGINT NOT NULL,
     PRIMARY KEY (job, type, source_key)) {rowless}`,
  `CREATE INDEX touched_in_order ON touched (job, at, type, source_key)`,
  // Ids of events that were taken: a vendor that sends one twice finds it here. Only ids and keys are kept, never what the event said.
  `CREATE TABLE inbox (connection TEXT NOT NULL, event_id TEXT NOT NULL, received_at BIGINT NOT NULL, keys BIGINT NOT NULL,
     PRIMARY KEY (connection, event_id)) {rowless}`,
  `CREATE INDEX inbox_received ON inbox (received_at)`,
  // Who has called a connection's address: when a vendor verified it last, when the first event came and the last.
  `CREATE TABLE callback (connection TEXT PRIMARY KEY, verified_at BIGINT, first_at BIGINT, last_at BIGINT) {rowless}`,
  // How far a downstream job has followed the directory's history.
  `CREATE TABLE feed (job BIGINT PRIMARY KEY, seq BIGINT NOT NULL) {rowless}`,
];
