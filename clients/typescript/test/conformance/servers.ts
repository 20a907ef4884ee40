/** The servers that the cases run against: those of the environment, or two of its own. */
import {
  type ConformanceServers,
  startConformanceServers,
} from '../../../../test/support/conformance-servers.js';

export async function findServers(): Promise<ConformanceServers> {
  const { env } = process;
  const { PROTOVEC_ADDRESS: address } = env;
  if (address === undefined) return startConformanceServers();
  return {
    address,
    tlsAddress: String(env.PROTOVEC_TLS_ADDRESS),
    authorityFile: String(env.PROTOVEC_TLS_CA),
    keys: { admin: String(env.PROTOVEC_KEY_ADMIN), read: String(env.PROTOVEC_KEY_READ) },
    close: async () => {},
  };
}
