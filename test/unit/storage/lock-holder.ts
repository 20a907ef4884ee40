/** Run as a process of its own: locks the directory given, says how that went, and waits. */
import { lockDataDirectory } from '../../../src/storage/lock.js';

try {
  await lockDataDirectory(process.argv[2]);
  process.stdout.write('locked\n');
  setInterval(() => {}, 1000);
} catch (error) {
  process.stdout.write(`${error}\n`);
}
