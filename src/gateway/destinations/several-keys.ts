import type { Credential } from '../common/gateway.ts';

/** Whether there is another key to try for some caller. */
export function hasSeveralKeys(credential: Credential | null): boolean {
  return [credential?.keys ?? [], ...(credential?.rules.map(({ keys }) => keys) ?? [])].some(
    ({ length }) => length > 1,
  );
}
