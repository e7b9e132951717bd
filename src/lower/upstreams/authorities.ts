import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import type { LowerContext } from '../common/context.ts';
import type { LuaUse } from '../common/lua-use.ts';

/**
 * Whom Lua trusts when it opens TLS connections itself: one list of authorities for all of it, or null when it opens none.
 * Reports servers that are asked for their health and have certificates of another (OC4001).
 */
export function authoritiesOfLua({ methods, balanced }: LuaUse, context: LowerContext): string | null {
  const system = context.target.certificateAuthorities;
  const probed = balanced.filter(({ healthCheck, tls }) => healthCheck !== null && tls?.verify === true);
  const chosen = methods.some(asksByTls) ? system : (probed[0]?.tls?.ca ?? (probed.length > 0 ? system : null));
  for (const { name, at, tls } of probed) {
    if ((tls?.ca ?? system) === chosen) continue;
    context.sink.error('OC4001', [...at, 'health_check'], {
      part: 'key',
      message: `health checks trust one list of authorities, and \`${name}\` needs another`,
      help: `they trust \`${chosen}\`; put the authorities into one file, and name it in \`tls: { ca: … }\` of each checked upstream`,
    });
  }
  return chosen;
}

function asksByTls(method: AuthMethod): boolean {
  return (
    (method.kind === 'introspection' && method.value.url.scheme === 'https') ||
    (method.kind === 'jwt' && method.value.keys.kind === 'url' && method.value.keys.url.scheme === 'https')
  );
}
