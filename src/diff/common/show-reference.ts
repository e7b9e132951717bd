import type { CredentialReference } from '../../language/common/scalars.ts';

/** As the spec writes it. */
export function showReference({ source, name }: CredentialReference): string {
  return `${source}:${name}`;
}
