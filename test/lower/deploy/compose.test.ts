import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { vaultFile } from '../../../src/lower/credentials/vault.ts';
import { lowerCompose } from '../../../src/lower/deploy/compose.ts';
import { lowerContextOf, textOf } from '../../helpers/lower-context.ts';

/** The compose project of a spec, as compose reads it. */
async function projectOf(spec: string, target?: string) {
  return parse(textOf(lowerCompose(await lowerContextOf(spec, target)), 'docker-compose.yml'));
}

const routes = 'routes: [{ path: /v1/, upstream: llm, auth: none }]';

function withCredential(credential: string): string {
  return `upstreams: { llm: { provider: openai, credential: ${credential} } }\n${routes}`;
}

describe('secrets', () => {
  test('come from the environment, rules and issuers included', async () => {
    const { services } = await projectOf(`
jwt: { people: { keys: { secret: env:JWT_SECRET }, algorithms: HS256 } }
upstreams:
  llm: { provider: openai, credential: { from: [env:B, env:A], for: [{ tier: gold, from: env:GOLD }] } }
  unused: { provider: openai, credential: env:UNUSED }
routes: [{ path: /v1/, upstream: llm, auth: people }]
`);
    expect(services.openclaw.environment).toEqual(['A', 'B', 'GOLD', 'JWT_SECRET']);
  });

  test('come from files beside the project', async () => {
    const project = await projectOf(withCredential('[file:/run/secrets/a, file:/run/secrets/b]'));
    expect(project.services.openclaw.secrets).toEqual(['a', 'b']);
    expect(project.secrets).toEqual({ a: { file: './secrets/a' }, b: { file: './secrets/b' } });
    expect(project.services.openclaw.volumes).toEqual(['.:/etc/openclaw:ro']);
  });
});

describe('files that are watched', () => {
  test.each<[string, string, readonly string[]]>([
    ['with their folder, where a new one is seen', '/srv/keys/a', ['/srv/keys:/srv/keys:ro']],
    ['with a folder below that of secrets', '/run/secrets/llm/a', ['/run/secrets/llm:/run/secrets/llm:ro']],
    ['not at all when they are in the output folder', '/etc/openclaw/keys/a', []],
    ['alone in the root', '/a', ['/a:/a:ro']],
    ['alone in /etc', '/etc/a', ['/etc/a:/etc/a:ro']],
    ['alone in /run', '/run/a', ['/run/a:/run/a:ro']],
    ['alone in a folder that nginx writes to', '/var/lib/nginx/a', ['/var/lib/nginx/a:/var/lib/nginx/a:ro']],
    ['alone beside such a folder', '/var/lib/a', ['/var/lib/a:/var/lib/a:ro']],
    ['alone beside authorities', '/etc/ssl/certs/a', ['/etc/ssl/certs/a:/etc/ssl/certs/a:ro']],
    ['alone in what belongs to the image', '/usr/share/a/b', ['/usr/share/a/b:/usr/share/a/b:ro']],
    ['by the name that they have', '/srv//keys/./a', ['/srv/keys:/srv/keys:ro']],
  ])('are mounted %s: %s', async (_name, file, mounts) => {
    const { services } = await projectOf(withCredential(`file:${file}`));
    expect(services.openclaw.volumes).toEqual(['.:/etc/openclaw:ro', ...mounts]);
    expect(services.openclaw).not.toHaveProperty('secrets');
  });

  test('are those of callers, too, and one folder is mounted once', async () => {
    const { services } = await projectOf(`
key_maps: { apps: { file: /srv/keys/apps.keys }, inside: { file: keys.txt }, unused: { file: /srv/unused/a } }
basic_auth: { staff: { file: /srv/people/staff.htpasswd } }
jwt: { tokens: { keys: { file: /srv/keys/jwks.json } } }
upstreams: { llm: { servers: [llm:8000] } }
routes: [{ path: /v1/, upstream: llm, auth: [apps, inside, staff, tokens] }]
`);
    expect(services.openclaw.volumes).toEqual([
      '.:/etc/openclaw:ro',
      '/srv/keys:/srv/keys:ro',
      '/srv/people:/srv/people:ro',
    ]);
  });
});

test('certificates are mounted one by one, because their folders are full of links', async () => {
  const { services } = await projectOf(`
server: { tls: { certificate: /etc/letsencrypt/live/x/fullchain.pem, certificate_key: ssl/x.key }, listen: { https: 443 } }
client_certificates: { devices: { ca: /srv/pki/ca.pem, crl: /srv/pki/revoked.pem } }
upstreams: { llm: { servers: ["https://llm"], tls: { ca: /srv/pki/llm.pem } } }
routes: [{ path: /v1/, upstream: llm, auth: devices }]
`);
  expect(services.openclaw.volumes).toEqual([
    '.:/etc/openclaw:ro',
    '/etc/letsencrypt/live/x/fullchain.pem:/etc/letsencrypt/live/x/fullchain.pem:ro',
    '/srv/pki/ca.pem:/srv/pki/ca.pem:ro',
    '/srv/pki/llm.pem:/srv/pki/llm.pem:ro',
    '/srv/pki/revoked.pem:/srv/pki/revoked.pem:ro',
  ]);
});

describe("Vault's agent", () => {
  const approle = (files: string) => `
vault: { address: "https://vault.example.com", ca: ssl/vault.pem, auth: { approle: ${files} } }
compose: { backends: { llm: { image: llm } } }
${withCredential('[vault:kv/a#k, vault:kv/b#k]')}`;
  const elsewhere = approle('{ role_id_file: /srv/vault/role-id, secret_id_file: /run/secrets/secret-id }');
  const keys = ['kv/a#k', 'kv/b#k'].map((name) => vaultFile({ directory: '/run/openclaw/secrets' }, name));
  const shared = {
    type: 'volume',
    source: 'openclaw-vault',
    target: '/run/openclaw/secrets',
    volume: { nocopy: true },
  };

  test('writes into memory that the gateway reads', async () => {
    const { services, volumes } = await projectOf(elsewhere);
    expect(services.openclaw.volumes).toEqual(['.:/etc/openclaw:ro', { ...shared, read_only: true }]);
    expect(services['openclaw-vault-agent'].volumes).toContainEqual(shared);
    expect(volumes['openclaw-vault'].driver_opts).toMatchObject({ type: 'tmpfs', o: 'size=4m,mode=2750,uid=0,gid=33' });
  });

  test('gets what it signs in with, and nothing of the gateway', async () => {
    const { services, secrets } = await projectOf(elsewhere);
    const agent = services['openclaw-vault-agent'];
    expect(agent.volumes.slice(0, -1)).toEqual([
      './vault:/etc/openclaw/vault:ro',
      './ssl/vault.pem:/etc/openclaw/ssl/vault.pem:ro',
      '/srv/vault:/srv/vault:ro',
    ]);
    expect(agent.secrets).toEqual(['secret-id']);
    expect(services.openclaw).not.toHaveProperty('secrets');
    expect(secrets).toEqual({ 'secret-id': { file: './secrets/secret-id' } });
    expect(agent).not.toHaveProperty('environment');
  });

  test('gets folders of the output folder, so that a new secret id is seen', async () => {
    const { services } = await projectOf(approle('{ role_id_file: role-id, secret_id_file: sign-in/secret-id }'));
    expect(services['openclaw-vault-agent'].volumes.slice(0, -1)).toEqual([
      './vault:/etc/openclaw/vault:ro',
      './ssl/vault.pem:/etc/openclaw/ssl/vault.pem:ro',
      './role-id:/etc/openclaw/role-id:ro',
      './sign-in:/etc/openclaw/sign-in:ro',
    ]);
  });

  test('runs without rights, as the group that nginx has there', async () => {
    const { services } = await projectOf(elsewhere);
    expect(services['openclaw-vault-agent']).toMatchObject({
      image: expect.stringMatching(/^hashicorp\/vault:\d+\.\d+\.\d+$/),
      entrypoint: ['vault', 'agent', '-config=/etc/openclaw/vault/agent.hcl'],
      working_dir: '/etc/openclaw',
      user: '0:33',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      ulimits: { core: 0 },
    });
  });

  test.each<[string, string, string, number]>([
    ['openresty-1.27', 'OpenResty', '', 65_534],
    ['debian-13', 'another user', 'process: { user: nobody, group: nogroup }', 65_534],
    ['debian-13', 'a user without a group of its own', 'process: { user: www-data }', 33],
  ])('%s: files are for the group of %s', async (target, _name, process, group) => {
    const { services, volumes } = await projectOf(`${process}\n${elsewhere}`, target);
    expect(services['openclaw-vault-agent'].user).toBe(`0:${group}`);
    expect(volumes['openclaw-vault'].driver_opts.o).toContain(`,gid=${group}`);
  });

  test('has every key before the gateway starts', async () => {
    const { services } = await projectOf(elsewhere);
    expect(services['openclaw-vault-agent'].healthcheck.test).toEqual([
      'CMD',
      'test',
      '-s',
      keys[0],
      '-a',
      '-s',
      keys[1],
    ]);
    expect(services.openclaw.depends_on).toEqual({
      llm: { condition: 'service_started' },
      'openclaw-vault-agent': { condition: 'service_healthy' },
    });
  });

  test('is not there when nothing is in the vault', async () => {
    const { services, volumes } = await projectOf(`
vault: { address: "https://vault.example.com", auth: { token_file: /etc/vault/token } }
${withCredential('env:OPENAI_API_KEY')}`);
    expect(Object.keys(services)).toEqual(['openclaw']);
    expect(volumes).toBeUndefined();
  });
});
