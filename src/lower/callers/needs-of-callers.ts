import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import type { LowerContext } from '../common/context.ts';
import { isFile } from '../common/is-file.ts';
import type { LuaUse } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { issuersAnswers, watchedFiles } from '../common/shared-memory.ts';
import { lowerAuthData } from './auth-data.ts';

/** Who is calling, where nginx's own modules cannot ask. */
export function needsOfCallers(context: LowerContext, { policies, methods }: LuaUse): SomeNeeds {
  if (policies.length === 0) return {};
  return {
    library: ['openclaw.attempts.router', ...methods.flatMap(({ kind }) => methodModules[kind] ?? [])],
    capabilities: ['openclaw.callers.auth'],
    variables: ['openclaw_model'],
    sharedMemory: [
      ...(methods.some(watchesFile) ? [watchedFiles] : []),
      ...(methods.some(asksIssuer) ? [issuersAnswers] : []),
    ],
    data: lowerAuthData(policies, methods, context),
  };
}

/** Modules that `openclaw.callers.auth` loads by the kind of a method. */
const methodModules = {
  key_maps: 'openclaw.callers.key_maps',
  jwt: 'openclaw.callers.tokens',
  introspection: 'openclaw.callers.opaque_tokens',
  client_certificates: 'openclaw.callers.certificates',
  basic_auth: null,
} as const;

function watchesFile(method: AuthMethod): boolean {
  switch (method.kind) {
    case 'key_maps':
      return true;
    case 'jwt':
      return (
        method.value.keys.kind === 'file' || (method.value.keys.kind === 'secret' && isFile(method.value.keys.from))
      );
    case 'introspection':
      return isFile(method.value.clientSecret);
    default:
      return false;
  }
}

function asksIssuer(method: AuthMethod): boolean {
  return method.kind === 'introspection' || (method.kind === 'jwt' && method.value.keys.kind === 'url');
}
