import { createHash } from 'node:crypto';
import type { Vault } from '../../gateway/common/authentication.ts';
import type { PlacedReference } from '../../gateway/credentials/references.ts';
import { referencesOf } from '../../gateway/credentials/references.ts';
import { comment, hclString } from '../../nginx/token.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { placeOf } from '../common/context.ts';

/** File names hold 255 bytes; this much of a reference is enough to tell them apart by eye. */
const readableLength = 80;

/** Where the agent writes the value of `secret/data/openai#api_key`, and the gateway reads it. */
export function vaultFile(vault: Pick<Vault, 'directory'>, name: string): string {
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, readableLength);
  // What is readable is not unique: `a/b#c` and `a-b#c` are two secrets.
  const unique = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${vault.directory}/${readable}-${unique}`;
}

/** `vault/agent.hcl`: the agent that signs in to Vault and renders each secret into a file of its own. */
export function lowerVault(context: LowerContext): readonly TemplateFile<'vault/agent.hcl', AgentView>[] {
  const { vault } = context.gateway;
  const references = referencesOf(context.gateway).filter((reference) => reference.source === 'vault');
  if (vault === null || references.length === 0) return [];
  return [
    {
      path: 'vault/agent.hcl',
      template: 'vault/agent.hcl',
      language: 'hcl',
      view: viewOf(vault, references, context),
    },
  ];
}

export type AgentView = ReturnType<typeof viewOf>;

function viewOf(vault: Vault, references: readonly PlacedReference[], context: LowerContext) {
  return {
    place: placeOf(context, ['vault']),
    address: hclString(vault.address),
    ca: vault.ca === null ? null : hclString(vault.ca),
    authPlace: placeOf(context, ['vault', 'auth']),
    ...lowerAuth(vault.auth),
    // In the stanza of the method it holds for secrets too, in every version of Vault and OpenBao (command/agent.go).
    namespace: vault.namespace === null ? null : hclString(vault.namespace),
    templates: references.map((reference) => lowerTemplate(reference, vault, context)),
  };
}

/** Names of developer.hashicorp.com/vault/docs/agent-and-proxy/autoauth/methods. */
function lowerAuth(auth: Vault['auth']) {
  return {
    method: hclString(auth.kind),
    approle:
      auth.kind === 'approle'
        ? { roleIdFile: hclString(auth.roleIdFile), secretIdFile: hclString(auth.secretIdFile) }
        : null,
    role: auth.kind === 'kubernetes' ? hclString(auth.role) : null,
    tokenFile: auth.kind === 'token_file' ? hclString(auth.path) : null,
  };
}

function lowerTemplate(reference: PlacedReference, vault: Vault, context: LowerContext) {
  return {
    title: comment(reference.name),
    place: placeOf(context, reference.at),
    contents: hclString(goTemplate(reference.name)),
    destination: hclString(vaultFile(vault, reference.name)),
  };
}

/**
 * The template of one value. A field that is missing must be an error, or `<no value>` would be sent as a key: Go's
 * text/template gives one for a field, but not for `index`, which names that are no identifiers need; those come out
 * empty, and the gateway keeps what it has.
 */
function goTemplate(name: string): string {
  const [path = '', field = ''] = name.split('#');
  const data = isVersioned(path) ? '.Data.data' : '.Data';
  const value = /^[A-Za-z_][A-Za-z0-9_]*$/.test(field)
    ? `{{ ${data}.${field} }}`
    : `{{ with index ${data} ${JSON.stringify(field)} }}{{ . }}{{ end }}`;
  return `{{ with secret ${JSON.stringify(path)} }}${value}{{ end }}`;
}

/** Whether the path is one of a KV engine of version 2, whose API has `data` behind the mount. */
function isVersioned(path: string): boolean {
  return path.split('/').slice(1, -1).includes('data');
}
