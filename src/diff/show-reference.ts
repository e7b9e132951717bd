import type { CredentialReference } from '../spec/scalars.ts';

/** As the spec writes it. */
export function showReference({ source, name }: CredentialReference): string {
  return `${source}:${name}`;
}
