import type { Path } from '../../diagnostics/diagnostic.ts';
import type { ValueNode } from '../../source/value-node.ts';

/** A value as it may be printed: by its origin when it came from outside, not at all when it looks secret. */
export function describe(node: ValueNode): string {
  if (node.kind === 'map') return 'a mapping';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  if (node.origin !== undefined) return `the value of \`${node.origin}\``;
  if (looksSecret(node)) return 'a value that looks like a secret';
  const text = node.raw ?? String(node.value);
  if (typeof node.value === 'number') return `the number \`${shorten(text)}\``;
  if (typeof node.value === 'boolean') return `the value \`${shorten(text)}\``;
  return text === '' ? 'an empty text' : `\`${shorten(text)}\``;
}

export function looksSecret(node: ValueNode): boolean {
  const { source, start, end } = node.span;
  return (
    node.kind === 'scalar' &&
    node.origin === undefined &&
    source.secrets.some((range) => range.start < end && range.end > start)
  );
}

/** A text of the spec that is short enough for a message. */
export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

export function typeWord(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: '`true` or `false`',
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
  };
  return words[expected] ?? expected;
}

export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

export function joinOr(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? 'something else') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** `routes[0].match` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? shorten(step) : `${text}.${shorten(step)}`;
  }, '');
}
