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

const keywords = new Set(['default', 'hostnames', 'volatile', 'include']);

/** A text of the same build without anything that could be special: what nginx makes of it must have the same shape. */
export function harmlessTwin(text: string): string {
  if (keywords.has(text)) return 'harmless';
  return [...text].map((character) => (/[A-Za-z0-9/.:*@_-]/.test(character) ? character : 'x')).join('');
}

/** Takes a written word to what its harmless twin's word is taken to, whatever form it was written in. */
export function flatten(word: string): string {
  const plain = word.replaceAll('${openclaw_dollar}', '$').replaceAll('$$', '$');
  return [...plain.toLowerCase()]
    .map((character) => (/[a-z0-9/.:*@_-]/.test(character) ? character : 'x'))
    .join('')
    .replaceAll(/default|hostnames|volatile|include/g, 'harmless');
}
