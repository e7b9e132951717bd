import { compareText } from '../../compare-text.ts';
import type { Path } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import { shorten } from '../../language/common/wording.ts';
import type { Spec } from '../../language/spec.ts';
import type { DiagnosticSink, DiagnosticText } from '../common/context.ts';
import { placeOfItem } from '../common/place-of-item.ts';

/** A name in the spec that has to be that of an upstream. */
interface NamedUpstream {
  readonly name: string;
  readonly at: Path;
  readonly part?: DiagnosticText['part'];
}

/** OC3002: names of upstreams that there are not, at each place that names one. */
export function rejectUnknownUpstreams(spec: Spec, sink: DiagnosticSink): void {
  const names = Object.keys(spec.upstreams).sort(compareText);
  if (names.length === 0) return;
  for (const { name, at, part } of namedUpstreams(spec, sink)) {
    if (names.includes(name)) continue;
    sink.error('OC3002', at, {
      ...(part !== undefined && { part }),
      message: `unknown upstream \`${shorten(name)}\``,
      help: helpFor(name, names, spec),
    });
  }
}

function helpFor(name: string, names: readonly string[], { models = {} }: Spec): string {
  const known = `upstreams: ${names.join(', ')}`;
  if (name === 'models' || name === 'by_model')
    return `\`upstream: by_model\` on a route means the table of models; anywhere else name an upstream; ${known}`;
  if (Object.hasOwn(models, name))
    return `\`${name}\` is a model, which \`upstream: by_model\` on a route leads to; ${known}`;
  const near = suggest(name, names);
  return near === undefined ? known : `did you mean \`${near}\`? ${known}`;
}

function namedUpstreams({ routes, models }: Spec, sink: DiagnosticSink): readonly NamedUpstream[] {
  return [
    ...Object.entries(models ?? {}).flatMap(([model, { upstream, fallback }]): readonly NamedUpstream[] => {
      const at = ['models', model];
      return [{ name: upstream, at: longOrShort(at, sink) }, ...namedFallbacks(fallback, at, sink)];
    }),
    ...routes.flatMap(({ upstream, split, fallback, mirror }, index): readonly NamedUpstream[] => {
      const at = ['routes', index];
      const isName = upstream !== undefined && upstream !== 'by_model';
      return [
        ...(isName ? [{ name: upstream, at: [...at, 'upstream'] }] : []),
        ...Object.keys(split ?? {}).map((name) => ({ name, at: [...at, 'split', name], part: 'key' as const })),
        ...namedFallbacks(fallback, at, sink),
        ...(mirror === undefined ? [] : [{ name: mirror.upstream, at: longOrShort([...at, 'mirror'], sink) }]),
      ];
    }),
  ];
}

function namedFallbacks(
  fallback: readonly { readonly upstream: string }[] | undefined,
  at: Path,
  sink: DiagnosticSink,
): readonly NamedUpstream[] {
  return (fallback ?? []).map(({ upstream }, index) => ({
    name: upstream,
    at: placeOfItem(sink, { list: [...at, 'fallback'], index, field: 'upstream' }),
  }));
}

function longOrShort(at: Path, sink: DiagnosticSink): Path {
  return sink.has([...at, 'upstream']) ? [...at, 'upstream'] : at;
}
