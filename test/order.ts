// In which order test files run: the long ones first, so that no core waits at the end for one that began last.
import { statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { TestSequencer, TestSpecification, Vitest } from 'vitest/node';

export interface Ordered {
  readonly project: string;
  /** From the root of the repository, with `/`. */
  readonly file: string;
  readonly bytes: number;
}

/** PostgreSQL takes longest; what ends a run is the many short files that need no server. */
const rankOfProject = ({ project }: Ordered): number => (project.endsWith('-postgres') ? 0 : 1);
const rankOfFile = ({ file }: Ordered): number => {
  if (file.includes('.slow.') || file.startsWith('sweep/')) return 0;
  return file.startsWith('scenarios/') ? 1 : 2;
};

/** By what a name tells: what files took on another machine or day would have to be kept, and would be wrong. */
export const longestFirst = (a: Ordered, b: Ordered): number =>
  rankOfProject(a) - rankOfProject(b) || rankOfFile(a) - rankOfFile(b) || b.bytes - a.bytes;

export default class LongestFirst implements TestSequencer {
  private readonly root: string;
  constructor({ config }: Vitest) {
    this.root = config.root;
  }

  /** All of them: a run is not shared by several machines. */
  async shard(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    return specifications;
  }

  async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const known = specifications.map((specification) => ({
      specification,
      project: specification.project.name,
      file: relative(this.root, specification.moduleId).split(sep).join('/'),
      bytes: statSync(specification.moduleId).size,
    }));
    return known.sort(longestFirst).map(({ specification }) => specification);
  }
}
