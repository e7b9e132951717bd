import type { Gateway } from '../common/gateway.ts';
import { usedAuthMethods } from '../common/used-auth-methods.ts';
import { referencesOf } from './references.ts';

/** Files that are read again and again while the gateway runs: secrets, and who may call. */
export function watchedFilesOf(gateway: Gateway): readonly string[] {
  const secrets = referencesOf(gateway).filter((reference) => reference.source === 'file');
  const callers = usedAuthMethods(gateway).flatMap((method): readonly (string | null)[] => {
    if (method.kind === 'key_maps' || method.kind === 'basic_auth') return [method.value.file];
    return method.kind === 'jwt' && method.value.keys.kind === 'file' ? [method.value.keys.path] : [];
  });
  const files = [...secrets.map((reference) => reference.name), ...callers];
  return [...new Set(files.filter((file) => file !== null))];
}
