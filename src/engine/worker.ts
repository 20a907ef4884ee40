/** What runs in an engine worker thread. */

import { openEngine } from './engine.js';
import { hostEngine } from './worker-host.js';

await hostEngine(openEngine);
