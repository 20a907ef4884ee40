/** As much of the package reflect-metadata as @peculiar/x509 needs to be loaded. */

const entries = new WeakMap<object, Map<unknown, unknown>>();
const getOwnMetadata = (key: unknown, target: object): unknown => entries.get(target)?.get(key);

Object.assign(Reflect, {
  getOwnMetadata,
  // Nothing is inherited from: no class that is registered extends another one that is.
  getMetadata: getOwnMetadata,
  defineMetadata(key: unknown, value: unknown, target: object): void {
    entries.set(target, (entries.get(target) ?? new Map()).set(key, value));
  },
});
