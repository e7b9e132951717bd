import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a case may say about itself in `case.json`. */
export interface CaseSettings {
  readonly overlays?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The targets that cannot do this, and say so with OC4001. */
  readonly refused?: readonly string[];
  /** Codes of the warnings that the case is meant to give. */
  readonly warnings?: readonly string[];
}

/** Every kind of target, with the nginx that stands for it on a test machine where there is one. */
export const goldenTargets = {
  'debian-12': '1.22',
  'debian-13': '1.26',
  'nginx-1.28': null,
  'nginx-1.30': '1.30',
  'openresty-1.27': null,
  'openresty-1.29': null,
} as const;

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The folders of all cases: the examples, and what test/golden adds. */
export async function goldenCases(): Promise<readonly string[]> {
  return [...(await findCases('examples')), ...(await findCases('test/golden'))];
}

async function findCases(parent: string): Promise<readonly string[]> {
  const names = (await readdir(join(projectRoot, parent))).sort();
  return names
    .map((name) => join(projectRoot, parent, name))
    .filter((folder) => existsSync(join(folder, 'openclaw.yaml')));
}

export async function settingsOf(folder: string): Promise<CaseSettings> {
  const file = join(folder, 'case.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as CaseSettings) : {};
}
