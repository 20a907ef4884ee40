/** How long the syncs of the logs of this thread took, in seconds; failed ones included. */
import { Tally } from '../tally.js';

export const syncTimes = new Tally([
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5,
]);
