// The suite that every connector passes: workbooks, each of which is written whole for one changed cell.
import { describeFiles } from './test-conformance.ts';

describeFiles('xlsx');
