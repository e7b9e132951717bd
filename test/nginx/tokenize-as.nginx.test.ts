import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../src/nginx/check-config.ts';
import { type NginxVersion, parseVersion } from '../../src/nginx/platform.ts';
import { tokenize } from '../../src/nginx/tokenize.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

/** Asks the installed nginx about a configuration; its messages, or an empty string when it accepts. Fails without nginx. */
function askNginx(text: string): Promise<string> {
  return withTemporaryFolder(async (folder) => {
    await mkdir(join(folder, 'logs'));
    await writeFile(join(folder, 'nginx.conf'), text);
    const args = [
      '-t',
      '-q',
      '-p',
      folder,
      '-c',
      join(folder, 'nginx.conf'),
      '-e',
      'stderr',
      '-g',
      'pid logs/nginx.pid;',
    ];
    const { exitCode, stderr } = await execa('nginx', args, { reject: false, stripFinalNewline: false });
    if (exitCode === undefined) throw new Error('nginx could not be run');
    return exitCode === 0 ? '' : stderr;
  });
}

async function installedVersion(): Promise<NginxVersion> {
  const { stderr } = await execa('nginx', ['-v']);
  const version = parseVersion(/nginx\/(\S+)/.exec(stderr)?.[1] ?? '');
  if (version === undefined) throw new Error(`nginx did not tell its version: ${stderr}`);
  return version;
}

/** Keeps nginx's files inside its prefix, so that the test needs no rights outside it. */
const inPrefix = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((name) => `${name}_temp_path logs/${name};`)
  .join(' ');

const inLocation = (text: string) =>
  `events {}\nhttp { access_log off; ${inPrefix}\nserver { listen 127.0.0.1:8080;\nlocation / {\n${text}\n}\n}\n}\n`;

describe('nginx and checkConfig agree on', () => {
  test.each<[name: string, text: string]>([
    ['a bare word', 'return 200 a;'],
    ['a quoted word', 'return 200 "a ; { } # b";'],
    ['an empty word', 'return 200 "";'],
    ['single quotes', `return 200 'a "b" c';`],
    ['escaped quotes', String.raw`return 200 "\"\\";`],
    ['an escaped end of a quote', String.raw`return 200 "a\";`],
    ['a quote in the middle of a word', 'return 200 a"b;'],
    ['a word glued to a quote', 'return 200 "a"b;'],
    ['a comment glued to a quote', 'return 200 "a"#b\n;'],
    ['a } glued to a quote', 'return 200 "a"}'],
    ['a quote glued to a quote', `return 200 "a"'b';`],
    ['a parenthesis glued to a quote', 'if ($uri = "a") { return 200; }'],
    ['a } glued to a word', 'return 200 a};'],
    ['a { glued to a word', 'return 200 a{;'],
    ['a variable in braces', 'return 200 a${uri}b;'],
    ['a variable in braces, quoted', 'return 200 "a${uri}b";'],
    ['a regex with a count, bare', 'location ~ ^/a{3}$ { }'],
    ['a regex with a count, quoted', 'location ~ "^/a{3}$" { }'],
    ['an escaped space', String.raw`return 200 a\ b;`],
    ['an escaped ;', String.raw`return 200 a\;b;`],
    ['a backslash before the end', 'return 200 a\\;\n'],
    ['a hash in a word', 'return 200 a#b;'],
    ['a comment between words', 'return 200 # ;\n a;'],
    ['a comment right after ;', 'return 200 a;# }'],
    ['a lone ;', 'return 200 a;;'],
    ['no ;', 'return 200 a'],
    ['a } too many', 'return 200 a; }'],
    ['a } too few', 'if ($uri) { return 200 a;'],
    ['a newline in quotes', 'return 200 "a\nb";'],
    ['a carriage return between words', 'return\r200\ra;'],
    ['a no-break space', 'return\u00a0200 a;'],
    ['a NUL', 'return 200 "a\0b";'],
    ['4094 bytes quoted', `return 200 "${'é'.repeat(2047)}";`],
    ['4096 bytes quoted', `return 200 "${'é'.repeat(2048)}";`],
    ['4095 bytes bare', `return 200 ${'x'.repeat(4095)};`],
    ['4096 bytes bare', `return 200 ${'x'.repeat(4096)};`],
    ['a comment of 4095 bytes', `#${'x'.repeat(4094)}\n`],
    ['a comment of 4096 bytes', `#${'x'.repeat(4095)}\n`],
    ['5000 spaces', `return${' '.repeat(5000)}200;`],
    ['an unknown directive', 'evil a;'],
    ['a wrong context', 'server_name a;'],
    ['a number of parameters', 'return 200 a b;'],
    ['a value that stands twice', 'sendfile on; sendfile on;'],
    ['a location that stands twice', 'location /a { } location /a { }'],
  ])('%s', async (_name, text) => {
    const config = inLocation(text);
    const platform = {
      version: await installedVersion(),
      modules: ['http_v2'],
      luaVersion: null,
      opensslVersion: null,
    } as const;
    const problems = checkConfig({ files: new Map([['nginx.conf', config]]), main: 'nginx.conf', platform });
    const messages = await askNginx(config);
    expect({ accepted: problems.length === 0 }, messages).toEqual({ accepted: messages === '' });
  });
});

/** nginx names the directive that it does not know, so an unknown name shows how it decodes a word. */
describe('nginx and tokenize decode alike', () => {
  test.each<[written: string]>([
    ['a"b'],
    ['"a b"'],
    [`'a "b" c'`],
    [String.raw`"\"\'\\"`],
    [String.raw`"\t\r\nx"`],
    [String.raw`"\d\.\$\x\0"`],
    [String.raw`"\\n"`],
    [String.raw`"\\\n"`],
    [String.raw`a\"b\'c`],
    [String.raw`a\tb\\c`],
    [String.raw`a\ b`],
    [String.raw`\;a`],
    [String.raw`\{a`],
    ['${a}b'],
    ['a${{b'],
    ['$${a'],
    ['a}b'],
    ['a#b'],
    ['"${"'],
    ['"a\nb"'],
    ['"é😀\u00a0"'],
    ['é\u00a0a'],
    ['\uFEFFa'],
    [')a'],
  ])('%j', async (written) => {
    const messages = await askNginx(`${written} x;\n`);
    const decoded = /unknown directive "([\s\S]*)" in \S+:\d+\n/.exec(messages)?.[1];
    expect(tokenize(`${written} x;\n`).statements[0]?.words[0]?.text).toBe(decoded);
  });
});
