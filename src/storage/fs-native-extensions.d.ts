// The package ships no types; only what lock.ts calls is declared.
declare module 'fs-native-extensions' {
  /** Asks the kernel for an exclusive lock on an open file; false when another descriptor holds one. */
  export function tryLock(fd: number): boolean;
}
