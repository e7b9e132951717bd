import { Composer, type CST, type Document, Parser } from 'yaml';
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/source-file.ts';
import { findBareReferences, withoutReferences } from './bare-references.ts';
import { inspectTokens } from './inspect-tokens.ts';
import { problem } from './problem.ts';
import { findSecrets } from './secrets.ts';
import { maxDepth, type NodeBudget, toValueNode } from './to-value-node.ts';
import type { MapNode } from './value-node.ts';
import { yamlProblem } from './yaml-problem.ts';

/** One missing bracket can make an error of every later line; past this many they say nothing new. */
const maxProblems = 20;

/** A YAML 1.2 text whose top level is a mapping. Without value when the text is not YAML or not a mapping. */
export function parseYaml(text: string, name: string, budget: NodeBudget): Outcome<MapNode> {
  const bad = forbiddenCharacter.exec(text);
  if (bad) {
    const source: SourceFile = { name, text, secrets: findSecrets(text) };
    return { diagnostics: [refuseCharacter(source, bad.index)] };
  }
  const stream = readStream(text);
  const findings = stream.first && inspectTokens(stream.first, text, maxDepth);
  if (findings?.tooDeepAt !== undefined) {
    const source: SourceFile = { name, text, secrets: findSecrets(text) };
    const span = { source, start: findings.tooDeepAt, end: findings.tooDeepAt + 1 };
    return { diagnostics: [problem('OC1006', span, `nested more than ${maxDepth} levels deep`)] };
  }
  if (findings?.hasBareReference) return { diagnostics: refuseBareReferences(text, name) };

  const document = compose(stream.tokens, text);
  const { second } = stream;
  const secrets = findSecrets(text, { document, isWhole: second === undefined });
  const source: SourceFile = { name, text, secrets };
  const diagnostics = syntaxProblems(document, source, findings?.unclosed ?? []);
  if (second) diagnostics.push(refuseSecondDocument(source, second));
  if (document.directives.yaml.version !== '1.2') {
    const start = Math.max(0, text.indexOf('%YAML'));
    diagnostics.push(
      problem('OC1012', { source, start, end: start + 5 }, 'only YAML 1.2 is supported', {
        help: 'remove the `%YAML` line',
      }),
    );
  }
  if (diagnostics.some((found) => found.code === 'OC1004')) return { diagnostics };
  if (!document.contents || isEmpty(document)) {
    const help = 'a spec starts with `version: 1`';
    return { diagnostics: [...diagnostics, problem('OC1004', startOf(source), `\`${name}\` is empty`, { help })] };
  }
  const converted = toValueNode(document, source, budget);
  for (const found of converted.diagnostics) diagnostics.push(found);
  if (converted.value === undefined) return { diagnostics };
  if (converted.value.kind !== 'map') {
    const found = converted.value.kind === 'list' ? 'a list' : 'a single value';
    const message = `expected a mapping at the top level, found ${found}`;
    return { diagnostics: [...diagnostics, problem('OC1004', converted.value.span, message)] };
  }
  return { value: converted.value, diagnostics };
}

/** Not printable in YAML 1.2 (section 5.1); a carriage return alone is no line break for anyone today. */
const forbiddenCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|\r(?!\n)/;

function refuseCharacter(source: SourceFile, start: number): Diagnostic {
  const code = source.text.charCodeAt(start).toString(16).padStart(4, '0').toUpperCase();
  const message = `character U+${code} is not allowed in YAML`;
  const help =
    code === '000D'
      ? 'end lines with a line feed'
      : 'remove it, or write it as an escape sequence such as `\\x1b` in double quotes';
  return problem('OC1004', { source, start, end: start + 1 }, message, { help });
}

interface YamlStream {
  /** Those of the first document; a second one is not read. */
  readonly tokens: readonly CST.Token[];
  readonly first: CST.Document | undefined;
  readonly second: CST.Document | undefined;
}

function readStream(text: string): YamlStream {
  const tokens: CST.Token[] = [];
  let first: CST.Document | undefined;
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document') {
      if (first) return { tokens, first, second: token };
      first = token;
    }
    tokens.push(token);
  }
  return { tokens, first, second: undefined };
}

/** What `{ port: ${env:PORT} }` means to YAML is far from what was meant, so its own errors would only confuse. */
function refuseBareReferences(text: string, name: string): Diagnostic[] {
  const legible = withoutReferences(text);
  const { tokens, first } = readStream(legible);
  const document = compose(tokens, legible);
  const source: SourceFile = { name, text, secrets: findSecrets(text, { document, isWhole: false }) };
  const found = first ? findBareReferences(first, text) : [];
  const bare = found.slice(0, maxProblems).map((range) => {
    const written = text.slice(range.start, range.end);
    return problem('OC1004', { source, ...range }, 'a reference inside `[ ]` or `{ }` needs quotes', {
      help: written.includes(':-') ? 'put `"` before and after it' : `write \`"${written}"\``,
    });
  });
  const findings = first && inspectTokens(first, legible, maxDepth);
  return [...bare, ...syntaxProblems(document, source, findings?.unclosed ?? [])];
}

/** Uniqueness of keys is left to us: the library compares each key with all before it. */
function compose(tokens: readonly CST.Token[], text: string): Document.Parsed {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: true,
    resolveKnownTags: false,
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  for (const document of composer.compose(tokens, true, text.length)) return document as Document.Parsed;
  throw new Error('the YAML library made no document');
}

function syntaxProblems(document: Document.Parsed, source: SourceFile, unclosed: readonly number[]): Diagnostic[] {
  const found: Diagnostic[] = [];
  const left = [...unclosed];
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  for (const [index, error] of errors.entries()) {
    if (found.length === maxProblems) break;
    if (errors[index + 1]?.pos[0] === error.pos[0] && errors[index + 1]?.code === 'MULTILINE_IMPLICIT_KEY') continue;
    const diagnostic = yamlProblem(error, source, left);
    const opening = left.indexOf(diagnostic.span?.start ?? -1);
    if (opening !== -1) left.splice(opening, 1);
    found.push(diagnostic);
  }
  return found;
}

function refuseSecondDocument(source: SourceFile, second: CST.Document): Diagnostic {
  const marker = second.start.find((token) => token.type === 'doc-start');
  const start = marker?.offset ?? second.offset;
  return problem('OC1012', { source, start, end: start + 3 }, 'more than one YAML document in the file', {
    help: 'a spec is one document; several files are joined with `include`',
  });
}

function isEmpty(document: Document.Parsed): boolean {
  const { contents } = document;
  return contents?.range !== undefined && 'source' in contents && contents.source === '' && !contents.tag;
}

function startOf(source: SourceFile) {
  return { source, start: 0, end: 0 };
}
