// The conformance suite over one file format: conformance.test.ts runs it over text, conformance.slow.test.ts over workbooks.
import { describeConformance } from '../../connector-kit/conformance/index.ts';
import { file } from './index.ts';
import { exportPlace, type Format, hrList, sayableStatus } from './test-far-sides.ts';

/** The suite that every connector passes, for files that are read and files that are written in one format. */
export function describeFiles(format: Format): void {
  describeConformance({
    name: `file, read as ${format}`,
    connector: file,
    role: 'source',
    // What the connector hands over at once. The file itself is opened whole, so there is no second request to count:
    // that nothing is lost between two batches is proved by the objects.
    pageSize: 500,
    unpaged: ['person', 'department'],
    samples: { values: { 'person.lifecycle': sayableStatus, 'department.lifecycle': sayableStatus } },
    start: (kit) => hrList(format, kit),
  });
  describeConformance({
    name: `file, written as ${format}`,
    connector: file,
    role: 'target',
    start: (kit) => exportPlace(format, kit),
  });
}
