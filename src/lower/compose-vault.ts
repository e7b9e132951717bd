import type { Gateway } from '../model/gateway.ts';
import { referencesOf } from '../model/references.ts';
import type { Target } from '../nginx/targets.ts';
import { yamlString } from '../nginx/token.ts';
import { composeFiles } from './compose-files.ts';
import type { LowerContext } from './lower-context.ts';
import { vaultFile } from './lower-vault.ts';

/** A release, so that builds are repeatable; the configuration suits older and newer ones, and OpenBao's image, too. */
const agentImage = 'hashicorp/vault:1.21.4';

/** Ids of groups in the images of our targets: Debian's base-passwd, and nginx.org's own. */
const groupIds: Readonly<Record<string, number>> = { 'www-data': 33, nginx: 101, nogroup: 65_534 };

/** The service that runs Vault's agent, and the memory that it shares with the gateway; null where nothing is in Vault. */
export function lowerVaultService(context: LowerContext, prefix: string): object | null {
  const { vault } = context.gateway;
  const references = referencesOf(context.gateway).filter((reference) => reference.source === 'vault');
  if (vault === null || references.length === 0) return null;
  const { auth } = vault;
  const signIn =
    auth.kind === 'approle' ? [auth.roleIdFile, auth.secretIdFile] : auth.kind === 'token_file' ? [auth.path] : [];
  const { secrets, files, folders, pinned } = composeFiles({
    fixed: vault.ca === null ? [] : [vault.ca],
    watched: signIn,
    prefix,
    own: [vault.directory, context.target.certificateAuthorities],
  });
  const inOutput = [...signIn, ...(vault.ca === null ? [] : [vault.ca])].flatMap((file) => relativeTo(prefix, file));
  const group = workerGroupId(context.gateway, context.target);
  const written = references.map((reference) => vaultFile(vault, reference.name));
  return {
    image: yamlString(agentImage),
    // Root without its rights, so that files of root need no other reader; the group is the one of nginx's workers.
    user: yamlString(`0:${group}`),
    directory: yamlString(vault.directory),
    command: ['vault', 'agent', `-config=${prefix}/vault/agent.hcl`].map((word) => ({ word: yamlString(word) })),
    prefix: yamlString(prefix),
    mounts: [
      ...['vault', ...inOutput].map((file) => `./${file}:${prefix}/${file}:ro`),
      ...[...files, ...folders, ...pinned].map((file) => `${file}:${file}:ro`),
    ].map((mapping) => ({ mapping: yamlString(mapping) })),
    secrets: secrets.map((name) => ({ name: yamlString(name) })),
    hasSecrets: secrets.length > 0,
    secretNames: secrets,
    check: ['CMD', 'test', ...written.flatMap((file, index) => [...(index === 0 ? [] : ['-a']), '-s', file])].map(
      (word) => ({ word: yamlString(word) }),
    ),
    // New files take the group of a folder with the setgid bit (mode 2750): the agent needs no right to give them away.
    memory: yamlString(`size=4m,mode=2750,uid=0,gid=${group},nodev,nosuid,noexec`),
  };
}

/** A file of the output folder by its name there. */
function relativeTo(prefix: string, file: string): readonly string[] {
  if (!file.startsWith('/')) return [file];
  return file.startsWith(`${prefix}/`) ? [file.slice(prefix.length + 1)] : [];
}

/** As nginx takes it: the group of the user's name unless told. A user that no image has needs an image of one's own. */
function workerGroupId({ process }: Gateway, target: Target): number {
  const [user, group = user] = target.user;
  const usual = groupIds[group] ?? 0;
  return process.user === null ? usual : (groupIds[process.group ?? process.user] ?? usual);
}
