// Puts an error that ended a case into words: the call, the kind, the vendor's detail, and what was to be written.
import type { ChangedParts, DesiredObject, MemberChange } from '../contract.ts';
import { isConnectorError } from '../errors.ts';
import type { ObjectKey } from '../../core/model.ts';

/** One call of a connection's method. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The error as the test shows it; anything but a ConnectorError as it is. Never a one-shot secret: those are no attributes. */
export function told(error: unknown, call: Call | undefined): unknown {
  if (!isConnectorError(error)) return error;
  const { kind, label, facts } = error;
  const about = [
    facts.attribute === undefined ? '' : `attribute: ${facts.attribute}`,
    facts.detail === undefined ? '' : `detail: ${facts.detail}`,
    call ? given(call) : '',
  ].filter((line) => line !== '');
  const message = [`${call ? `${subject(call)} threw ` : ''}${kind}: ${label.en}`, ...about].join('\n  ');
  const telling = new Error(message);
  telling.name = error.name;
  // Where it was thrown, not where it was put into words.
  telling.stack = `${error.name}: ${message}\n${framesOf(error)}`;
  return telling;
}

function subject({ name, args }: Call): string {
  const [first, second] = args;
  switch (name) {
    case 'create':
      return `create() of a ${String(first)}`;
    case 'update':
    case 'disable':
    case 'enable':
    case 'remove':
    case 'restore':
      return `${name}() of ${String(first)} ${String(second)}`;
    case 'read':
    case 'get':
      return `${name}() of ${String(first)}`;
    case 'find':
      return `find() of ${String(first)} by ${String(second)}`;
    case 'changeMembers':
      return `changeMembers() of ${(first as ObjectKey).type} ${(first as ObjectKey).id}, ${String(second)},`;
    default:
      return `${name}()`;
  }
}

function given({ name, args }: Call): string {
  switch (name) {
    case 'create': {
      const { attributes, edges, enabled } = args[1] as DesiredObject;
      return `it was given ${JSON.stringify({ attributes, edges, enabled })}`;
    }
    case 'update': {
      const { attributes, edges } = args[2] as ChangedParts;
      return `it was to change ${JSON.stringify({ attributes, edges })}`;
    }
    case 'changeMembers': {
      const { add, remove } = args[2] as MemberChange;
      return `it was to change ${JSON.stringify({ add, remove })}`;
    }
    default:
      return '';
  }
}

const framesOf = (error: Error): string =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
