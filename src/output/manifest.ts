import { createHash } from 'node:crypto';
import { compareText } from '../compare-text.ts';
import type { Gateway } from '../gateway/common/gateway.ts';
import type { Artifact } from '../render/render-files.ts';
import type { PlainValue } from '../source/value-node.ts';
import { hideKeyHash, hidePasswordHash } from './fingerprints.ts';

export const manifestName = 'openclaw.manifest.json';

/** What was built, from what, by which version: for `--check`, for `diff`, and to know which files are ours. */
export interface Manifest {
  readonly formatVersion: 1;
  readonly tool: string;
  readonly target: string;
  /** Of the spec's meaning: the order of its keys, its layout and its comments do not count. */
  readonly specHash: string;
  readonly files: Readonly<Record<string, string>>;
  readonly model: PlainValue;
}

export function createManifest(options: {
  artifacts: readonly Artifact[];
  gateway: Gateway;
  spec: PlainValue;
  target: string;
  toolVersion: string;
}): Manifest {
  const { artifacts, gateway, spec, target, toolVersion } = options;
  const files = [...artifacts]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, text }) => [path, hashText(text)]);
  return {
    formatVersion: 1,
    tool: toolVersion,
    target,
    specHash: hashText(JSON.stringify(sortKeys(spec))),
    files: Object.fromEntries(files),
    model: publicModel(gateway),
  };
}

export function writeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Undefined when the text is not a manifest that this version understands. */
export function readManifest(text: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(text) as Partial<Manifest>;
    const isOurs =
      manifest.formatVersion === 1 &&
      typeof manifest.files === 'object' &&
      manifest.files !== null &&
      Object.values(manifest.files).every((hash) => typeof hash === 'string');
    return isOurs ? (manifest as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

export function hashText(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/**
 * The model without the places in the spec. Credentials are references in it; hashes of keys and passwords are hidden,
 * because a manifest is read by more people than the files that the gateway checks them with.
 */
export function publicModel(gateway: Gateway): PlainValue {
  const shown = {
    ...gateway,
    keyMaps: gateway.keyMaps.map((map) => ({
      ...map,
      clients: map.clients.map((client) => ({
        ...client,
        keys: client.keys.map((key) => ({ ...key, hash: hideKeyHash(key.hash) })),
      })),
    })),
    basicAuth: gateway.basicAuth.map((basic) => ({
      ...basic,
      users: basic.users.map((user) => ({ ...user, hash: hidePasswordHash(user.hash) })),
    })),
  };
  return JSON.parse(JSON.stringify(shown, (key, value: unknown) => (key === 'at' ? undefined : value))) as PlainValue;
}

function sortKeys(value: PlainValue): PlainValue {
  if (Array.isArray(value)) return value.map((item: PlainValue) => sortKeys(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => compareText(a, b))
      .map(([key, item]) => [key, sortKeys(item as PlainValue)]),
  );
}
