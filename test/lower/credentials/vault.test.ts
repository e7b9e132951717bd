import { describe, expect, test } from 'vitest';
import { lowerVault, vaultFile } from '../../../src/lower/credentials/vault.ts';
import { lowerContextOf, textOf } from '../../helpers/lower-context.ts';
import { readHcl } from '../../helpers/read-hcl.ts';

const vault = { directory: '/run/openclaw/secrets' };

/** The agent's configuration for a vault section and the key of an upstream. */
async function agentFor(section: string, credential = 'vault:secret/data/openai#api_key') {
  const context = await lowerContextOf(`
vault: ${section}
upstreams: { llm: { provider: openai, credential: ${credential} } }
routes: [{ path: /v1/, upstream: llm, auth: none }]
`);
  return readHcl(textOf(lowerVault(context), 'vault/agent.hcl'));
}

const tokenFile = '{ address: "https://vault.example.com:8200", auth: { token_file: /etc/vault/token } }';

describe('the file of a secret', () => {
  test('is in the folder of the vault, and named for the secret', () => {
    expect(vaultFile(vault, 'secret/data/openai#api_key')).toMatch(
      /^\/run\/openclaw\/secrets\/secret-data-openai-api_key-[0-9a-f]{12}$/,
    );
  });

  test('is the same in every build, and no two secrets share one', () => {
    const names = [
      'a/b#c',
      'a-b#c',
      'a/b-c',
      'A/b#c',
      'a.b#c',
      'a/b#C',
      `${'x'.repeat(300)}#a`,
      `${'x'.repeat(300)}#b`,
    ];
    const files = names.map((name) => vaultFile(vault, name));
    expect(new Set(files).size).toBe(names.length);
    expect(names.map((name) => vaultFile(vault, name))).toEqual(files);
    for (const file of files) expect(file).toMatch(/^\/run\/openclaw\/secrets\/[a-z0-9_-]{1,200}$/);
  });
});

describe('the agent', () => {
  test('signs in by AppRole and keeps the secret id', async () => {
    const agent = await agentFor(`
  address: https://vault.example.com:8200
  namespace: team-a
  ca: /etc/ssl/vault.pem
  auth: { approle: { role_id_file: /etc/vault/role-id, secret_id_file: /etc/vault/secret-id } }`);
    expect(agent).toEqual({
      vault: [{ address: 'https://vault.example.com:8200', ca_cert: '/etc/ssl/vault.pem' }],
      auto_auth: [
        {
          'method approle': [
            {
              namespace: 'team-a',
              config: {
                role_id_file_path: '/etc/vault/role-id',
                secret_id_file_path: '/etc/vault/secret-id',
                remove_secret_id_file_after_reading: false,
              },
            },
          ],
        },
      ],
      template_config: [{ exit_on_retry_failure: false, static_secret_render_interval: '1m' }],
      template: [
        {
          contents: '{{ with secret "secret/data/openai" }}{{ .Data.data.api_key }}{{ end }}',
          destination: vaultFile(vault, 'secret/data/openai#api_key'),
          create_dest_dirs: false,
          perms: '0640',
          backup: false,
          error_on_missing_key: true,
        },
      ],
    });
  });

  test.each<[string, string, unknown]>([
    ['Kubernetes', '{ kubernetes: { role: gateway } }', { 'method kubernetes': [{ config: { role: 'gateway' } }] }],
    ['a token', '{ token_file: /t }', { 'method token_file': [{ config: { token_file_path: '/t' } }] }],
  ])('signs in by %s', async (_name, auth, want) => {
    const { auto_auth } = await agentFor(`{ address: "http://10.0.0.1:8200/", auth: ${auth} }`);
    expect(auto_auth).toEqual([want]);
  });

  test.each<[string, string, string]>([
    [
      'a KV engine of version 2',
      'secret/data/openai#key',
      '{{ with secret "secret/data/openai" }}{{ .Data.data.key }}{{ end }}',
    ],
    [
      'one with a longer mount',
      'team/kv/data/a/b#key',
      '{{ with secret "team/kv/data/a/b" }}{{ .Data.data.key }}{{ end }}',
    ],
    ['any other engine', 'kv/openai#key', '{{ with secret "kv/openai" }}{{ .Data.key }}{{ end }}'],
    ['an engine that is named data', 'data/openai#key', '{{ with secret "data/openai" }}{{ .Data.key }}{{ end }}'],
    ['a secret that is named data', 'kv/data#key', '{{ with secret "kv/data" }}{{ .Data.key }}{{ end }}'],
    [
      'a field that Go would not take for a name',
      'secret/data/openai#api-key',
      '{{ with secret "secret/data/openai" }}{{ with index .Data.data "api-key" }}{{ . }}{{ end }}{{ end }}',
    ],
    [
      'a field that starts with a digit',
      'kv/a#1',
      '{{ with secret "kv/a" }}{{ with index .Data "1" }}{{ . }}{{ end }}{{ end }}',
    ],
  ])('reads %s', async (_name, reference, contents) => {
    const { template } = await agentFor(tokenFile, `vault:${reference}`);
    expect(template).toMatchObject([{ contents, destination: vaultFile(vault, reference) }]);
  });

  test('renders every secret that a route needs once, and no other', async () => {
    const context = await lowerContextOf(`
vault: ${tokenFile}
jwt:
  people: { keys: { secret: vault:kv/jwt#hs }, algorithms: HS256 }
  nobody: { keys: { secret: vault:kv/nobody#hs }, algorithms: HS256 }
introspection: { devices: { url: https://a.example/i, client_id: gw, client_secret: vault:kv/idp#secret } }
upstreams:
  a: { provider: openai, credential: { from: [vault:kv/a#k, env:A], for: [{ tier: gold, from: vault:kv/gold#k }] } }
  b: { provider: openai, credential: vault:kv/a#k }
  unused: { provider: openai, credential: vault:kv/unused#k }
routes:
  - { path: /a/, upstream: a, auth: [people, devices] }
  - { path: /b/, upstream: b, auth: none }
`);
    const { template } = readHcl(textOf(lowerVault(context), 'vault/agent.hcl'));
    const want = ['kv/a#k', 'kv/gold#k', 'kv/jwt#hs', 'kv/idp#secret'].map((name) => ({
      destination: vaultFile(vault, name),
    }));
    expect(template).toMatchObject(want);
    expect(template).toHaveLength(want.length);
  });

  test('says where in the spec each part comes from', async () => {
    const context = await lowerContextOf(`
vault: ${tokenFile}
upstreams: { llm: { provider: openai, credential: vault:kv/a#k } }
routes: [{ path: /v1/, upstream: llm, auth: none }]
`);
    const text = textOf(lowerVault(context), 'vault/agent.hcl');
    expect(text.match(/^# .*\(.*:.*\)$/gm)).toEqual([
      '# vault (-stdin-:vault)',
      '# sign-in (-stdin-:vault.auth)',
      '# kv/a-k (-stdin-:upstreams.llm.credential)',
    ]);
  });

  test('is not written when nothing is in the vault', async () => {
    const context = await lowerContextOf(`
vault: ${tokenFile}
upstreams: { llm: { provider: openai, credential: env:OPENAI_API_KEY } }
routes: [{ path: /v1/, upstream: llm, auth: none }]
`);
    expect(lowerVault(context)).toEqual([]);
  });

  test.each([
    '"; } evil { #',
    'a\nb',
    '${env.HOME}',
    '$${x}',
    '%{ if true }',
    '%%{x',
    '${',
    '{{ env "HOME" }}',
    '\\',
    '\\"',
    "'",
    'ä \u{1f600} \ufeff \ue000',
    '/*',
    '//',
    '<<EOF',
  ])('takes %j for text wherever the spec lets it in', async (text) => {
    const context = await lowerContextOf(`
vault: ${tokenFile}
upstreams: { llm: { provider: openai, credential: vault:kv/a#k } }
routes: [{ path: /v1/, upstream: llm, auth: none }]
`);
    const given = { address: text, namespace: text, ca: text, directory: text };
    const approle = { kind: 'approle', roleIdFile: text, secretIdFile: text } as const;
    const gateway = { ...context.gateway, vault: { ...given, auth: approle } };
    const agent = readHcl(textOf(lowerVault({ ...context, gateway }), 'vault/agent.hcl'));
    expect(agent).toMatchObject({
      vault: [{ address: text, ca_cert: text }],
      auto_auth: [
        { 'method approle': [{ namespace: text, config: { role_id_file_path: text, secret_id_file_path: text } }] },
      ],
      template: [{ destination: vaultFile({ directory: text }, 'kv/a#k') }],
    });
    expect(Object.keys(agent)).toEqual(['vault', 'auto_auth', 'template_config', 'template']);
  });
});
