import type { CredentialReference } from '../../language/common/scalars.ts';

/** What is in Vault comes as a file too. */
export function isFile({ source }: CredentialReference): boolean {
  return source !== 'env';
}
