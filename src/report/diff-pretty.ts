import { Chalk, type ChalkInstance } from 'chalk';
import { visibleText } from '../diagnostics/visible-text.ts';
import type { Change, GatewayDiff, Risk } from '../diff/common/change.ts';
import type { DriftedFile } from '../diff/find-drift.ts';
import { groupChanges } from '../diff/group-changes.ts';
import { maskSecretShapes } from '../source/secret-shapes.ts';

const signs = { add: '+', remove: '-', change: '~' } as const;

/** Longest value that is shown in full; the JSON form has all of it. */
const longestValue = 60;

export interface DiffPrettyOptions {
  readonly color: boolean;
  readonly drift: readonly DriftedFile[];
}

/** The plan: objects with their fields, old and new, what callers notice, and a last line that counts. Empty when nothing changes. */
export function renderDiffPretty(diff: GatewayDiff, { color, drift }: DiffPrettyOptions): string {
  if (diff.changes.length === 0 && drift.length === 0) return '';
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const objects = groupChanges(diff.changes).map((group) => renderObject(group, chalk));
  const files = drift.map((file) => renderDrift(file, chalk));
  return `${[...objects, ...(files.length === 0 ? [] : [files.flat()])].map((lines) => `${lines.join('\n')}\n`).join('\n')}\n${renderSummary(diff, { chalk, drift })}`;
}

function renderObject(group: readonly Change[], chalk: ChalkInstance): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { action, object } = first;
  const sign = paintSign(chalk, action)(signs[action]);
  const name = printable(object);
  const isWhole = first.field === null;
  const head = isWhole
    ? [
        `${sign} ${chalk.bold(name)}  ${short(action === 'add' ? first.text.after : first.text.before)}  ${tags(first, chalk)}`,
        ...effectOf(first, chalk, '    '),
      ]
    : [`${sign} ${chalk.bold(name)}`];
  const fields = isWhole ? group.slice(1) : group;
  const rows = fields.map((change) => ({
    change,
    field: printable(change.field ?? ''),
    value: `${short(change.text.before)} → ${short(change.text.after)}`,
  }));
  const fieldWidth = Math.max(0, ...rows.map(({ field }) => field.length));
  const valueWidth = Math.max(0, ...rows.map(({ value }) => value.length));
  return [
    ...head,
    ...rows.flatMap(({ change, field, value }) => [
      `    ${field.padEnd(fieldWidth)}  ${value.padEnd(valueWidth)}  ${tags(change, chalk)}`,
      ...effectOf(change, chalk, '      '),
    ]),
  ];
}

function tags({ risk, takesEffect }: Change, chalk: ChalkInstance): string {
  return `${paintRisk(chalk, risk)(risk)}, ${chalk.dim(takesEffect)}`;
}

function effectOf({ effect }: Change, _chalk: ChalkInstance, margin: string): readonly string[] {
  return effect === '' ? [] : [`${margin}${printable(effect)}`];
}

function renderDrift({ path, state, patch }: DriftedFile, chalk: ChalkInstance): readonly string[] {
  const what =
    state === 'edited'
      ? 'edited by hand since it was built; a build overwrites it'
      : 'deleted since it was built; a build writes it again';
  const lines = patch === null ? [] : patch.trimEnd().split('\n');
  return [
    `${chalk.yellow('!')} ${chalk.bold(printable(path))}  ${what}`,
    ...lines.map((line) => `    ${printable(line)}`),
  ];
}

function renderSummary(
  { summary }: GatewayDiff,
  { chalk, drift }: { chalk: ChalkInstance; drift: readonly DriftedFile[] },
): string {
  const { change, add, remove, risks, takesEffect } = summary;
  const lines = [
    ...(risks.loosens === 0
      ? []
      : [chalk.red(`${risks.loosens} ${risks.loosens === 1 ? 'change loosens' : 'changes loosen'} security`)]),
    ...(takesEffect === null ? [] : [`takes effect: ${takesEffect}`]),
    ...(drift.length === 0 ? [] : [`${drift.length} ${drift.length === 1 ? 'file' : 'files'} changed by hand`]),
    `${change} to change, ${add} to add, ${remove} to remove`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function short(text: string): string {
  const shown = printable(text);
  return shown.length > longestValue ? `${shown.slice(0, longestValue - 1)}…` : shown;
}

function printable(text: string): string {
  return visibleText(maskSecretShapes(text));
}

function paintSign(chalk: ChalkInstance, action: Change['action']): (text: string) => string {
  return { add: chalk.green, remove: chalk.red, change: chalk.yellow }[action];
}

function paintRisk(chalk: ChalkInstance, risk: Risk): (text: string) => string {
  const paints = {
    loosens: chalk.bold.red,
    narrows: chalk.yellow,
    reroutes: chalk.cyan,
    capacity: chalk.blue,
    cosmetic: chalk.dim,
  };
  return paints[risk];
}
