/**
 * Makes TypeScript sources loadable in this thread. Preloaded with --import, which worker threads
 * inherit; preloading tsx itself would reach only the main thread on Node 20.
 */
import { register } from 'tsx/esm/api';

register();
