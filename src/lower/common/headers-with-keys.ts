import { createHash } from 'node:crypto';
import type { CredentialKey, Upstream } from '../../gateway/common/gateway.ts';

/** A header that goes with some of an upstream's keys, and the variable that has its value: empty with the others. */
export interface HeaderWithKeys {
  readonly name: string;
  readonly variable: string;
}

/** Each once, in the order of their names. */
export function headersWithKeys({ credential }: Pick<Upstream, 'credential'>): readonly HeaderWithKeys[] {
  const keys = [...(credential?.keys ?? []), ...(credential?.rules ?? []).flatMap((rule) => rule.keys)];
  const names = keys.flatMap(({ headers }) => headers.map(({ name }) => name));
  const unique = new Map(names.map((name) => [variableOf(name), name]));
  return [...unique].map(([variable, name]) => ({ name, variable })).sort((a, b) => (a.variable < b.variable ? -1 : 1));
}

/** What the variables hold when this key is sent. */
export function sentWith({ headers }: CredentialKey): Readonly<Record<string, string>> {
  return Object.fromEntries(headers.map(({ name, value }) => [variableOf(name), value]));
}

/** Names of variables have to fit into a bucket of `variables_hash_bucket_size`. */
const longestName = 60;

function variableOf(header: string): string {
  const name = header.toLowerCase().replaceAll('-', '_');
  if (name.length <= longestName) return `openclaw_sent_${name}`;
  const unique = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `openclaw_sent_${name.slice(0, longestName - 13)}_${unique}`;
}
