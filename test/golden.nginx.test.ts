import { isIP } from 'node:net';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { prepare } from '../src/commands/prepare.ts';
import type { Gateway } from '../src/gateway/common/gateway.ts';
import { type Certificates, makeCertificates } from './helpers/certificates.ts';
import { goldenCases, goldenTargets, settingsOf } from './helpers/golden-cases.ts';
import type { NginxRelease } from './helpers/nginx/workspace.ts';
import { testConfig } from './helpers/nginx.ts';
import { withTemporaryFolder } from './helpers/temporary-folder.ts';

let certificates: Certificates;

beforeAll(async () => {
  await withTemporaryFolder(async (folder) => {
    certificates = await makeCertificates(folder, ['ai.example.com']);
  });
});

/** Throwaway certificates at the places that the configuration names, and addresses for its names. */
async function surroundingsOf(model: Gateway) {
  const leaf = certificates.leaves['ai.example.com'];
  const files: Record<string, string> = {};
  const { tls } = model.server;
  if (tls !== null && leaf !== undefined) {
    files[tls.certificate] = leaf.cert;
    files[tls.certificateKey] = leaf.key;
  }
  for (const { tls: upstreamTls } of model.upstreams)
    if (typeof upstreamTls?.ca === 'string') files[upstreamTls.ca] = certificates.ca.cert;
  for (const { ca, crl } of model.clientCertificates) {
    files[ca] = certificates.ca.cert;
    if (crl !== null) files[crl] = await certificates.revoke([]);
  }
  // Folders that a spec names are the operator's to make.
  const { log, process: settings } = model;
  const named = [
    log.access,
    log.error,
    settings.pid,
    settings.temporaryDirectory && `${settings.temporaryDirectory}/_`,
  ];
  for (const place of named)
    if (typeof place === 'string' && !isAbsolute(place)) files[join(dirname(place), '.keep')] = '';
  const hosts = model.upstreams.flatMap(({ servers }) => servers.map(({ host }) => host));
  const names = hosts.filter((host) => !isAbsolute(host) && isIP(host) === 0);
  return { files, hosts: Object.fromEntries(names.map((name) => [name, '127.0.0.2'])) };
}

const pairs: (readonly [name: string, target: string, release: NginxRelease, folder: string])[] = [];
for (const folder of await goldenCases())
  for (const [target, release] of Object.entries(goldenTargets))
    if (release !== null && !(await settingsOf(folder)).refused?.includes(target))
      pairs.push([basename(folder), target, release, folder]);

describe('nginx takes what the compiler makes', () => {
  test.each(pairs)('of %s for %s', async (_name, target, release, folder) => {
    const { overlays = [], env = {} } = await settingsOf(folder);
    const options = { spec: 'openclaw.yaml', overlays, target, stdinName: undefined };
    const { compilation } = await prepare(options, { cwd: folder, env, stdin: async () => new Uint8Array() });
    const { artifacts, gateway } = compilation ?? {};
    if (artifacts === undefined || gateway === undefined) throw new Error('the case does not compile');
    const { files, hosts } = await surroundingsOf(gateway);
    // nginx reads all authorities of the system once for each location, which takes longer than all the rest.
    files['/etc/ssl/certs/ca-certificates.crt'] = certificates.ca.cert;
    const built = Object.fromEntries(artifacts.map(({ path, text }) => [path, text]));
    const result = await testConfig({ release, files: { ...built, ...files }, hosts });
    expect(result.output).not.toMatch(/\[(?:warn|alert|crit|emerg)\]/);
    expect(result.ok, result.output).toBe(true);
  });
});
