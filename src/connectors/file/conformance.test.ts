// The suite that every connector passes: files that are read and files that are written, each as text and as workbook.
import { describeConformance } from '../../connector-kit/conformance/index.ts';
import { file } from './index.ts';
import { exportPlace, type Format, hrList, sayableStatus } from './test-far-sides.ts';

const formats: readonly Format[] = ['csv', 'xlsx'];

for (const format of formats) {
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
