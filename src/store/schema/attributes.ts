// Table of attributes that an installation adds to the directory's own.

export const attributeTables: readonly string[] = [
  // value_type: string, integer, boolean, date, datetime; many: 1 = a list of these. Archived ones keep their values and are written by nobody.
  `CREATE TABLE custom_attribute (
     type TEXT NOT NULL, name TEXT NOT NULL, label_en TEXT NOT NULL, label_zh TEXT NOT NULL, value_type TEXT NOT NULL, max_length BIGINT,
     many BIGINT NOT NULL, sensitive BIGINT NOT NULL, archived_at BIGINT, revision BIGINT NOT NULL, PRIMARY KEY (type, name)) {rowless}`,
];
