import type { LuaValue } from '../../nginx/token.ts';
import { bindsHandshakes } from '../../rights/binds-handshakes.ts';
import type { AuthPlans } from '../common/auth-plan.ts';
import type { LowerContext } from '../common/context.ts';

/** What `openclaw.models.handshakes` knows of routes that let websockets through, and whose callers may be restricted to models. */
export function lowerWebsockets({ gateway }: LowerContext, plans: AuthPlans): Readonly<Record<string, LuaValue>> {
  const routes = gateway.routes.filter((route) => route.websocket && plans.get(route)?.kind === 'lua');
  if (routes.length === 0) return {};
  return { websockets: Object.fromEntries(routes.map((route) => [route.name, bindsHandshakes(route, gateway)])) };
}
