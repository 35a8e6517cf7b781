// What of its connection a job covers, in the connector's own shape: what the job leaves unsaid is filled as the manifest says.
import type { Manifest } from '../connector-kit/contract.ts';
import { ConnectorError } from '../connector-kit/errors.ts';
import { issueWords } from './config/issue-words.ts';

/** Throws `config` where the part does not fit, naming the field. */
export function partIn(manifest: Pick<Manifest, 'part'>, part: unknown): unknown {
  const parsed = manifest.part.safeParse(part ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConnectorError('config', issueWords(issue!, `part.${issue!.path.join('.')}: `));
}
