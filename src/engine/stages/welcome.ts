// New accounts are announced to the people whom they were made for, with the password that was sent, in the transaction of the outcome.
import type { Attributes, ObjectTypeSpec } from '../../core/model.ts';
import type { Transaction } from '../../store/database.ts';
import { hadGoodFullRun } from '../../store/runs.ts';
import type { RunContext } from '../context.ts';
import { noteAccount, type AccountSecret } from '../notify/note.ts';
import { ownerKeys } from '../owner-keys.ts';
import { parseJson } from '../shapes.ts';
import type { Outcome } from './outcomes.ts';

const nothing = async (): Promise<void> => {};

/** The first full run makes accounts of people who work here already: nobody is written to before one has ended well. */
export async function welcoming(context: RunContext, outcomes: readonly Outcome[]): Promise<(transaction: Transaction) => Promise<void>> {
  const { database, engine, job, run, settings } = context;
  if (context.up || settings.welcome === null) return nothing;
  const made = outcomes.filter(isNewAccount);
  if (made.length === 0 || !(await hadGoodFullRun(database, job.id, run.id))) return nothing;
  const keys = await ownerKeys(
    database,
    engine.sealer,
    made.map(({ prepared }) => prepared.change.directory_id!),
  );
  const at = engine.clock.now();
  return async (transaction) => {
    for (const { prepared, written } of made) {
      const person = prepared.change.directory_id!;
      const secret = engine.sealer.sealFor(keys.get(person)!, toldOnce(context, prepared));
      await noteAccount(transaction, {
        job: job.id,
        connection: context.outside.id,
        person,
        account: written!.id,
        run: run.id,
        secret,
        at,
      });
    }
  };
}

/** An account that was brought back under its own id is known to its owner. */
const isNewAccount = ({ ok, written, prepared: { change, plan } }: Outcome): boolean =>
  ok && plan.type === 'person' && change.action === 'create' && change.directory_id !== null && change.target_key !== written!.id;

/** The initial password, where the job tells it: without that it is nobody's to read, whoever gave it. Other secrets are never told. */
function toldOnce({ engine, settings }: RunContext, { change, plan }: Outcome['prepared']): AccountSecret {
  const account = signInName(plan.target, parseJson<Attributes>(change.after, {}));
  if (!settings.welcome?.password) return { account };
  const secrets = parseJson<Record<string, string>>(change.secrets, {});
  const initial = plan.target.attributes.find((spec) => spec.kind === 'secret' && spec.initial && secrets[spec.name] !== undefined);
  return { account, ...(initial ? { password: engine.sealer.open(secrets[initial.name]!) } : {}) };
}

/** What somebody signs in with: of what only one may have, the first that is text. */
const signInName = (type: ObjectTypeSpec, after: Attributes): string =>
  String(
    type.attributes
      .map((spec) => (spec.unique === true && spec.type === 'string' ? after[spec.name] : null))
      .find((value) => typeof value === 'string') ?? '',
  );
