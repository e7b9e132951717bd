import { visibleText } from '../diagnostics/visible-text.ts';
import { stateText } from './key-state.ts';
import type { ListedKey } from './list-keys.ts';

/** Longest list that a cell shows in full. */
const shownItems = 3;

const titles = ['map', 'client', 'key', 'tier', 'may use', 'from', 'until', 'state', 'in'] as const;

/** Keys as a table for people, one a line. */
export function printKeys(keys: readonly ListedKey[]): string {
  const rows = keys.map((key) => [
    key.map ?? '-',
    key.client,
    key.key.replace('sha256:', ''),
    key.tier ?? '-',
    rightsText(key),
    key.notBefore ?? '-',
    key.notAfter ?? '-',
    key.state === 'expires'
      ? stateText({ state: 'expires', days: key.expiresInDays ?? 0 })
      : stateText({ state: key.state }),
    visibleText(key.file),
  ]);
  const lines = [titles.map((title) => title.toUpperCase()), ...rows];
  const widths = titles.map((_, column) =>
    lines.reduce((most, cells) => Math.max(most, cells[column]?.length ?? 0), 0),
  );
  return lines
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function rightsText({ routes, upstreams, models, addresses }: ListedKey): string {
  const parts = [
    ...(routes === null ? [] : [`routes ${listText(routes)}`]),
    ...(upstreams === null ? [] : [`upstreams ${listText(upstreams)}`]),
    ...(models === null ? [] : [`models ${listText(models)}`]),
  ];
  const what = parts.length === 0 ? 'everything' : parts.join('; ');
  return addresses === null ? what : `${what}; from ${listText(addresses)}`;
}

function listText(items: readonly string[]): string {
  const rest = items.length - shownItems;
  return rest > 0 ? `${items.slice(0, shownItems).join(', ')} and ${rest} more` : items.join(', ');
}
