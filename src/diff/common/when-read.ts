import type { CredentialReference } from '../../language/common/scalars.ts';

/**
 * `env NAME` hands on what nginx was started with, which no reload changes (nginx.org/en/docs/ngx_core_module.html#env);
 * files, those that Vault's agent renders included, are read anew.
 */
export function whenRead({ source }: CredentialReference): 'restart' | 'reload' {
  return source === 'env' ? 'restart' : 'reload';
}

/** For a list of them in place of another: only what is new has to be read. */
export function whenAllRead(
  before: readonly CredentialReference[],
  after: readonly CredentialReference[],
): 'restart' | 'reload' {
  const known = new Set(before.map(({ source, name }) => `${source}:${name}`));
  return after.some(({ source, name }) => source === 'env' && !known.has(`${source}:${name}`)) ? 'restart' : 'reload';
}
