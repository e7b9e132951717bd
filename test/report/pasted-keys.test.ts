import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { build } from '../../src/commands/build.ts';
import { type ReportFormat, renderReport } from '../../src/report/render-report.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

/** Where people paste a key instead of its hash; it looks like nothing that is known. */
const places: readonly (readonly [name: string, clients: string])[] = [
  ['as the key', '[{ id: mobile, key: PASTED }]'],
  ['quoted', '[{ id: mobile, key: "PASTED" }]'],
  ['behind the name of the hash', '[{ id: mobile, key: sha256:PASTED }]'],
  ['in a list', '[{ id: mobile, key: [PASTED] }]'],
  ['as a hash', '[{ id: mobile, key: { hash: PASTED } }]'],
  ['under a name of their own', '[{ id: mobile, secret_of_theirs: PASTED }]'],
  ['in place of a mapping', '[PASTED]'],
  ['as a mapping', '[{ id: mobile, key: { PASTED } }]'],
  ['as a name', '[{ id: mobile, key: { PASTED: 1 } }]'],
  ['and once more in a comment', '[{ id: mobile, key: PASTED }] # PASTED was handed out'],
  ['in a comment above', '\n      # key: PASTED\n      - { id: mobile, key: x }'],
];
const pasted = 'Tr0ub4dor-and-3-staples';

const formats: readonly ReportFormat[] = ['pretty', 'json', 'github', 'sarif'];

async function everything(clients: string): Promise<string> {
  const spec = `version: 1
key_maps: { apps: { clients: ${clients} } }
upstreams: { llm: { provider: ollama, servers: ["127.0.0.1:9"] } }
routes: [{ path: /v1/, upstream: llm, auth: apps }]
`.replace(/\{ apps: \{ clients: (\n.*?) \} \}\n/s, (_, block) => `\n  apps:\n    clients:${block}\n`);
  return withTemporaryFolder(async (cwd) => {
    await writeFile(join(cwd, 'openclaw.yaml'), spec.replaceAll('PASTED', pasted));
    const world = { cwd, env: {}, stdin: async () => new Uint8Array() };
    const options = { spec: 'openclaw.yaml', overlays: [], target: undefined, stdinName: undefined };
    const asSpec = await build({ ...options, out: 'out', check: false, emit: 'spec' }, world);
    expect(asSpec.diagnostics.length).toBeGreaterThan(0);
    const reports = formats.map((format) =>
      renderReport(asSpec.diagnostics, { format, color: false, toolVersion: '0.0.0' }),
    );
    return [asSpec.output, ...reports].join('\n');
  });
}

describe('a key that was pasted instead of its hash is in no report', () => {
  test.each(places)('%s', async (_name, clients) => {
    const said = await everything(clients);
    expect(said).toContain('key_maps');
    expect(said).not.toContain(pasted);
  });
});
