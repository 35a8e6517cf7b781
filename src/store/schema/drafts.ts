// Jobs and connections that are not complete yet: nothing runs them, and nothing else knows of them.

export const draftTables: readonly string[] = [
  // kind: job, connection. parts: JSON by part, secrets left out; those are sealed under 'draft:<id>'. Numbers of jobs are theirs from the beginning.
  `CREATE TABLE draft (id {id}, kind TEXT NOT NULL, name TEXT NOT NULL, parts TEXT NOT NULL, revision BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL)`,
  `CREATE UNIQUE INDEX draft_named ON draft (kind, name)`,
];
