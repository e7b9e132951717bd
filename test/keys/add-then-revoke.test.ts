import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addToKeyFile } from '../../src/keys/key-file/add.ts';
import { parseKeyFile } from '../../src/keys/key-file/key-file.ts';
import { revokeInKeyFile } from '../../src/keys/key-file/revoke.ts';
import type { Right } from '../../src/keys/right-names.ts';
import { add, fresh, revoke, rotate } from './spec-texts.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,9}$/);
const model = fc.stringMatching(/^[A-Za-z0-9_.:/@*+-]{1,12}$/);
const comment = fc.constantFrom('', '', '   # note', ' # { [ ] }, "\': - &x *y', '  # ünïcode');

const rights: fc.Arbitrary<readonly Right[]> = fc
  .record(
    {
      tier: name,
      routes: fc.array(name, { minLength: 1, maxLength: 3 }),
      models: fc.array(model, { minLength: 1, maxLength: 3 }),
      addresses: fc.constantFrom(['10.0.0.0/8'], ['fe80::', '2001:db8::/32']),
      not_before: fc.constant('2026-01-31'),
      not_after: fc.constant('2027-01-31T12:30:00Z'),
    },
    { requiredKeys: [] },
  )
  .map((given) => Object.entries(given) as unknown as Right[]);

/** Ids start with `n` here, so that those of added clients do not. */
const client = fc.record({
  quote: fc.constantFrom('', '"', "'"),
  isTight: fc.boolean(),
  isFlow: fc.boolean(),
  hasList: fc.boolean(),
  behind: comment,
  above: comment,
  marker: fc.constantFrom('- ', '-  '),
});

type Client = typeof client extends fc.Arbitrary<infer Value> ? Value : never;

function hashOf(index: number): string {
  return `sha256:${(index + 1).toString(16).padStart(64, '0')}`;
}

function inBraces({ quote, isTight, hasList }: Client, index: number): string {
  const hash = `${quote}${hashOf(index)}${quote}`;
  const pad = isTight ? '' : ' ';
  return `{${pad}id: ${quote}n${index}${quote}, key: ${hasList ? `[${hash}]` : hash}${pad}}`;
}

function onLines(each: Client, index: number): readonly string[] {
  const { quote, hasList, behind, above, marker } = each;
  const hash = `${quote}${hashOf(index)}${quote}`;
  const inner = ' '.repeat(marker.length);
  const key = hasList ? [`${inner}key:${behind}`, `${inner}  - ${hash}${behind}`] : [`${inner}key: ${hash}${behind}`];
  const lines = each.isFlow
    ? [`${marker}${inBraces(each, index)}${behind}`]
    : [`${marker}id: ${quote}n${index}${quote}${behind}`, ...key];
  return above === '' ? lines : [above.trimStart(), ...lines];
}

const spec = fc
  .record({
    clients: fc.array(client, { minLength: 1, maxLength: 4 }),
    list: fc.constantFrom('lines', 'brackets', 'brackets over lines', 'brackets with a last comma'),
    lineBreak: fc.constantFrom('\n', '\r\n'),
    hasEnd: fc.boolean(),
    indent: fc.constantFrom('', '  ', '    '),
    tail: fc.constantFrom(
      '',
      '\n',
      '    # end\n',
      '\n\n# routes\nroutes: [] # none\n',
      '    from: bearer\nroutes: []\n',
    ),
  })
  .map(({ clients, list, lineBreak, hasEnd, indent, tail }) => {
    const head = 'version: 1\n\n# who\nkey_maps:\n  apps:   # all\n    clients:';
    const flows = clients.map(inBraces);
    const comma = (index: number) => (index < clients.length - 1 || list === 'brackets with a last comma' ? ',' : '');
    const body =
      list === 'lines'
        ? `\n${clients
            .flatMap(onLines)
            .map((line) => `    ${indent}${line}\n`)
            .join('')}`
        : list === 'brackets'
          ? ` [${flows.join(', ')}]\n`
          : ` [\n${flows.map((flow, index) => `      ${indent}${flow}${comma(index)}${clients[index]?.behind ?? ''}\n`).join('')}    ]\n`;
    const text = `${head}${body}${tail}`;
    return (hasEnd ? text : text.trimEnd()).replaceAll('\n', lineBreak);
  });

test('a client that is added to a spec and revoked again leaves the very same text', () => {
  fc.assert(
    fc.property(spec, name, rights, (before, id, given) => {
      fc.pre(!id.startsWith('n'));
      const added = add(before, id, given);
      expect(added.length).toBeGreaterThan(before.length);
      expect(revoke(added, id)).toBe(before);
    }),
    { numRuns: 100 },
  );
});

test('a rotation adds one key, and every line without a key stays', () => {
  fc.assert(
    fc.property(spec, fc.constantFrom(0, 1000), (before, overlap) => {
      const after = rotate(before, 'n0', { overlap });
      const other = (text: string) => text.split(/\r?\n/).filter((line) => !line.includes('sha256:'));
      expect(after).toContain(fresh);
      expect(other(after)).toEqual(other(before));
      if (overlap === 0) expect(after).not.toContain(hashOf(0));
    }),
    { numRuns: 60 },
  );
});

test('the rotated key can be revoked by its hash, and the others can still be rotated', () => {
  fc.assert(
    fc.property(spec, (before) => {
      const rotated = rotate(before, 'n0');
      const left = revoke(rotated, 'n0', 'ffffffff');
      expect(left).not.toContain(fresh);
      expect(rotate(left, 'n0', { overlap: 0 })).toContain(fresh);
    }),
    { numRuns: 30 },
  );
});

const line = fc
  .tuple(
    fc.constantFrom('  ', '\t', ' '),
    comment,
    fc.constantFrom('', ' models=gpt-4o*,o3', '\ttier=x not_after=2028-01-01'),
  )
  .map(
    ([blank, behind, attributes]) =>
      (index: number) =>
        `n${index}${blank}${hashOf(index)}${attributes}${behind}`,
  );

const keyFile = fc
  .record({
    lines: fc.array(
      fc.oneof(
        line,
        fc.constantFrom('', '# note', '   ').map((text) => () => text),
      ),
      { maxLength: 6 },
    ),
    lineBreak: fc.constantFrom('\n', '\r\n'),
    hasEnd: fc.boolean(),
  })
  .map(({ lines, lineBreak, hasEnd }) =>
    ['n99 ', ...lines.map((write, index) => write(index))]
      .map((text, index) => (index === 0 ? `${text}${hashOf(99)}` : text))
      .join(lineBreak)
      .concat(hasEnd ? lineBreak : ''),
  );

test('a client that is added to a key file and revoked again leaves the very same text', () => {
  fc.assert(
    fc.property(keyFile, name, rights, (before, id, given) => {
      fc.pre(!id.startsWith('n'));
      const file = (text: string) => parseKeyFile(text, 'apps.keys').value;
      const added = addToKeyFile(file(before), { id, hash: fresh, rights: given });
      const text = 'value' in added ? added.value.text : expect.fail(added.problem.message);
      expect(text).toContain(`${id} sha256:${fresh}`);
      const revoked = revokeInKeyFile(file(text), { id, prefix: undefined });
      expect('value' in revoked && revoked.value.text).toBe(before);
    }),
    { numRuns: 200 },
  );
});
