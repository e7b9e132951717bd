import type { Path } from '../../diagnostics/diagnostic.ts';
import type { DiagnosticSink } from './context.ts';

/**
 * Where one of several things stands that may be written alone or in a list, and in a short form or in a long one, which
 * has the value under `field`.
 */
export function placeOfItem(sink: DiagnosticSink, at: { list: Path; index: number; field: string }): Path {
  const { list, index, field } = at;
  const forms = [
    [...list, index, field],
    [...list, index],
    [...list, field],
  ];
  return forms.find((form) => sink.has(form)) ?? list;
}
