import { containsRange } from '../../gateway/common/address-range.ts';
import { coversCondition, coversHost, coversPattern } from '../../gateway/common/coverage.ts';
import type { PublicRoute } from '../common/public-model.ts';

export type PublicCondition = PublicRoute['conditions'][number];

export function identifyCondition(condition: PublicCondition): string {
  return 'name' in condition ? `${condition.kind}.${condition.name}` : condition.kind;
}

/** A request that meets these conditions and is ordinary in everything else: no such header, some other host. */
export type RequestSample = ReadonlyMap<string, PublicCondition>;

export function sampleOf(conditions: readonly PublicCondition[]): RequestSample {
  return new Map(conditions.map((condition) => [identifyCondition(condition), condition]));
}

/** A request that meets the conditions of both, or undefined when none can. */
export function joinSamples(one: RequestSample, other: RequestSample): RequestSample | undefined {
  const joined = new Map(one);
  for (const [name, condition] of other) {
    const known = joined.get(name);
    const both = known === undefined ? condition : joinConditions(known, condition);
    if (both === undefined) return undefined;
    joined.set(name, both);
  }
  return joined;
}

export function meets(sample: RequestSample, conditions: readonly PublicCondition[]): boolean {
  return conditions.every((condition) => {
    const known = sample.get(identifyCondition(condition));
    return known === undefined
      ? 'test' in condition && condition.test.kind === 'absent'
      : coversCondition(condition, known);
  });
}

function joinConditions(a: PublicCondition, b: PublicCondition): PublicCondition | undefined {
  if (coversCondition(a, b)) return b;
  if (coversCondition(b, a)) return a;
  if (a.kind === 'method' && b.kind === 'method')
    return some({ ...a, values: a.values.filter((value) => b.values.includes(value)) });
  if (a.kind === 'host' && b.kind === 'host')
    return some({
      ...a,
      values: [
        ...a.values.filter((host) => b.values.some((pattern) => coversHost(pattern, host))),
        ...b.values.filter((host) => a.values.some((pattern) => coversHost(pattern, host))),
      ],
    });
  if (a.kind === 'client' && b.kind === 'client') {
    const ranges = [
      ...a.ranges.filter((range) => b.ranges.some((wider) => containsRange(wider, range))),
      ...b.ranges.filter((range) => a.ranges.some((wider) => containsRange(wider, range))),
    ];
    return ranges.length === 0 ? undefined : { ...a, ranges };
  }
  if (a.kind === 'model' && b.kind === 'model') {
    const patterns = a.patterns.flatMap((one) => b.patterns.flatMap((other) => joinPatterns(one, other)));
    return patterns.length === 0 ? undefined : { ...a, patterns };
  }
  if ('test' in a && 'test' in b && a.test.kind === 'one_of' && b.test.kind === 'one_of') {
    const { values } = b.test;
    const shared = a.test.values.filter((value) => values.includes(value));
    return shared.length === 0 ? undefined : { ...a, test: { kind: 'one_of', values: shared } };
  }
  return undefined;
}

/** Names that both patterns mean: those of the narrower one, or those that begin like one and end like the other. */
function joinPatterns(a: string, b: string): readonly string[] {
  const candidates = [a, b, ...(b.startsWith('*') ? [a + b] : []), ...(a.startsWith('*') ? [b + a] : [])];
  const both = candidates.find((pattern) => coversPattern(a, pattern) && coversPattern(b, pattern));
  return both === undefined ? [] : [both.replace(/\*+/g, '*')];
}

function some<T extends { readonly values: readonly string[] }>(condition: T): T | undefined {
  return condition.values.length === 0 ? undefined : condition;
}

/** A condition in words that hold no values: those of headers and arguments may be secrets. */
export function describeCondition(condition: PublicCondition): string {
  switch (condition.kind) {
    case 'method':
      return condition.values.join('|');
    case 'host':
      return `for ${condition.values.join('|')}`;
    case 'client':
      return `from ${condition.ranges.join('|')}`;
    case 'model':
      return `with model ${condition.patterns.join('|')}`;
    case 'header':
    case 'query': {
      const thing = condition.kind === 'header' ? `header ${condition.name}` : `argument ${condition.name}`;
      return condition.test.kind === 'absent' ? `without ${thing}` : `with ${thing}`;
    }
  }
}

export function showCondition(condition: PublicCondition): string {
  if (condition.kind === 'client') return condition.ranges.join(', ');
  if (condition.kind === 'model') return condition.patterns.join(', ');
  if (condition.kind === 'method' || condition.kind === 'host') return condition.values.join(', ');
  return condition.test.kind === 'one_of' ? condition.test.values.join(', ') : condition.test.kind;
}
