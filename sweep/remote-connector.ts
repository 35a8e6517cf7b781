// The connector of the sweep's target: one HTTP request per write, and errors by what they say about the write.
import { z } from 'zod';
import type { Connector, Edge, GetAnswer, Visible, WriteRequest } from './contract-types.ts';
