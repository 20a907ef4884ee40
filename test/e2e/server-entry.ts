/** What server-process.ts runs: a server on the data directory given, until SIGTERM. */
import { startServer } from '../../src/main.js';
import { createLogger } from '../../src/observe.js';

const server = await startServer({
  listen: '127.0.0.1:0',
  dataDirectory: process.argv[2]!,
  logger: createLogger('fatal'),
  workers: 2,
});
process.on('SIGTERM', () => {
  server.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
console.log(server.address);
