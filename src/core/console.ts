// What is edited by hand: one more source of the directory, whose objects are called as the directory calls them.

/** Connection, connector and folder of edits by hand. Its ids are directory ids: it needs no links to be understood. */
export const CONSOLE = 'console';
/** Below the rank that a job has by default: a person corrects what no system says. */
export const CONSOLE_RANK = 50;

/** Members of a group by rule: people of these departments, of whom the expression holds. */
export interface GroupRule {
  /** None: everybody. */
  readonly departments: readonly { readonly id: string; readonly below: boolean }[];
  /** CEL over attributes of the person; missing: everybody of the departments. */
  readonly where?: string | undefined;
}
