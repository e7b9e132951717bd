import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { Range } from '../diagnostics/source-file.ts';
import { findReferences } from './reference.ts';
import { findSecretShapes } from './secret-shapes.ts';

export interface ParsedText {
  readonly document: Document.Parsed;
  /** Whether the document is all of the text. */
  readonly isWhole: boolean;
}

/**
 * Ranges of a text that must not be printed: scalars under keys that name a credential, and everything that looks like
 * one. Where there is no structure, or it has holes, what stands behind such a key on its line counts too.
 */
export function findSecrets(text: string, parsed?: ParsedText): Range[] {
  const { contents, errors } = parsed?.document ?? { contents: null, errors: [] };
  const named = contents ? findUnderSecretKeys(text, contents) : [];
  const isStructured = parsed?.isWhole === true && errors.length === 0 && isMap(contents);
  return union([...findSecretShapes(text), ...named, ...findBehindSecretKeys(text, isStructured)]);
}

/** The last words of a key that holds a credential, in snake_case. */
const secretKey =
  /^(?:(?:.*_)?(?:credentials?|api_?keys?|password|passwd|passphrase|secret|secret_key|access_key|token|authorization)|key|keys)$/;

function isSecretKey(key: string): boolean {
  return key.length <= 100 && secretKey.test(key.toLowerCase().replaceAll('-', '_'));
}

/** In these sections `key` says what is counted or stored by, such as `key: ip`. */
const sectionsWithPlainKey = new Set(['rate_zones', 'caches']);

/** All that a key map may say in clear: whatever else stands there, at whatever depth, may be a key of somebody's. */
const plainInKeyMaps = new Set([
  ...['from', 'file', 'same_clients_as', 'id', 'tier', 'routes', 'upstreams', 'models', 'addresses'],
  ...['not_before', 'not_after'],
]);
/** What the long form of a key may say. */
const namesInKey = new Set(['hash', 'not_before', 'not_after']);

function findUnderSecretKeys(text: string, root: Node): Range[] {
  const found: Range[] = [];
  const anchored = new Map<string, Scalar[]>();
  const aliases = new Set<string>();

  const visit = (node: unknown, secret: boolean, place: Place): void => {
    if (isMap(node)) {
      // `password: {x}`, where the braces were meant to be part of it.
      if (secret && node.range && node.items.every(({ value }) => (isScalar(value) ? value.value === null : !value))) {
        found.push({ start: node.range[0], end: node.range[1] });
      }
      for (const { key, value } of node.items) {
        const name = isScalar(key) && typeof key.source === 'string' ? key.source : '';
        const inside = [...place, name];
        visit(key, isKeyItself(place, name), inside);
        visit(value, isNamed(inside, secret), inside);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) visit(item, secret, [...place, '']);
    } else if (isAlias(node)) {
      if (secret) aliases.add(node.source);
    } else if (isScalar(node)) {
      if (node.anchor !== undefined) remember(anchored, node.anchor, node);
      if (secret && !isKeyUrl(place, node)) found.push(...secretPartsOf(text, node));
    }
  };
  visit(root, false, []);
  for (const name of aliases) {
    for (const scalar of anchored.get(name) ?? []) found.push(...secretPartsOf(text, scalar));
  }
  return found;
}

/** Names from the root of the document on. */
type Place = readonly string[];

function isNamed(place: Place, isSecretAbove: boolean): boolean {
  const name = place.at(-1) ?? '';
  // People write the password where its hash belongs, and the hash tells a weak one.
  if (place[0] === 'key_maps' && name !== '') return !plainInKeyMaps.has(name);
  if (place[0] === 'basic_auth' && place[2] === 'users' && place.length === 4) return true;
  // The long forms of a credential and of a client's key keep it under these.
  if (isSecretAbove && (name === 'from' || name === 'hash')) return true;
  return isSecretKey(name) && !(name === 'key' && sectionsWithPlainKey.has(place[0] ?? ''));
}

/** `key: { the-key-itself: }`, which was meant to be a value. */
function isKeyItself(place: Place, name: string): boolean {
  const isInKey = place[0] === 'key_maps' && place.some((step) => /^keys?$/.test(step));
  return isInKey && name !== '' && !namesInKey.has(name);
}

/** `keys` of an issuer are where its public keys are. */
function isKeyUrl(place: Place, { source = '' }: Scalar): boolean {
  return place[0] === 'jwt' && place[2] === 'keys' && place.length === 3 && /^https?:\/\//.test(source);
}

/** What follows `password: ` on a line, without the comma or bracket that ends it. */
const keyAndValue = /(?<![\w-])([\w-]{1,100})["']?[ \t]{0,20}:[ \t]{0,20}["'[{]{0,4}([^\r\n,"'{}[\]]{1,1000})/g;

/** `password: !x`, `#x`, `*x`: a password to the person who wrote it, something else to YAML. */
const notScalar = /^[!&*#|>@%`]\S/;

function findBehindSecretKeys(text: string, isStructured: boolean): Range[] {
  const found: Range[] = [];
  keyAndValue.lastIndex = 0;
  for (let match = keyAndValue.exec(text); match; match = keyAndValue.exec(text)) {
    const [whole, key = '', value = ''] = match;
    const end = match.index + whole.length;
    // A comment behind a value has keys and values of its own.
    const comment = value.search(/\s#/);
    if (comment !== -1) keyAndValue.lastIndex = end - value.length + comment;
    const isReference = reference.test(value) || value.startsWith('$');
    if (!isSecretKey(key) || isReference || /^#(?:\s|$)/.test(value)) continue;
    // `key` has other meanings; where there is a structure, that tells.
    const isComment = isInComment(text, match.index);
    if (isStructured && /^keys?$/i.test(key) && !notScalar.test(value) && !isComment) continue;
    const length = isStructured || isComment ? value.search(/\s|$/) : value.trimEnd().length;
    found.push({ start: end - value.length, end: end - value.length + length });
  }
  return found;
}

/** Whether a `#` before this place begins a comment, as far as its line alone can tell. */
function isInComment(text: string, at: number): boolean {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /(?:^|\s)#/.test(text.slice(Math.max(start, at - longestLine), at));
}

/** Before a match, so that a line of a megabyte is not read again for each. */
const longestLine = 1000;

function remember(anchored: Map<string, Scalar[]>, name: string, scalar: Scalar): void {
  const known = anchored.get(name);
  if (known) known.push(scalar);
  else anchored.set(name, [scalar]);
}

/** A hash may be cut short, as people do to name one; what else stands behind `sha256:` may be the key itself. */
const reference =
  /^(?:(?:env|file|vault):|sha256:(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{0,16}[.…]{0,3})\s*$|(?:~|null|true|false)\s*$)/;

/** Nothing for references, the default of `${env:NAME:-default}`, else the whole scalar. */
function secretPartsOf(text: string, scalar: Scalar): Range[] {
  if (!scalar.range || !scalar.source || scalar.value === null || typeof scalar.value === 'boolean') return [];
  const [start, end] = scalar.range;
  if (reference.test(scalar.source)) return [];
  const [whole] = findReferences(scalar.source);
  if (whole && whole.kind !== 'malformed' && whole.text === scalar.source) {
    const fallback = text.slice(start, end).indexOf(':-');
    return fallback === -1 ? [] : [{ start: start + fallback + 2, end: Math.max(start + fallback + 2, end - 1) }];
  }
  return [{ start, end }];
}

/** Sorted, without overlaps and empty ranges. */
function union(ranges: Range[]): Range[] {
  const joined: Range[] = [];
  for (const range of ranges.sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (range.end <= range.start) continue;
    if (last && range.start <= last.end) joined[joined.length - 1] = { ...last, end: Math.max(last.end, range.end) };
    else joined.push(range);
  }
  return joined;
}
