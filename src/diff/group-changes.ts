import type { Change } from './common/change.ts';

/** Changes object by object; the first of each says whether it came, went or changed. */
export function groupChanges(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (last?.[0]?.object === change.object && change.action === 'change') last.push(change);
    else groups.push([change]);
  }
  return groups;
}
