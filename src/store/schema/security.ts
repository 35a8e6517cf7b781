// Tables of people who sign in, their sessions and tokens, and the audit log. Conventions: tables.ts.
// Whatever opens a door (session id, token, link) is stored as its SHA-256 only.

export const securityTables: readonly string[] = [
  // The chain stays for ever; what it says of people and settings lies beside it and can be erased.
  `CREATE TABLE audit (seq {id}, at BIGINT NOT NULL, action TEXT NOT NULL, digest TEXT NOT NULL, hash TEXT NOT NULL)`,
  `CREATE INDEX audit_by_action ON audit (action, at)`,
  `CREATE TABLE audit_payload (seq BIGINT PRIMARY KEY, salt TEXT NOT NULL, actor TEXT NOT NULL, subject TEXT NOT NULL, before TEXT, after TEXT)`,
  // name_key: comparison key of the sign-in name. roles: JSON list. password: scrypt with its parameters; null = cannot sign in with one.
  // totp: sealed secret; totp_step: the last time step that was used up. issuer, subject: who it is at an OIDC provider; vouched_at: when that said
  // last that it knows them, null = it has said no since.
  `CREATE TABLE account (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, roles TEXT NOT NULL, state TEXT NOT NULL,
     password TEXT, password_at BIGINT, totp TEXT, totp_step BIGINT, issuer TEXT, subject TEXT,
     created_at BIGINT NOT NULL, created_by TEXT NOT NULL, signed_in_at BIGINT, vouched_at BIGINT)`,
  `CREATE UNIQUE INDEX account_outside ON account (issuer, subject) WHERE issuer IS NOT NULL`,
  `CREATE TABLE recovery_code (account TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (account, hash)) {rowless}`,
  // stage: 'code' = the password was right, the code is still to come; 'full' = signed in. Of who came through a provider, vouched_at: when it
  // said last who they are, and refresh: its refresh token, sealed; null = it gave none.
  `CREATE TABLE session (
     hash TEXT PRIMARY KEY, account TEXT NOT NULL, stage TEXT NOT NULL, created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL,
     expires_at BIGINT NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL, vouched_at BIGINT, refresh TEXT) {rowless}`,
  `CREATE INDEX session_by_account ON session (account, created_at)`,
  `CREATE INDEX session_by_end ON session (expires_at)`,
  // connections, jobs: JSON lists; both null = everywhere. owner: the account that answers for it, with its name for when it is gone; null = whoever runs the server.
  `CREATE TABLE token (
     id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, connections TEXT, jobs TEXT,
     owner TEXT, owner_name TEXT, created_at BIGINT NOT NULL, created_by TEXT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT, revoked_at BIGINT)`,
  // kind: 'set-up' (the first admin), 'invitation' (a new account), 'reset' (a new password for an account). Gone once used.
  `CREATE TABLE link_once (
     hash TEXT PRIMARY KEY, kind TEXT NOT NULL, account TEXT, name TEXT, roles TEXT NOT NULL, created_at BIGINT NOT NULL,
     created_by TEXT NOT NULL, expires_at BIGINT NOT NULL) {rowless}`,
  // Failed sign-ins by account name and by address.
  `CREATE TABLE attempt (subject TEXT PRIMARY KEY, failures BIGINT NOT NULL, at BIGINT NOT NULL, locked_until BIGINT NOT NULL) {rowless}`,
];
