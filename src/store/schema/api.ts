// Tables of the API: answers to commands that came with an idempotency key.

export const apiTables: readonly string[] = [
  // answer: sealed (it may hold a token that is shown once); NULL while the command is under way, or when it was cut off.
  `CREATE TABLE answered (by_whom TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, answer TEXT, at BIGINT NOT NULL,
     PRIMARY KEY (by_whom, key)) {rowless}`,
  `CREATE INDEX answered_at ON answered (at)`,
];
