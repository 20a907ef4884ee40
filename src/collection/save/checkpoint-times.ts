/** How long the checkpoints of this thread took that were completed, in seconds. */
import { Tally } from '../../tally.js';

export const checkpointTimes = new Tally();
