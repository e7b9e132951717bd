import type { Vault } from '../common/authentication.ts';

/** What Vault's agent reads each time that it signs in. */
export function signInFilesOf({ auth }: Pick<Vault, 'auth'>): readonly string[] {
  if (auth.kind === 'approle') return [auth.roleIdFile, auth.secretIdFile];
  return auth.kind === 'token_file' ? [auth.path] : [];
}
