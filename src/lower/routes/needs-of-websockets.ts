import { bindsHandshakes } from '../../rights/binds-handshakes.ts';
import type { AuthPlans } from '../common/auth-plan.ts';
import type { LowerContext } from '../common/context.ts';
import type { SomeNeeds } from '../common/needs.ts';

/** Routes that let websockets through, and whose callers may be restricted to models. */
export function needsOfWebsockets({ gateway }: LowerContext, plans: AuthPlans): SomeNeeds {
  const routes = gateway.routes.filter((route) => route.websocket && plans.get(route)?.kind === 'lua');
  if (routes.length === 0) return {};
  return {
    capabilities: ['openclaw.models.handshakes'],
    data: { websockets: Object.fromEntries(routes.map((route) => [route.name, bindsHandshakes(route, gateway)])) },
  };
}
