/**
 * How many searches were answered together in this thread. One that was not queued, because of a
 * filter or as it asks for the neighbours of a record, is a batch of one.
 */
import { Tally } from '../tally.js';

export const searchBatches = new Tally([1, 2, 4, 8, 16]);
