// The suite that every connector passes: text files.
import { describeFiles } from './test-conformance.ts';

describeFiles('csv');
