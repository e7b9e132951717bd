import { compareText } from '../../compare-text.ts';
import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Spec } from '../../language/spec.ts';
import type { DiagnosticSink } from '../common/context.ts';
import type { Destination, StickyKey } from '../common/gateway.ts';

type RouteSection = Spec['routes'][number];

const kinds = ['upstream', 'split', 'answer'] as const;

/** What answers a route. Reports several at once (OC3008). */
export function resolveDestination(section: RouteSection, at: Path, sink: DiagnosticSink): Destination {
  const [first = 'upstream', ...others] = kinds.filter((kind) => section[kind] !== undefined);
  for (const other of others)
    sink.error('OC3008', [...at, other], {
      part: 'key',
      message: `\`${other}\` beside \`${first}\``,
      help: 'one thing answers a route: keep one of them',
      related: [{ message: 'the other one', path: [...at, first], part: 'key' }],
    });
  if (first === 'split') return resolveSplit(section);
  if (first === 'answer') return { kind: 'model_list' };
  return section.upstream === 'by_model'
    ? { kind: 'by_model' }
    : { kind: 'upstream', upstream: section.upstream ?? '' };
}

function resolveSplit(section: RouteSection): Destination {
  const sides = Object.entries(section.split ?? {})
    .map(([upstream, share]) => ({ upstream, share }))
    .sort((a, b) => compareText(a.upstream, b.upstream));
  return { kind: 'split', sides, sticky: resolveSticky(section.sticky), force: section.force_header ?? null };
}

function resolveSticky(sticky: RouteSection['sticky']): StickyKey | null {
  if (sticky === undefined) return null;
  if (sticky === 'client') return { kind: 'client' };
  // nginx tells neither names of variables nor of cookies apart by their case.
  return 'header' in sticky
    ? { kind: 'header', name: sticky.header }
    : { kind: 'cookie', name: sticky.cookie.toLowerCase() };
}
