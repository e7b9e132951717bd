import { Chalk } from 'chalk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../../src/diagnostics/source-file.ts';
import { type ReportFormat, renderReport } from '../../src/report/render-report.ts';
import { sarifRule } from '../../src/report/sarif-rule.ts';
import { loadSource } from '../../src/source/load-source.ts';

const text = `version: 1
upstreams:
  openai: { provider: openai }
  openai: { provider: openai }
routes:
  - name: chat
    path: /
    upstream: opnai
`;
const source: SourceFile = { name: 'openclaw.yaml', text, secrets: [] };

function spanOf(part: string, from = 0): Span {
  const start = text.indexOf(part, from);
  return { source, start, end: start + part.length };
}

const unknown: Diagnostic = {
  code: 'OC3002',
  severity: 'error',
  message: 'unknown upstream `opnai`',
  help: 'did you mean `openai`? upstreams: openai',
  span: spanOf('opnai'),
  path: ['routes', 0, 'upstream'],
  related: [],
};
const duplicate: Diagnostic = {
  code: 'OC1005',
  severity: 'error',
  message: 'duplicate key `openai`',
  span: spanOf('openai', text.indexOf('openai }') + 7),
  related: [{ message: 'first written here', span: spanOf('openai') }],
};
const open: Diagnostic = {
  code: 'OC3006',
  severity: 'warning',
  message: 'route `chat` has no `auth`',
  help: 'write `auth: none` if that is meant',
  span: spanOf('name: chat\n    path: /\n    upstream: opnai'),
  path: ['routes', 0],
  related: [],
};
const missing: Diagnostic = {
  code: 'OC1001',
  severity: 'error',
  message: 'cannot read `100%, a:b.yaml`: no such file',
  span: { source: { name: '100%, a:b.yaml', text: '', secrets: [] }, start: 0, end: 0 },
  related: [],
};
const placeless: Diagnostic = { code: 'OC4001', severity: 'error', message: 'nginx was not found', related: [] };
const all = [open, unknown, duplicate, missing, placeless, unknown];

function render(diagnostics: readonly Diagnostic[], format: ReportFormat): string {
  return renderReport(diagnostics, { format, color: false, toolVersion: '1.2.3' });
}

describe('pretty', () => {
  test('in the order of files and places, each once', () => {
    expect(`\n${render(all, 'pretty')}`).toBe(`
error[OC4001]: nginx was not found

error[OC1001]: cannot read \`100%, a:b.yaml\`: no such file
 --> 100%, a:b.yaml

error[OC1005]: duplicate key \`openai\`
 --> openclaw.yaml:4:3
  |
3 |   openai: { provider: openai }
4 |   openai: { provider: openai }
  |   ^^^^^^
note: first written here
 --> openclaw.yaml:3:3
  |
2 | upstreams:
3 |   openai: { provider: openai }
  |   ------

warning[OC3006]: route \`chat\` has no \`auth\`
 --> openclaw.yaml:6:5
  |
5 | routes:
6 |   - name: chat
  |     ^^^^^^^^^^
  = help: write \`auth: none\` if that is meant

error[OC3002]: unknown upstream \`opnai\`
 --> openclaw.yaml:8:15
  |
7 |     path: /
8 |     upstream: opnai
  |               ^^^^^
  = help: did you mean \`openai\`? upstreams: openai

4 errors, 1 warning
`);
  });

  test.each<[Diagnostic[], string]>([
    [[unknown], '1 error'],
    [[open], '1 warning'],
    [[unknown, duplicate], '2 errors'],
  ])('the last line counts', (diagnostics, want) => {
    expect(render(diagnostics, 'pretty').split('\n').at(-2)).toBe(want);
  });

  test('nothing to say', () => {
    expect(render([], 'pretty')).toBe('');
  });

  test('everything is in line for long line numbers', () => {
    const long: SourceFile = { name: 'a.yaml', text: `${'\n'.repeat(122)}a: b`, secrets: [] };
    const found = { ...unknown, span: { source: long, start: 125, end: 126 } };
    expect(`\n${render([found], 'pretty')}`).toBe(`
error[OC3002]: unknown upstream \`opnai\`
   --> a.yaml:123:4
    |
123 | a: b
    |    ^
    = help: did you mean \`openai\`? upstreams: openai

1 error
`);
  });

  test('colours are asked for, whatever the terminal is', () => {
    const { bold, blue } = new Chalk({ level: 1 });
    const colored = renderReport([unknown], { format: 'pretty', color: true, toolVersion: '1' });
    expect(colored.split('\n').slice(0, 2)).toEqual([
      `${bold.red('error[OC3002]')}${bold(': unknown upstream `opnai`')}`,
      `${blue(' -->')} openclaw.yaml:8:15`,
    ]);
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(render([unknown], 'pretty'));
    expect(render([unknown], 'pretty')).not.toContain('\u001b');
  });
});

describe('json', () => {
  test('counts, ranges from 1, paths', () => {
    expect(JSON.parse(render([open, duplicate, missing, placeless], 'json'))).toEqual({
      formatVersion: 1,
      valid: false,
      errorCount: 3,
      warningCount: 1,
      diagnostics: [
        { code: 'OC4001', severity: 'error', message: 'nginx was not found', related: [] },
        {
          code: 'OC1001',
          severity: 'error',
          message: 'cannot read `100%, a:b.yaml`: no such file',
          file: '100%, a:b.yaml',
          related: [],
        },
        {
          code: 'OC1005',
          severity: 'error',
          message: 'duplicate key `openai`',
          file: 'openclaw.yaml',
          range: { start: { line: 4, column: 3 }, end: { line: 4, column: 9 } },
          related: [
            {
              message: 'first written here',
              file: 'openclaw.yaml',
              range: { start: { line: 3, column: 3 }, end: { line: 3, column: 9 } },
            },
          ],
        },
        {
          code: 'OC3006',
          severity: 'warning',
          message: 'route `chat` has no `auth`',
          help: 'write `auth: none` if that is meant',
          file: 'openclaw.yaml',
          range: { start: { line: 6, column: 5 }, end: { line: 8, column: 20 } },
          path: ['routes', 0],
          related: [],
        },
      ],
    });
  });

  test('warnings alone are valid', () => {
    expect(JSON.parse(render([open], 'json'))).toMatchObject({ valid: true, errorCount: 0, warningCount: 1 });
    expect(render([], 'json')).toBe(
      '{\n  "formatVersion": 1,\n  "valid": true,\n  "errorCount": 0,\n  "warningCount": 0,\n  "diagnostics": []\n}\n',
    );
  });
});

describe('github', () => {
  test('one command per line, escaped by the rules', () => {
    expect(`\n${render([...all, { ...placeless, message: '50% a\nb' }], 'github')}`).toBe(`
::error title=OC4001::50%25 a\\u{a}b
::error title=OC4001::nginx was not found
::error file=100%25%2C a%3Ab.yaml,title=OC1001::cannot read \`100%25, a:b.yaml\`: no such file
::error file=openclaw.yaml,line=4,col=3,endLine=4,endColumn=9,title=OC1005::duplicate key \`openai\`
::warning file=openclaw.yaml,line=6,endLine=8,title=OC3006::route \`chat\` has no \`auth\`%0Ahelp: write \`auth: none\` if that is meant
::error file=openclaw.yaml,line=8,col=15,endLine=8,endColumn=20,title=OC3002::unknown upstream \`opnai\`%0Ahelp: did you mean \`openai\`? upstreams: openai
`);
    expect(render([], 'github')).toBe('');
  });
});

describe('sarif', () => {
  test('rules that were used, results with places', () => {
    expect(JSON.parse(render([duplicate, missing, open, placeless], 'sarif'))).toEqual({
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'openclaw',
              version: '1.2.3',
              rules: (['OC1001', 'OC1005', 'OC3006', 'OC4001'] as const).map((code) => sarifRule(code, '1.2.3')),
            },
          },
          columnKind: 'utf16CodeUnits',
          results: [
            { ruleId: 'OC4001', ruleIndex: 3, level: 'error', message: { text: 'nginx was not found' } },
            {
              ruleId: 'OC1001',
              ruleIndex: 0,
              level: 'error',
              message: { text: 'cannot read `100%, a:b.yaml`: no such file' },
              locations: [{ physicalLocation: { artifactLocation: { uri: '100%25%2C%20a%3Ab.yaml' } } }],
            },
            {
              ruleId: 'OC1005',
              ruleIndex: 1,
              level: 'error',
              message: { text: 'duplicate key `openai`' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'openclaw.yaml' },
                    region: { startLine: 4, startColumn: 3, endLine: 4, endColumn: 9 },
                  },
                },
              ],
              relatedLocations: [
                {
                  id: 0,
                  physicalLocation: {
                    artifactLocation: { uri: 'openclaw.yaml' },
                    region: { startLine: 3, startColumn: 3, endLine: 3, endColumn: 9 },
                  },
                  message: { text: 'first written here' },
                },
              ],
            },
            {
              ruleId: 'OC3006',
              ruleIndex: 2,
              level: 'warning',
              message: { text: 'route `chat` has no `auth`\nhelp: write `auth: none` if that is meant' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'openclaw.yaml' },
                    region: { startLine: 6, startColumn: 5, endLine: 8, endColumn: 20 },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  test.each<[string, string]>([
    ['sub dir/ä.yaml', 'sub%20dir/%C3%A4.yaml'],
    ['<stdin>', '%3Cstdin%3E'],
    ['/etc/openclaw/a#b.yaml', 'file:///etc/openclaw/a%23b.yaml'],
    ['a\ud800.yaml', 'a%EF%BF%BD.yaml'],
  ])('%j as URI', (name, want) => {
    const named = { ...unknown, span: { source: { ...source, name }, start: 0, end: 1 } };
    const { runs } = JSON.parse(render([named], 'sarif'));
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(want);
  });
});

describe('any format', () => {
  const formats: readonly ReportFormat[] = ['pretty', 'json', 'github', 'sarif'];

  test('a key that stands on the line of a mistake is in none', async () => {
    const spec = [
      'upstreams:',
      '  a: { credential: hunter2hunter2, credential: ${env:NOPE:-hunter3}, servers: [] }',
      '  b: { credential: hunter4, x: !foo y } # sk-proj-abcdefgh1234',
      '  "sk-live-abcdefgh5678": ${env:NOPE} # Bearer abcdefgh9012',
      '  c: "redis://u:hunter6@h/${env:NOPE}"',
      '  "sk-live-abcdefgh5678": 1',
      '  headers: { Authorization: hunter5, "${foo}": "${foo}" }',
    ].join('\n');
    const broken = `${spec}\n  d: @x\n  password: hunter7 @ ]\n  e: { token: hunter8, x: [ }\n`;
    for (const given of [spec.replace('${env:NOPE:-hunter3}', '"${env:NOPE:-hunter3}"'), spec, broken]) {
      const { diagnostics } = await loadSource({
        file: '-',
        overlays: [],
        cwd: '/',
        env: {},
        stdin: async () => new TextEncoder().encode(given),
      });
      expect(diagnostics.length).toBeGreaterThan(0);
      for (const format of formats) {
        const report = render(diagnostics, format);
        for (const secret of ['hunter', 'abcdefgh']) expect(report, format).not.toContain(secret);
      }
    }
  });

  test('a secret that a message repeats is hidden', () => {
    const leak: Diagnostic = {
      ...unknown,
      message: 'unknown upstream `sk-live-abcdefgh1234`',
      help: 'send `Bearer abcdefgh1234`',
      path: ['upstreams', 'sk-live-abcdefgh1234'],
      related: [{ message: 'see redis://u:abcdefgh@h', span: spanOf('routes') }],
    };
    for (const format of formats) expect(render([leak], format), format).not.toContain('abcdefgh');
  });

  test('hostile names cannot write lines of their own or reach the terminal', () => {
    const evil = '\u001b[2J\r\n::error::x\u202e\u0085\u2028';
    const found: Diagnostic = {
      ...unknown,
      message: `unknown key \`${evil}\``,
      help: evil,
      span: { source: { name: `a${evil}.yaml`, text: evil, secrets: [] }, start: 0, end: 1 },
      related: [{ message: evil }],
    };
    const spelled = '\\u{1b}[2J\\u{d}\\u{a}::error::x\\u{202e}\\u{85}\\u{2028}';
    expect(`\n${render([found], 'pretty')}`).toBe(`
error[OC3002]: unknown key \`${spelled}\`
 --> a${spelled}.yaml:1:1
  |
1 | \\u{1b}[2J
  | ^^^^^^
  = help: ${spelled}
note: ${spelled}

1 error
`);
    expect(render([found], 'github')).toBe(
      `::error file=a${spelled.replaceAll(':', '%3A')}.yaml,line=1,col=1,endLine=1,endColumn=2,title=OC3002::unknown key \`${spelled}\`%0Ahelp: ${spelled}\n`,
    );
    expect(JSON.parse(render([found], 'json')).diagnostics[0].message).toBe(`unknown key \`${evil}\``);
  });

  test('any diagnostic in any order makes the same report', () => {
    const anything = fc.shuffledSubarray([open, unknown, duplicate, missing, placeless], { minLength: 5 });
    fc.assert(
      fc.property(anything, fc.constantFrom(...formats), (diagnostics, format) => {
        expect(render(diagnostics, format)).toBe(render(all, format));
      }),
    );
  });

  test('files first, then places, errors before warnings, then codes, then messages', () => {
    const other: SourceFile = { ...source, name: 'a.yaml' };
    const at = (
      code: Diagnostic['code'],
      severity: Diagnostic['severity'],
      message: string,
      span: Span,
    ): Diagnostic => ({
      code,
      severity,
      message,
      span,
      related: [],
    });
    const here: Span = { source, start: 5, end: 6 };
    const mixed = [
      at('OC2001', 'warning', '7', here),
      at('OC2004', 'error', '06', here),
      at('OC2003', 'error', '5', here),
      at('OC2003', 'error', '4', here),
      at('OC2005', 'error', '8', { source, start: 5, end: 7 }),
      at('OC2005', 'error', '3', { source, start: 4, end: 9 }),
      at('OC2005', 'error', '2', { source: other, start: 9, end: 9 }),
      { code: 'OC2005', severity: 'error', message: '1', related: [] } as const,
    ];
    const { diagnostics } = JSON.parse(render(mixed, 'json'));
    expect(diagnostics.map(({ message }: Diagnostic) => message).join(' ')).toBe('1 2 3 4 5 06 7 8');
  });

  test('whatever stands around a password, and whatever YAML makes of it', async () => {
    const noise = fc.array(
      fc.constantFrom(
        ...'[]{},:"\'|>%&*!#@`?-~$'.split(''),
        ': ',
        '- ',
        ' ',
        '\n',
        '\n  ',
        '---\n',
        '${env:X}',
        'x',
        'y: 1\n',
      ),
      { maxLength: 6 },
    );
    const key = fc.constantFrom('password', '"api_key"', 'Authorization', '- token');
    const opening = fc.constantFrom(
      '',
      '"',
      "'",
      '[',
      '{',
      '[[',
      '!',
      '!!',
      '&',
      '*',
      '|',
      '>',
      '@',
      '`',
      '%',
      '#',
      '- ',
      '? ',
      ': ',
    );
    await fc.assert(
      fc.asyncProperty(noise, key, opening, noise, async (before, name, open, after) => {
        const given = `${before.join('')}\n${name}: ${open}hunter2${after.join('')}\n`;
        const { diagnostics } = await loadSource({
          file: '-',
          overlays: [],
          cwd: '/',
          env: {},
          stdin: async () => new TextEncoder().encode(given),
        });
        for (const format of formats) expect(render(diagnostics, format)).not.toContain('hunter2');
      }),
      { numRuns: 3000 },
    );
  });
});
