import type { Gateway } from '../model/gateway.ts';

/** Whether any route says who is calling, so that `$openclaw_client` is there. */
export function knowsClients(gateway: Gateway): boolean {
  return gateway.routes.some(({ auth }) => auth.kind === 'any' || auth.kind === 'all');
}

/** The variable that tells callers apart: their id, else their address. It holds once the caller is known. */
export function callerVariable(gateway: Gateway): string {
  return knowsClients(gateway) ? 'openclaw_caller' : 'remote_addr';
}
