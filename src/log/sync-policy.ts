/**
 * When the log is brought to stable storage. `always`: before a write is answered. `interval`: so
 * often, in the background. `never`: only for what needs it, such as the switch to the next file.
 */
export type SyncPolicy =
  | { readonly when: 'always' }
  | { readonly when: 'interval'; readonly intervalMs: number }
  | { readonly when: 'never' };
