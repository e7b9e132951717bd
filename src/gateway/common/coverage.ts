import { containsRange } from './address-range.ts';
import type { Condition, ValueTest } from './gateway.ts';

/** Whether every request that meets `special` also meets `general`. */
export function coversCondition(general: Condition, special: Condition): boolean {
  if (general.kind === 'method' && special.kind === 'method')
    return special.values.every((value) => general.values.includes(value));
  if (general.kind === 'host' && special.kind === 'host')
    return special.values.every((host) => general.values.some((pattern) => coversHost(pattern, host)));
  if (general.kind === 'client' && special.kind === 'client')
    return special.ranges.every((range) => general.ranges.some((wider) => containsRange(wider, range)));
  if (general.kind === 'model' && special.kind === 'model')
    return special.patterns.every((pattern) => general.patterns.some((wider) => coversPattern(wider, pattern)));
  if ('test' in general && 'test' in special && general.kind === special.kind && general.name === special.name)
    return coversTest(general.test, special.test);
  return false;
}

function coversTest(general: ValueTest, special: ValueTest): boolean {
  if (special.kind === 'absent' || general.kind === 'absent') return special.kind === general.kind;
  if (general.kind === 'present') return special.kind === 'present' || !special.values.includes('');
  return special.kind === 'one_of' && special.values.every((value) => general.values.includes(value));
}

/** Whether `*.example.com` or an exact name covers another name or pattern. */
export function coversHost(pattern: string, host: string): boolean {
  return (
    pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && host.length >= pattern.length)
  );
}

/** Whether a name in which `*` stands for anything covers another one: everything that the other means, it means too. */
export function coversPattern(general: string, special: string): boolean {
  let [at, place, star, restart] = [0, 0, -1, 0];
  while (place < special.length) {
    if (general[at] === '*') [star, restart, at] = [at, place, at + 1];
    // A `*` of the other is any text, which only a `*` covers: it is like a letter here.
    else if (general[at] === special[place]) [at, place] = [at + 1, place + 1];
    else if (star === -1) return false;
    else [at, restart, place] = [star + 1, restart + 1, restart + 1];
  }
  return /^\**$/.test(general.slice(at));
}
