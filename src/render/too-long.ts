import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { percentTolerant } from '../lower/reading/percent-tolerant.ts';
import { escapeRegex, literal, longestToken } from '../nginx/token.ts';
import type { MapNode, ScalarNode, ValueNode } from '../source/value-node.ts';
import type { RenderedFiles } from './render-files.ts';

/** OC4003 at the value of the spec that outgrew nginx's buffer when it was written for it. */
export function reportTooLong(tooLong: RenderedFiles['tooLong'], root: MapNode): readonly Diagnostic[] {
  const reported = new Set<ScalarNode | string>();
  return tooLong.flatMap(({ path, value }): readonly Diagnostic[] => {
    const source = findSource(root, value);
    if (reported.has(source ?? path)) return [];
    reported.add(source ?? path);
    return [
      {
        code: 'OC4003',
        severity: 'error',
        message: `this value is too long for nginx: it takes ${Buffer.byteLength(value)} bytes in \`${path}\``,
        help: `nginx reads parameters of up to ${longestToken} bytes, and characters that it would act on take several`,
        ...(source && { span: source.span }),
        related: [],
      },
    ];
  });
}

/** The longest text of the spec that the written value holds in one of its forms. */
function findSource(node: ValueNode, written: string): ScalarNode | undefined {
  if (node.kind === 'scalar') return typeof node.value === 'string' && isIn(node.value, written) ? node : undefined;
  const parts = node.kind === 'list' ? node.items : node.entries.map((entry) => entry.value);
  return parts
    .map((part) => findSource(part, written))
    .filter((found) => found !== undefined)
    .sort((a, b) => String(b.value).length - String(a.value).length)[0];
}

function isIn(text: string, written: string): boolean {
  return (
    text !== '' &&
    [literal(text).reads, escapeRegex(text), percentTolerant(text)].some((form) => written.includes(form))
  );
}
