// Members that a target refused while it took the others: the change is not done, and says who is missing and why.
import type { MembersWritten, Written } from '../../connector-kit/contract.ts';
import { ConnectorError, errorKinds, isConnectorError } from '../../connector-kit/errors.ts';
import { titlesOf } from '../../store/overview.ts';
import type { RunContext } from '../context.ts';
import type { Prepared } from './perform.ts';

/** So many are named; the rest is counted. */
const NAMED = 5;

type Refused = MembersWritten['refused'][number];

/** Why an object that was made lacks some of its edges; undefined where it has them all. The first relation is told, the others with it. */
export async function lacking(context: RunContext, prepared: Prepared, { refused = [] }: Written): Promise<ConnectorError | undefined> {
  const [first] = refused;
  if (!first) return undefined;
  const own = refused.filter(({ relation }) => relation === first.relation);
  const told = await refusedMembers(context, prepared, first.relation, own);
  return isConnectorError(told) ? told : new ConnectorError('invalid', nobodyKnows, { attribute: first.relation, cause: told });
}
const nobodyKnows = { en: 'The target did not take some of it.', zh: '目标系统未接受部分内容。' };

/** About the owner: its next try sends those who are missing, and nobody twice. A fault that is nobody's is passed on as it is. */
export async function refusedMembers(
  context: RunContext,
  prepared: Prepared,
  relation: string,
  refused: readonly Refused[],
): Promise<unknown> {
  const errors = refused.map(({ error }) => error);
  const grave = errors.find((error) => !isConnectorError(error) || errorKinds[error.kind] !== 'item');
  if (grave !== undefined) return grave;
  const [first] = errors as [ConnectorError, ...ConnectorError[]];
  const names = await namesOf(context, prepared, refused.slice(0, NAMED));
  const spec = prepared.plan.target.relations.find(({ name }) => name === relation);
  const told = (language: 'en' | 'zh'): string =>
    (errors as ConnectorError[])
      .slice(0, NAMED)
      .map(({ label }, at) => `${names[at]}${language === 'en' ? ': ' : '：'}${label[language]}`)
      .join(language === 'en' ? ' ' : '');
  return new ConnectorError(
    first.kind === 'waiting-for-person' ? 'waiting-for-person' : 'invalid',
    {
      en: `The target did not take ${refused.length} (${spec?.label.en ?? relation}); the others are written. ${told('en')}`,
      zh: `目标系统拒绝了 ${refused.length} 个（${spec?.label.zh ?? relation}），其余已写入。${told('zh')}`,
    },
    { attribute: relation },
  );
}

/** As the directory calls them; else their id there. */
async function namesOf(context: RunContext, { edges, toTarget }: Prepared, refused: readonly Refused[]): Promise<readonly string[]> {
  const ours = refused.map(({ to }) => edges.find((row) => row.to_type === to.type && toTarget(row.to_type, row.to_id) === to.id)?.to_id);
  const known = await titlesOf(
    context.database,
    ours.filter((id) => id !== undefined),
  );
  return refused.map(({ to }, at) => known.get(ours[at] ?? '') ?? to.id);
}
