/** Texts that mean something to nginx, Lua, YAML, compose, Handlebars or a terminal, and texts that break readers. */
export const hostileTexts: readonly string[] = [
  '"; } evil; #',
  "'; } evil; #",
  'a;b',
  'a\nevil on;',
  'a\revil on;',
  'a\tb',
  ' ',
  '',
  '${x}',
  '${openclaw_dollar}',
  '$host',
  '$openclaw_credential',
  '$',
  '$$',
  '$1',
  '~(',
  '~*.*',
  '^~',
  '@openclaw_404',
  '=',
  '{',
  '}',
  '{}',
  '\\',
  '\\"',
  '\\z|.*',
  '(?<openclaw_rest>',
  '.*',
  '[',
  '"',
  "'",
  '#',
  '%00',
  '\0',
  'a\0b',
  '\u0085',
  'a'.repeat(5000),
  '$'.repeat(1700),
  'é'.repeat(1500),
  '😀'.repeat(20),
  'аdmin', // Cyrillic
  'ｐａｔｈ',
  '\u202eevil\u202c',
  '\u2028',
  '\ud800',
  'a\udc00b',
  '\ufeff',
  '\ue0000\ue001',
  '../../etc/passwd',
  '/../../etc/passwd',
  '/etc/passwd',
  'default',
  'hostnames',
  'volatile',
  'include',
  'off',
  'on',
  '__proto__',
  'constructor',
  'toString',
  'openclaw',
  '{{x}}',
  '{{{x}}}',
  '{{> handler}}',
  '"]]..os.execute("id")--',
  ']]',
  '\\065',
  '${HOME}',
  ': #',
  '- a',
  '*alias',
  '&anchor',
  '!!js/function',
  '<<',
  'null',
  'true',
  '0x1f',
  'localhost; evil',
  'http://evil.example/',
  '-',
  '--privileged',
];

const keyword = /default|hostnames|volatile|include/g;

/**
 * A text of the same build without anything that could be special: what nginx makes of it must have the same shape.
 * Characters of the field's own text are what its format is made of, and stay.
 */
export function harmlessTwin(text: string, own: string): string {
  return flatten(text, own);
}

/** Takes a word to what its harmless twin's word is taken to. */
export function flatten(word: string, kept = ''): string {
  return [...word]
    .map((character) => (/[A-Za-z0-9/.:*@_-]/.test(character) || kept.includes(character) ? character : '-'))
    .join('')
    .replaceAll(keyword, (found) => `${found.slice(0, -1)}x`);
}
