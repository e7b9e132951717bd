import { isAbsolute } from 'node:path';
import { certificateFilesOf } from '../gateway/callers/certificate-files.ts';
import { signInFilesOf } from '../gateway/callers/sign-in-files.ts';
import type { Vault } from '../gateway/common/authentication.ts';
import type { Gateway, UpstreamServer } from '../gateway/common/gateway.ts';
import { usedUpstreams } from '../gateway/common/targets.ts';
import { referencesOf } from '../gateway/credentials/references.ts';
import { watchedFilesOf } from '../gateway/credentials/watched-files.ts';

/** What a person does after a build: what nginx will look for, and how to start it. */
export function nextSteps(
  gateway: Gateway,
  {
    out,
    hashes,
  }: {
    readonly out: string;
    /** The group that has to read the hashes of this gateway's keys; null when it has none. */
    readonly hashes: string | null;
  },
): string {
  const references = referencesOf(gateway);
  const named = (source: 'env' | 'file'): readonly string[] =>
    references.filter((reference) => reference.source === source).map((reference) => reference.name);
  const vault = references.some((reference) => reference.source === 'vault') ? gateway.vault : null;
  const keys = named('file');
  const callers = watchedFilesOf(gateway).filter((file) => !keys.includes(file));
  const vaultFiles = vault === null ? [] : [...(vault.ca === null ? [] : [vault.ca]), ...signInFilesOf(vault)];
  const folder = isAbsolute(out) ? out : `"$PWD/${out}"`;
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ['put in place', placed([...certificateFilesOf(gateway), ...callers, ...vaultFiles], out)],
    ['export', named('env')],
    ['put keys in', keys],
    ['let nginx read', hashes === null ? [] : [`sudo chgrp -R ${hashes} ${out}/keys`]],
    ...(vault === null ? [] : agentSteps(vault, out)),
    ['run', [`sudo nginx -p ${folder} -c nginx.conf`]],
    ['or', canRunInContainer(gateway) ? [`docker compose -f ${out}/docker-compose.yml up --build`] : []],
  ];
  const steps = lines.filter(([, what]) => what.length > 0);
  return `\nNext:\n${steps.map(([title, what]) => `  ${title.padEnd(14)} ${unique(what).join(', ')}\n`).join('')}`;
}

function placed(files: readonly string[], out: string): readonly string[] {
  return files.map((file) => (isAbsolute(file) ? file : `${out}/${file}`));
}

/** Relative names in its configuration are those of the output folder. */
function agentSteps(vault: Vault, out: string): readonly (readonly [string, readonly string[]])[] {
  const files = [vault.directory, ...signInFilesOf(vault), ...(vault.ca === null ? [] : [vault.ca])];
  const command = files.every((file) => isAbsolute(file))
    ? `vault agent -config=${out}/vault/agent.hcl`
    : `(cd ${out} && vault agent -config=vault/agent.hcl)`;
  return [
    ['make', [`the folder ${vault.directory}, as docs/deploy.md says under "Vault"`]],
    ['run the agent', [command]],
  ];
}

function canRunInContainer(gateway: Gateway): boolean {
  const used = usedUpstreams(gateway);
  return gateway.upstreams.some(({ name, servers }) => used.has(name) && servers.some((server) => !isLoopback(server)));
}

/** A container's loopback is its own. */
function isLoopback(server: UpstreamServer): boolean {
  return /^(?:127\.|::1$|localhost$)/.test(server.host);
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
