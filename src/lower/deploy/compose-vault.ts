import { dirname } from 'node:path/posix';
import { signInFilesOf } from '../../gateway/callers/sign-in-files.ts';
import { referencesOf } from '../../gateway/credentials/references.ts';
import type { Token } from '../../nginx/token.ts';
import { yamlString } from '../../nginx/token.ts';
import type { LowerContext } from '../common/context.ts';
import { vaultFile } from '../credentials/vault.ts';
import { composeFiles, containerPrefix } from './compose-files.ts';

/** A release, so that builds are repeatable; the configuration suits older and newer ones. */
const agentImage = 'hashicorp/vault:1.21.4';

/** Ids of groups in the images of our targets: Debian's base-passwd, and nginx.org's own. */
const groupIds: Readonly<Record<string, number>> = { 'www-data': 33, nginx: 101, nogroup: 65_534 };

/** The service that runs Vault's agent, and the memory that it shares with the gateway; null where nothing is in Vault. */
export function lowerVaultService(context: LowerContext) {
  const { vault } = context.gateway;
  const references = referencesOf(context.gateway).filter((reference) => reference.source === 'vault');
  if (vault === null || references.length === 0) return null;
  const own = [vault.directory, context.target.certificateAuthorities];
  const authorities = composeFiles({ fixed: vault.ca === null ? [] : [vault.ca], watched: [], own });
  const signIn = composeFiles({ fixed: [], watched: signInFilesOf(vault), own });
  const fromOutput = new Set(['vault', ...authorities.inOutput, ...signIn.inOutput.map(folderOrFile)]);
  const fromHost = [...authorities.files, ...signIn.folders, ...signIn.pinned];
  const secrets = [...new Set([...authorities.secrets, ...signIn.secrets])];
  const group = workerGroupId(context);
  const written = references.map((reference) => vaultFile(vault, reference.name));
  const view = {
    image: yamlString(agentImage),
    // Root without its rights, so that files of root need no other reader; the group is the one of nginx's workers.
    user: yamlString(`0:${group}`),
    directory: yamlString(vault.directory),
    prefix: yamlString(containerPrefix),
    command: words(['vault', 'agent', `-config=${containerPrefix}/vault/agent.hcl`]),
    mounts: [
      ...[...fromOutput].map((file) => `./${file}:${containerPrefix}/${file}:ro`),
      ...fromHost.map((file) => `${file}:${file}:ro`),
    ].map((mapping) => ({ mapping: yamlString(mapping) })),
    secrets: secrets.map((name) => ({ name: yamlString(name) })),
    hasSecrets: secrets.length > 0,
    check: words(['CMD', 'test', ...written.flatMap((file, index) => [...(index === 0 ? [] : ['-a']), '-s', file])]),
    // New files take the group of a folder with the setgid bit, so the agent needs no right to give them away.
    memory: yamlString(`size=4m,mode=2750,uid=0,gid=${group}`),
  };
  return { view, secrets };
}

function folderOrFile(file: string): string {
  const folder = dirname(file);
  return folder === '.' ? file : folder;
}

function words(values: readonly string[]): readonly { readonly word: Token }[] {
  return values.map((value) => ({ word: yamlString(value) }));
}

/** As nginx takes it: the group of the user's name unless told. A user that no image has needs an image of one's own. */
function workerGroupId({ gateway, target }: LowerContext): number {
  const [user, group = user] = target.user;
  const usual = groupIds[group] ?? 0;
  const { process } = gateway;
  return process.user === null ? usual : (groupIds[process.group ?? process.user] ?? usual);
}
