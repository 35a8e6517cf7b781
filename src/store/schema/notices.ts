// Tables of notices: what is to be told, by which channels, to whom, and how far each delivery has come.

export const noticeTables: readonly string[] = [
  // config: without secrets, which are sealed under `channel:<id>`. language: of what it sends.
  `CREATE TABLE channel (id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL, config TEXT NOT NULL, revision BIGINT NOT NULL)`,
  // Written with what caused it; cause names that, so that a stage done again tells it once. state: new, routed (it has deliveries), unheard (nobody wants it).
  `CREATE TABLE notice (
     id {id}, kind TEXT NOT NULL, at BIGINT NOT NULL, job BIGINT, connection TEXT, cause TEXT NOT NULL UNIQUE, facts TEXT NOT NULL, secret TEXT, state TEXT NOT NULL)`,
  `CREATE INDEX notice_new ON notice (id) WHERE state = 'new'`,
  `CREATE INDEX notice_at ON notice (at)`,
  // One message to one recipient ('' = the channel itself). message: the id it carries, the same at every try.
  // state: queued, sending (under the channel's lease of this epoch), sent, dead. digest: it gathers until it is sent.
  `CREATE TABLE delivery (
     id {id}, channel TEXT NOT NULL, recipient TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL, digest BIGINT NOT NULL,
     state TEXT NOT NULL, attempts BIGINT NOT NULL, next_at BIGINT, epoch BIGINT, made_at BIGINT NOT NULL, tried_at BIGINT, ended_at BIGINT, error TEXT)`,
  `CREATE INDEX delivery_due ON delivery (channel, next_at, id) WHERE state IN ('queued', 'sending')`,
  `CREATE INDEX delivery_dead ON delivery (channel, made_at) WHERE state = 'dead'`,
  `CREATE INDEX delivery_like ON delivery (channel, recipient, kind, made_at)`,
  `CREATE INDEX delivery_tried ON delivery (channel, tried_at)`,
  `CREATE TABLE delivery_notice (delivery BIGINT NOT NULL, notice BIGINT NOT NULL, PRIMARY KEY (delivery, notice)) {rowless}`,
  `CREATE INDEX delivery_of_notice ON delivery_notice (notice, delivery)`,
  // When something was looked at last, by its name: a connection's daily check.
  `CREATE TABLE looked_at (subject TEXT PRIMARY KEY, at BIGINT NOT NULL) {rowless}`,
];
