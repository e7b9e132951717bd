import type { KeySource } from '../../language/common/access-scalars.ts';
import type { Rule } from '../common/rule.ts';
import { newIn, verdict } from '../common/verdicts.ts';

/** What it means that keys or tokens are taken from other places of a request. */
export function sourcesRule<Subject>(what: 'keys' | 'tokens'): Rule<readonly KeySource[], Subject> {
  return {
    label: 'from',
    about: `Where requests carry ${what}. One more place loosens; of several the first that is there counts.`,
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
    show: (sources) => sources.map(showSource).join(', '),
    judge: (before, after) => {
      const [was, now] = [before, after].map((sources) => sources.map(describeSource));
      const added = newIn(was ?? [], now ?? []);
      const removed = newIn(now ?? [], was ?? []);
      if (added.length > 0) return verdict('loosens', `${what} ${added.join(' and ')} are accepted`);
      return removed.length > 0
        ? verdict('narrows', `${what} ${removed.join(' and ')} are no longer accepted`)
        : verdict('reroutes', `of several ${what} in a request, another one counts`);
    },
  };
}

/** As the spec writes it. */
function showSource(source: KeySource): string {
  if (source.kind === 'query') return `query ${source.name}`;
  if (source.kind !== 'header') return source.kind;
  return /^(?:x-)?api-key$/i.test(source.name) ? source.name : `header ${source.name}`;
}

function describeSource(source: KeySource): string {
  switch (source.kind) {
    case 'bearer':
      return 'from `Authorization: Bearer`';
    case 'websocket':
      return 'from the websocket subprotocol';
    case 'header':
      return `from header \`${source.name.toLowerCase()}\``;
    case 'query':
      return `from \`?${source.name}=\`, which logs and proxies keep,`;
  }
}
