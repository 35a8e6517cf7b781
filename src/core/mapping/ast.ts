// What a parsed expression reads and calls, found in its tree: the base of every check made when it is saved.
import type { ASTNode } from '@marcbachmann/cel-js';

/** A call as it is written. Arguments that are text literals are given, others are undefined. */
export interface Call {
  readonly name: string;
  readonly method: boolean;
  readonly literals: readonly (string | undefined)[];
}

export interface ExpressionFacts {
  /** Free names: not bound by a comprehension or cel.bind. */
  readonly names: readonly string[];
  readonly calls: readonly Call[];
  /** Comprehensions inside comprehensions, 0 without any. */
  readonly nesting: number;
  readonly nodes: readonly ASTNode[];
}

const COMPREHENSIONS: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  map: [2, 3],
  filter: [2],
};

const literalText = (node: ASTNode): string | undefined => (node.op === 'value' && typeof node.args === 'string' ? node.args : undefined);

/** Collects the facts of an expression in one walk. */
export function inspect(root: ASTNode): ExpressionFacts {
  const names = new Set<string>();
  const calls: Call[] = [];
  const nodes: ASTNode[] = [];
  let nesting = 0;

  const walkAll = (children: readonly ASTNode[], bound: ReadonlySet<string>, depth: number): void => {
    for (const child of children) walk(child, bound, depth);
  };

  function walk(node: ASTNode, bound: ReadonlySet<string>, depth: number): void {
    nodes.push(node);
    switch (node.op) {
      case 'value':
        return;
      case 'id':
        if (!bound.has(node.args)) names.add(node.args);
        return;
      case '.':
      case '.?':
        return walk(node.args[0], bound, depth);
      case '!_':
      case '-_':
        return walk(node.args, bound, depth);
      case 'call': {
        const [name, given] = node.args;
        calls.push({ name, method: false, literals: given.map(literalText) });
        return walkAll(given, bound, depth);
      }
      case 'rcall':
        return walkMethod(node.args, bound, depth);
      case 'map':
        return walkAll(node.args.flat(), bound, depth);
      default:
        return walkAll(node.args, bound, depth);
    }
  }

  function walkMethod([name, receiver, given]: [string, ASTNode, ASTNode[]], bound: ReadonlySet<string>, depth: number): void {
    const [variable, ...rest] = given;
    if (COMPREHENSIONS[name]?.includes(given.length) && variable?.op === 'id') {
      nesting = Math.max(nesting, depth + 1);
      walk(receiver, bound, depth);
      return walkAll(rest, new Set([...bound, variable.args]), depth + 1);
    }
    if (name === 'bind' && receiver.op === 'id' && receiver.args === 'cel' && variable?.op === 'id' && given.length === 3) {
      walk(given[1]!, bound, depth);
      return walk(given[2]!, new Set([...bound, variable.args]), depth);
    }
    calls.push({ name, method: true, literals: given.map(literalText) });
    walk(receiver, bound, depth);
    walkAll(given, bound, depth);
  }

  walk(root, new Set(), 0);
  return { names: [...names], calls, nesting, nodes };
}
