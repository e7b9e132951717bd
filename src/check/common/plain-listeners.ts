import type { Listener, Server } from '../../gateway/common/gateway.ts';

/** Where requests are served without TLS to anybody but this machine. */
export function plainListeners({ redirect, listeners }: Server): readonly Listener[] {
  if (redirect !== null) return [];
  return listeners.filter(({ tls, host }) => !tls && !isLoopback(host ?? ''));
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '[::1]';
}
