import { expect, test } from 'vitest';
import { nextSteps } from '../../src/report/next-steps.ts';
import { lowerContextOf } from '../helpers/lower-context.ts';

async function stepsOf(spec: string): Promise<string> {
  return nextSteps((await lowerContextOf(spec)).gateway, { out: 'gateway', hashes: null });
}

test('what has to be there, by what a person does about it', async () => {
  const spec = `
server: { tls: { certificate: ssl/a.crt, certificate_key: ssl/a.key }, listen: { https: 443 } }
key_maps: { apps: { file: /srv/keys/apps.keys }, unused: { file: /srv/unused } }
basic_auth: { staff: { file: staff.htpasswd }, inline: { users: { ann: $2y$05$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy } } }
jwt:
  tokens: { keys: { file: jwks.json } }
  shared: { keys: { secret: env:JWT_SECRET }, algorithms: HS256 }
client_certificates: { devices: { ca: ca.pem, crl: crl.pem } }
upstreams:
  llm: { provider: openai, credential: { from: [env:A, file:/run/secrets/b], for: [{ tier: gold, from: env:GOLD }] } }
routes: [{ path: /v1/, upstream: llm, auth: [apps, staff, inline, tokens, shared, devices] }]`;
  expect(await stepsOf(spec)).toBe(`
Next:
  put in place   gateway/ssl/a.crt, gateway/ssl/a.key, gateway/ca.pem, gateway/crl.pem, /srv/keys/apps.keys, gateway/jwks.json, gateway/staff.htpasswd
  export         A, GOLD, JWT_SECRET
  put keys in    /run/secrets/b
  run            sudo nginx -p "$PWD/gateway" -c nginx.conf
  or             docker compose -f gateway/docker-compose.yml up --build
`);
});

test("Vault's agent runs before nginx", async () => {
  const spec = `
vault: { address: "https://vault.example.com", auth: { token_file: /etc/vault/token } }
upstreams: { llm: { provider: openai, credential: vault:kv/a#k } }
routes: [{ path: /v1/, upstream: llm, auth: none }]`;
  expect(await stepsOf(spec)).toBe(`
Next:
  put in place   /etc/vault/token
  make           the folder /run/openclaw/secrets, as docs/deploy.md says under "Vault"
  run the agent  vault agent -config=gateway/vault/agent.hcl
  run            sudo nginx -p "$PWD/gateway" -c nginx.conf
  or             docker compose -f gateway/docker-compose.yml up --build
`);
});

test('the agent runs in the folder that its relative names mean', async () => {
  const spec = `
vault: { address: "https://vault.example.com", ca: ssl/vault.pem, auth: { token_file: /etc/vault/token } }
upstreams: { llm: { provider: openai, credential: vault:kv/a#k } }
routes: [{ path: /v1/, upstream: llm, auth: none }]`;
  const steps = await stepsOf(spec);
  expect(steps).toContain('  put in place   gateway/ssl/vault.pem, /etc/vault/token\n');
  expect(steps).toContain('  run the agent  (cd gateway && vault agent -config=vault/agent.hcl)\n');
});

test('a vault that nothing is in asks for nothing', async () => {
  const spec = `
vault: { address: "https://vault.example.com", auth: { token_file: /etc/vault/token } }
upstreams: { llm: [127.0.0.1:8000] }
routes: [{ path: /v1/, upstream: llm, auth: none }]`;
  expect(await stepsOf(spec)).toBe('\nNext:\n  run            sudo nginx -p "$PWD/gateway" -c nginx.conf\n');
});
