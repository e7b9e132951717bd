import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.ts';
import { visibleText } from '../diagnostics/visible-text.ts';
import { createSink } from '../gateway/common/context.ts';
import type { Artifact } from '../render/render-files.ts';
import type { MapNode } from '../source/value-node.ts';
import type { NginxMessage } from './nginx-messages.ts';
import { refinePlace } from './refine-place.ts';
import { findSpecPlaces } from './spec-places.ts';

export interface ReportMessages {
  readonly messages: readonly Pick<NginxMessage, 'text' | 'file' | 'line'>[];
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** Who says so, such as `nginx/1.26.3`. */
  readonly speaker: string;
  readonly artifacts: readonly Artifact[];
  readonly root: MapNode;
}

/** Messages about rendered files as diagnostics at the YAML that those lines come from. */
export function reportMessages(options: ReportMessages): readonly Diagnostic[] {
  const { messages, code, severity, speaker, artifacts, root } = options;
  const placesOf = findSpecPlaces(artifacts);
  const sink = createSink(root);
  return messages.map((message) => {
    const { file, line } = message.file === undefined ? findNamed(message.text, artifacts) : message;
    const written = artifacts
      .find((artifact) => artifact.path === file)
      ?.text.split('\n')
      [(line ?? 0) - 1]?.trim();
    const blocks = file === undefined || line === undefined ? [] : placesOf(file, line).filter(sink.has);
    const [path, ...others] = blocks.map((block) => refinePlace(block, written ?? '', sink.has));
    const where = file === undefined || line === undefined ? '' : ` of \`${file}:${line}\``;
    const quote = written ? `: \`${shorten(visibleText(written.replaceAll('`', "'")))}\`` : '';
    return {
      code,
      severity,
      message: inOurWords(message.text),
      help: `${speaker} says so${where}${quote}`,
      ...(path && { span: sink.spanOf(path, 'key'), path }),
      related: others.map((other) => ({ message: 'this shares the place', span: sink.spanOf(other, 'key') })),
    };
  });
}

/** nginx names no line for what it finds after reading: unknown variables, zones. The name leads to one. */
function findNamed(text: string, artifacts: readonly Artifact[]): { readonly file?: string; readonly line?: number } {
  const [, name = '', kind = ''] = /"([^"]+)"( variable)?/.exec(text) ?? [];
  if (name === '') return {};
  const wanted = kind === '' ? name : `$${name}`;
  for (const { path, text: written } of artifacts) {
    if (!path.endsWith('.conf')) continue;
    const lines = written.split('\n');
    const index = lines.findIndex((line) => !line.trimStart().startsWith('#') && holds(line, wanted));
    if (index !== -1) return { file: path, line: index + 1 };
  }
  return {};
}

/** The whole name, not the start of a longer one. */
function holds(line: string, name: string): boolean {
  for (let at = line.indexOf(name); at !== -1; at = line.indexOf(name, at + 1))
    if (!/[A-Za-z0-9_]/.test(line[at + name.length] ?? '')) return true;
  return false;
}

/** The house grammar: lower case, no full stop, names in backticks. */
function inOurWords(text: string): string {
  const plain = visibleText(text)
    .replaceAll('`', "'")
    .replace(/"([^"]*)"/g, '`$1`')
    .replace(/[.!\s]+$/, '');
  return shorten(plain.replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase()));
}

function shorten(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}
