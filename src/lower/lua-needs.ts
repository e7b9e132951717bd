import type { AuthMethod } from '../model/auth-methods.ts';
import type { Token } from '../nginx/token.ts';
import { text } from '../nginx/token.ts';

/** The modules of the runtime library that are named in no other module, by what needs them. */
export function libraryModules(options: {
  methods: readonly AuthMethod[];
  hasPolicies: boolean;
  hasFollowed: boolean;
}): readonly string[] {
  const modules = new Set(options.methods.map((method) => methodModules[method.kind]));
  return [
    'openclaw.gateway',
    'openclaw.credential',
    'openclaw.health',
    'openclaw.query',
    ...(options.hasFollowed ? ['openclaw.upstream'] : []),
    ...(options.hasPolicies ? ['openclaw.auth'] : []),
    ...[...modules].flatMap((module) => (module === null ? [] : [module])),
  ];
}

/** Modules that the runtime loads by the kind of a method. */
const methodModules = {
  key_maps: 'openclaw.key_maps',
  jwt: 'openclaw.tokens',
  introspection: 'openclaw.opaque_tokens',
  client_certificates: 'openclaw.certificates',
  basic_auth: null,
} as const;

/** The last good text of key files outlives a reload; fetched key sets and answers of issuers are fetched once for all. */
export function sharedMemory(
  methods: readonly AuthMethod[],
  watches: boolean,
): readonly { readonly name: Token; readonly size: Token }[] {
  const asks = methods.some(
    (method) => method.kind === 'introspection' || (method.kind === 'jwt' && method.value.keys.kind === 'url'),
  );
  return [
    ...(watches ? [{ name: text('openclaw_keys'), size: text('32m') }] : []),
    ...(asks ? [{ name: text('openclaw_auth'), size: text('10m') }] : []),
  ];
}

/** Whether Lua itself opens TLS connections, and needs to know whom to trust. */
export function opensTls(methods: readonly AuthMethod[]): boolean {
  return methods.some(
    (method) =>
      (method.kind === 'introspection' && method.value.url.scheme === 'https') ||
      (method.kind === 'jwt' && method.value.keys.kind === 'url' && method.value.keys.url.scheme === 'https'),
  );
}
