import { isAbsolute } from 'node:path';
import type { Gateway, UpstreamServer } from '../model/gateway.ts';

/** What a person does after a build: what nginx will look for, and how to start it. */
export function nextSteps(gateway: Gateway, out: string): string {
  const used = new Set(gateway.routes.map((route) => route.upstream));
  const upstreams = gateway.upstreams.filter((upstream) => used.has(upstream.name));
  const { tls } = gateway.server;
  const files = [tls?.certificate, tls?.certificateKey, ...upstreams.map((upstream) => upstream.tls?.ca)];
  const missing = files
    .filter((file) => typeof file === 'string')
    .map((file) => (isAbsolute(file) ? file : `${out}/${file}`));
  const references = upstreams.flatMap((upstream) => (upstream.credential === null ? [] : [upstream.credential.from]));
  const variables = references.filter((reference) => reference.source === 'env').map((reference) => reference.name);
  const secrets = references.filter((reference) => reference.source === 'file').map((reference) => reference.name);
  const folder = isAbsolute(out) ? out : `"$PWD/${out}"`;
  const reachable = upstreams.some((upstream) => upstream.servers.some((server) => !isLoopback(server)));
  const steps = [
    ...(missing.length === 0 ? [] : [`put in place   ${unique(missing).join(', ')}`]),
    ...(variables.length === 0 ? [] : [`export         ${unique(variables).join(', ')}`]),
    ...(secrets.length === 0 ? [] : [`put keys in    ${unique(secrets).join(', ')}`]),
    `run            sudo nginx -p ${folder} -c nginx.conf`,
    ...(reachable ? [`or             docker compose -f ${out}/docker-compose.yml up --build`] : []),
  ];
  return `\nNext:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}

/** A container's loopback is its own. */
function isLoopback(server: UpstreamServer): boolean {
  return /^(?:127\.|::1$|localhost$)/.test(server.host);
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
