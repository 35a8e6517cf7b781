// Tables of undo: what is kept until something else is desired, and what an undo cannot bring back.

export const undoTables: readonly string[] = [
  // connection: 'directory' for what upstream jobs would write. subject: an attribute, an edge (relation>type:id), '' = existence.
  // undone, keep: JSON. run: the undo that left it.
  `CREATE TABLE pin (connection TEXT NOT NULL, type TEXT NOT NULL, object TEXT NOT NULL, subject TEXT NOT NULL, undone TEXT NOT NULL, keep TEXT NOT NULL,
     title TEXT, run BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL, PRIMARY KEY (connection, type, object, subject)) {rowless}`,
  `CREATE INDEX pin_of_object ON pin (object, connection)`,
  `CREATE INDEX pin_of_run ON pin (run)`,
  // What will not be as it was: subject as above. was, now: JSON, where they are known.
  `CREATE TABLE undo_loss (run BIGINT NOT NULL, n BIGINT NOT NULL, type TEXT NOT NULL, object TEXT NOT NULL, title TEXT, subject TEXT NOT NULL,
     reason TEXT NOT NULL, was TEXT, now TEXT, PRIMARY KEY (run, n)) {rowless}`,
  `CREATE INDEX undo_loss_of_object ON undo_loss (object)`,
];
