import { isIP } from 'node:net';
import { dirname, isAbsolute, join } from 'node:path';
import type { Compilation } from '../../src/compile.ts';
import { stubRevocations } from '../../src/engine/stub-certificate.ts';
import type { makeCertificates } from '../helpers/certificates.ts';
import { testConfig } from '../helpers/nginx.ts';

/** Whether nginx takes the files, and what it says. */
export async function askNginx(
  { artifacts = [], gateway }: Compilation,
  certificates: Awaited<ReturnType<typeof makeCertificates>>,
) {
  const leaf = certificates.leaves['ai.example.com'];
  const files: Record<string, string> = { 'authority.pem': certificates.ca.cert };
  // nginx reads all authorities of the system once for each location, which takes longer than all the rest.
  for (const { path, text } of artifacts)
    files[path] = text.replaceAll('/etc/ssl/certs/ca-certificates.crt', 'authority.pem');
  const { tls } = gateway?.server ?? { tls: null };
  if (tls !== null && leaf !== undefined) {
    files[tls.certificate] = leaf.cert;
    files[tls.certificateKey] = leaf.key;
  }
  for (const upstream of gateway?.upstreams ?? []) if (upstream.tls?.ca) files[upstream.tls.ca] = certificates.ca.cert;
  for (const { ca, crl } of gateway?.clientCertificates ?? []) {
    files[ca] = certificates.ca.cert;
    if (crl !== null) files[crl] = stubRevocations;
  }
  const { log, process: settings } = gateway ?? {};
  for (const place of [log?.access, log?.error, settings?.pid, `${settings?.temporaryDirectory}/_`]) {
    if (typeof place === 'string' && !isAbsolute(place)) files[join(dirname(place), '.keep')] = '';
  }
  const hosts = (gateway?.upstreams ?? []).flatMap(({ servers }) => servers.map(({ host }) => host));
  const names = hosts.filter((host) => !isAbsolute(host) && isIP(host) === 0);
  return testConfig({
    release: '1.22',
    files,
    hosts: Object.fromEntries(names.map((name) => [name, '127.0.0.2'])),
    env: { OPENAI_API_KEY: 'a', GEMINI_API_KEY: 'b' },
  });
}
