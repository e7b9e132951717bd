import type { AuthMethod } from './auth-methods.ts';
import { authMethodsOf } from './auth-methods.ts';
import type { Gateway } from './gateway.ts';

/** The ways to say who is calling that a route asks for. */
export function usedAuthMethods(gateway: Gateway): readonly AuthMethod[] {
  const names = new Set(
    gateway.routes.flatMap(({ auth }) => (auth.kind === 'any' || auth.kind === 'all' ? auth.methods : [])),
  );
  return authMethodsOf(gateway).filter((method) => names.has(method.name));
}
