/** What an API key allows. No scope holds another: a key may do what its scopes name, and no more. */

export const scopes = ['read', 'write', 'admin'] as const;

export type Scope = (typeof scopes)[number];

/** Whether a text names a scope. */
export function isScope(text: unknown): text is Scope {
  return scopes.some((scope) => scope === text);
}
