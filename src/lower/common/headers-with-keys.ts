import type { CredentialKey, Upstream } from '../../gateway/common/gateway.ts';
import { contentName } from './content-name.ts';

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

function variableOf(header: string): string {
  return contentName('openclaw_sent', [header.toLowerCase()], '-');
}
