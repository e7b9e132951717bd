import chalk from 'chalk';

/** Whether standard output shows colour. Chalk knows terminals and FORCE_COLOR; NO_COLOR (no-color.org) it does not. */
export function hasOutputColor(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.FORCE_COLOR === undefined && (env.NO_COLOR ?? '') !== '') return false;
  return chalk.level > 0;
}
