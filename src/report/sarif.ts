import type { Diagnostic, Related } from '../diagnostics/diagnostic.ts';
import { positionAt, type Span } from '../diagnostics/source-file.ts';
import { maskSecretShapes } from '../source/secret-shapes.ts';
import { sarifRule } from './sarif-rule.ts';

/** SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), for code scanning. */
export function renderSarif(
  diagnostics: readonly Diagnostic[],
  { toolVersion }: { readonly toolVersion: string },
): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const rules = codes.map((code) => sarifRule(code, toolVersion));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'openclaw', version: toolVersion, rules } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => result(diagnostic, codes.indexOf(diagnostic.code))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result({ code, severity, message, help, span, related }: Diagnostic, ruleIndex: number) {
  const text = maskSecretShapes(help === undefined ? message : `${message}\nhelp: ${help}`);
  const places = related.filter((place): place is Related & { readonly span: Span } => place.span !== undefined);
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text },
    ...(span && { locations: [{ physicalLocation: physicalLocation(span) }] }),
    ...(places.length > 0 && { relatedLocations: places.map(relatedLocation) }),
  };
}

function relatedLocation({ message, span }: Related & { readonly span: Span }, id: number) {
  return { id, physicalLocation: physicalLocation(span), message: { text: maskSecretShapes(message) } };
}

function physicalLocation({ source, start, end }: Span) {
  const artifactLocation = { uri: fileUri(source.name) };
  if (source.text === '') return { artifactLocation };
  const first = positionAt(source, start);
  const last = positionAt(source, end);
  const region = {
    startLine: first.line,
    startColumn: first.column,
    endLine: last.line,
    endColumn: last.column,
  };
  return { artifactLocation, region };
}

/** A relative reference, or a `file:` URI for files outside of the working directory (RFC 3986, section 4.2). */
function fileUri(name: string): string {
  // Half a surrogate pair, which `encodeURIComponent` throws on, does not survive UTF-8.
  const encoded = Buffer.from(name).toString().split('/').map(encodeURIComponent).join('/');
  return name.startsWith('/') ? `file://${encoded}` : encoded;
}
