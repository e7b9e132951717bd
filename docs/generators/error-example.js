import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Codes of which another case tells more than the smallest. */
const chosen = {
  OC1001: 'OC1001-missing-include',
  OC2001: 'OC2001-misspelt-key',
  OC2005: 'OC2005-route-name',
  OC3001: 'OC3001-route-name',
  OC3005: 'OC3005-server-of-somebody-else',
  OC3024: 'OC3024-clients-give-up-first',
  OC4002: 'OC4002-misspelt',
};

const cases = new URL('../../test/errors/', import.meta.url);

function read(name, file) {
  return readFileSync(new URL(`${name}/${file}`, cases), 'utf8');
}

/** What a case is made of, the spec first; none are the cases that no repository can hold. */
function specsOf(name) {
  const files = readdirSync(new URL(`${name}/`, cases)).filter((file) => !['expected.txt', 'case.json'].includes(file));
  return files
    .sort((a, b) => Number(b === 'openclaw.yaml') - Number(a === 'openclaw.yaml') || (a < b ? -1 : 1))
    .map((file) => ({ file, text: read(name, file) }));
}

/** How many findings a case has, and its size. */
function measure(name) {
  const printed = read(name, 'expected.txt');
  const specs = specsOf(name);
  return {
    name,
    findings: printed.match(/^(?:error|warning)\[/gm)?.length ?? 0,
    size: printed.length + specs.reduce((sum, { text }) => sum + text.length, 0),
  };
}

/**
 * The smallest case of test/errors that shows a code and nothing else: `{ files, settings, printed }`. Undefined when no
 * spec can provoke it.
 */
export function errorExample(code) {
  const [best] = readdirSync(cases)
    .filter((name) => (code in chosen ? name === chosen[code] : name.startsWith(`${code}-`)))
    .map(measure)
    .sort((a, b) => a.findings - b.findings || a.size - b.size);
  if (best === undefined) return undefined;
  const hasSettings = existsSync(new URL(`${best.name}/case.json`, cases));
  return {
    files: specsOf(best.name),
    settings: hasSettings ? JSON.parse(read(best.name, 'case.json')) : {},
    printed: read(best.name, 'expected.txt'),
  };
}
