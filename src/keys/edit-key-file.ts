import { isDeepStrictEqual } from 'node:util';
import type { Range, Span } from '../diagnostics/source-file.ts';
import { cidr } from '../spec/addresses.ts';
import { type KeyFile, parseKeyFile } from './key-file.ts';
import type { KeyLine } from './key-line.ts';
import { parseMoment } from './moments.ts';
import { planRotation, type RotationRequest } from './plan-rotation.ts';
import type { Attempt, Problem } from './problem.ts';
import { alreadyThere, findByPrefix, sameKey, unknownClient } from './refusals.ts';
import { checkScalar, type Right } from './rights.ts';
import { applySplices, insert, insertLines, removeLines, type Splice } from './splice.ts';

/** What stands at the top of a key file that openclaw makes. */
export const keyFileHeader = `# Keys of clients for openclaw, one a line; \`openclaw keys\` adds, rotates and revokes them.
# <id> sha256:<hash of the key> [tier=... routes=... upstreams=... models=... addresses=... not_before=... not_after=...]
`;

/** The text of the file with a key for a new client. */
export function addToKeyFile(
  file: KeyFile,
  client: { readonly id: string; readonly hash: string; readonly rights: readonly Right[] },
): Attempt<string> {
  const { lines, source } = file;
  const { id, hash, rights } = client;
  const known = lines.find((line) => line.id === id);
  if (known !== undefined) return { problem: alreadyThere(id, spanOf(file, known.idAt)) };
  const same = lines.find((line) => line.hash === hash);
  if (same !== undefined) return { problem: sameKey(same.id, spanOf(file, same.hashAt)) };
  const listName = rights
    .flatMap(([name, value]) => (name === 'addresses' ? value : []))
    .find((item) => checkScalar(cidr, item) !== undefined);
  if (listName !== undefined) return { problem: noAddressLists(listName) };
  const { text } = source;
  const line = writeLine(id, hash, rights);
  const atEnd = text === '' || text.endsWith('\n') ? text.length : undefined;
  const lineBreak = text.endsWith('\r\n') ? '\r\n' : '\n';
  const splice = atEnd === undefined ? insertLines(text, text.length, [line]) : insert(atEnd, line + lineBreak);
  return finish(file, [splice], [...lines.map(factsOf), { id, hash, rights }]);
}

/** The text of the file with one more key for a client, and its old ones ending. */
export function rotateInKeyFile(
  file: KeyFile,
  request: RotationRequest & { readonly id: string; readonly hash: string },
): Attempt<string> {
  const { lines, source } = file;
  const { id, hash } = request;
  const same = lines.find((line) => line.hash === hash);
  if (same !== undefined) return { problem: sameKey(same.id, spanOf(file, same.hashAt)) };
  const own = lines.filter((line) => line.id === id);
  const last = own.at(-1);
  if (last === undefined) return { problem: unknownClient(id, { known: idsOf(file), where: source.name }) };
  const rights = untimed(last);
  const other = own.find((line) => !isDeepStrictEqual(untimed(line), rights));
  if (other !== undefined) return { problem: unequalRights(id, spanOf(file, other.idAt)) };
  const plan = planRotation(id, own.map(timesOf), request);
  if ('problem' in plan) return plan;
  const { fates, end, notAfter } = plan.value;
  const added = { id, hash, rights: withEnd(rights, notAfter) };
  const splices: Splice[] = [];
  const wanted: KeyFacts[] = [];
  for (const line of lines) {
    const fate = line.id === id ? fates[own.indexOf(line)] : 'keep';
    const isLast = line === last;
    const newLine = writeLine(id, hash, added.rights);
    if (fate === 'keep') wanted.push(factsOf(line));
    if (fate === 'end') {
      wanted.push({ ...factsOf(line), rights: withEnd(line.rights, end) });
      splices.push(endLine(line, end));
    }
    if (isLast) wanted.push(added);
    if (fate === 'remove' && isLast) splices.push({ start: line.idAt.start, end: line.end, text: newLine });
    else if (isLast) splices.push(insertLines(source.text, line.end, [newLine]));
    else if (fate === 'remove') splices.push(removeLines(source.text, { start: line.idAt.start, end: line.end }));
  }
  return finish(file, splices, wanted);
}

/** The text of the file without the keys of a client, or without one of them. */
export function revokeInKeyFile(
  file: KeyFile,
  request: { readonly id: string; readonly prefix: string | undefined },
): Attempt<string> {
  const { lines, source } = file;
  const { id, prefix } = request;
  const own = lines.filter((line) => line.id === id);
  if (own.length === 0) return { problem: unknownClient(id, { known: idsOf(file), where: source.name }) };
  const chosen = prefix === undefined ? { value: own } : findByPrefix(id, own, prefix);
  if ('problem' in chosen) return chosen;
  const gone = chosen.value;
  if (gone.length === lines.length) return { problem: lastOfFile(id, source.name) };
  const splices = gone.map((line) => removeLines(source.text, { start: line.idAt.start, end: line.end }));
  return finish(file, withoutOverlap(splices), lines.filter((line) => !gone.includes(line)).map(factsOf));
}

interface KeyFacts {
  readonly id: string;
  readonly hash: string;
  readonly rights: readonly Right[];
}

function factsOf({ id, hash, rights }: KeyLine): KeyFacts {
  return { id, hash, rights };
}

function writeLine(id: string, hash: string, rights: readonly Right[]): string {
  const attributes = rights.map(([name, value]) => `${name}=${typeof value === 'string' ? value : value.join(',')}`);
  return [id, `sha256:${hash}`, ...attributes].join(' ');
}

/** Nothing is written unless the new text says what was asked for and no more. */
function finish(file: KeyFile, splices: readonly Splice[], wanted: readonly KeyFacts[]): Attempt<string> {
  const text = applySplices(file.source.text, splices);
  const again = parseKeyFile(text, file.source.name);
  if (again.diagnostics.length > 0 || !isDeepStrictEqual(again.value.lines.map(factsOf), wanted))
    throw new Error('the edited key file would not say what was asked for');
  return { value: text };
}

function endLine(line: KeyLine, end: string): Splice {
  const place = line.places.get('not_after');
  return place === undefined ? insert(line.end, ` not_after=${end}`) : { ...place, text: end };
}

function withEnd(rights: readonly Right[], end: string | undefined): readonly Right[] {
  if (end === undefined) return rights.filter(([name]) => name !== 'not_after');
  return rights.some(([name]) => name === 'not_after')
    ? rights.map((right): Right => (right[0] === 'not_after' ? ['not_after', end] : right))
    : [...rights, ['not_after', end]];
}

function untimed(line: KeyLine): readonly Right[] {
  return line.rights.filter(([name]) => name !== 'not_before' && name !== 'not_after');
}

function timesOf(line: KeyLine) {
  const time = (wanted: string) => {
    const [, value] = line.rights.find(([name]) => name === wanted) ?? [];
    return typeof value === 'string' ? parseMoment(value) : undefined;
  };
  return { from: time('not_before'), until: time('not_after') };
}

function withoutOverlap(splices: readonly Splice[]): readonly Splice[] {
  let end = 0;
  return splices.map((splice) => {
    const cut = { ...splice, start: Math.max(splice.start, end) };
    end = splice.end;
    return cut;
  });
}

function idsOf({ lines }: KeyFile): readonly string[] {
  return [...new Set(lines.map((line) => line.id))];
}

function spanOf({ source }: KeyFile, range: Range): Span {
  return { source, start: range.start, end: range.end };
}

function unequalRights(id: string, span: Span): Problem {
  return {
    kind: 'wrong',
    message: `the keys of \`${id}\` have different rights, so what a new one may do is not clear`,
    help: 'give its lines the same attributes; `not_before` and `not_after` may differ',
    at: { code: 'OC3008', span },
  };
}

function noAddressLists(name: string): Problem {
  return {
    kind: 'wrong',
    message: `\`${name}\` is no address range, and a key file knows no \`address_lists\``,
    help: 'write ranges such as `10.0.0.0/8`',
  };
}

function lastOfFile(id: string, name: string): Problem {
  return {
    kind: 'wrong',
    message: `\`${id}\` has the last key of \`${name}\`, and the gateway takes no file without keys: it would go on with the old ones`,
    help: `add another client first; or replace the key with \`openclaw keys rotate ${id} --overlap 0s\` and keep the new one to yourself`,
  };
}
