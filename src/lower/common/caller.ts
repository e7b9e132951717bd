import { authMethodsOf } from '../../gateway/common/auth-methods.ts';
import { clientsOf } from '../../gateway/common/client-ids.ts';
import type { Gateway } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { expression, literal, mapKey } from '../../nginx/token.ts';

/** Whether any route says who is calling, so that `$openclaw_client` is there. */
export function knowsClients(gateway: Gateway): boolean {
  return gateway.routes.some(({ auth }) => auth.kind === 'any' || auth.kind === 'all');
}

/** How callers are told apart: by whose client they are, and by their id, which a way to authenticate has once. */
export function lowerCaller(gateway: Gateway): {
  readonly known: Token;
  readonly shared: readonly { readonly method: Token; readonly clients: Token }[] | null;
} {
  const shared = authMethodsOf(gateway).filter(({ value }) => value.sameClientsAs !== null);
  const whose = shared.length > 0 ? 'openclaw_clients' : 'openclaw_auth';
  return {
    known: expression([{ variable: whose }, { literal: '/' }, { variable: 'openclaw_client' }]),
    shared:
      shared.length === 0
        ? null
        : shared.map((method) => ({ method: mapKey(method.name), clients: literal(clientsOf(method)) })),
  };
}

/** The variable that tells callers apart: their id, else their address. It holds once the caller is known. */
export function callerVariable(gateway: Gateway): string {
  return knowsClients(gateway) ? 'openclaw_caller' : 'remote_addr';
}
