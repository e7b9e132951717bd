import type { LowerContext } from '../common/context.ts';
import type { SomeNeeds } from '../common/needs.ts';

/** How long the body of a request may take: nginx bounds only the pauses in it. */
export function needsOfBodies({ gateway }: LowerContext): SomeNeeds {
  return {
    capabilities: ['openclaw.core.received_body'],
    data: { body_timeout: gateway.server.bodyTimeout / 1000 },
  };
}
