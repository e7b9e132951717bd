import { writeFile, readFile } from 'node:fs/promises';
import { test } from 'vitest';
import { runKeys } from './run-keys.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
test('smoke', async () => {
  await withTemporaryFolder(async (cwd) => {
    await writeFile(cwd + '/openclaw.yaml', `version: 1
key_maps:
  apps:
    from: bearer
    file: /etc/openclaw/apps.keys
    clients:
      - { id: mobile, key: "sha256:${'a'.repeat(64)}", models: ["gpt-4o*"] }     # comment
      - id: batch   # about
        key: [sha256:${'b'.repeat(64)}, { hash: sha256:${'c'.repeat(64)}, not_after: 2027-01-31 }]
        upstreams: [llama]
        # inner
        not_after: 2027-06-30

routes: []
`);
    const go = async (...args: string[]) => { const r = await runKeys(args, { cwd, input: 'short' }); console.log('$', args.join(' '), r.exitCode, '\n' + r.stdout + '---\n' + r.stderr); };
    await go('generate'); await go('generate', '--format', 'json'); await go('hash');
    await go('list'); await go('add', 'web', '--models', '*,gpt-4o', '--addresses', '10.0.0.0/8,fe80::', '--tier', 'premium', '--not-after', '2027-01-01');
    await go('rotate', 'mobile'); await go('rotate', 'batch'); await go('rotate', 'batch', '--overlap', '0s');
    await go('revoke', 'bach'); await go('revoke', 'mobile', '--key', 'sha256:aaaaaaaa');  await go('revoke', 'mobile');
    console.log(await readFile(cwd + '/openclaw.yaml', 'utf8'));
    await go('revoke', 'batch');await go('revoke', 'web');
    console.log(await readFile(cwd + '/openclaw.yaml', 'utf8'));
    await go('add', 'web'); await go('list', '--format', 'json');
    await go('add', 'batch', '--key-file', 'k.keys'); await go('add', 'x', '--key-file', 'k.keys', '--models', 'a,b'); await go('rotate', 'x', '--key-file', 'k.keys', '--overlap', '1d');
    console.log(await readFile(cwd + '/k.keys', 'utf8'));
    await go('list', '--key-file', 'k.keys'); await go('revoke', 'x', '--key-file', 'k.keys'); await go('revoke', 'batch', '--key-file', 'k.keys');
    await go('list', '--help'); await go('add', '--help'); await go('rotate', '--help'); await go('revoke', '--help'); await go('--help'); await go();
    console.log(await readFile(cwd + '/openclaw.yaml', 'utf8'));
  });
});
