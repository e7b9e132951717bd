import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import type { BasicAuth, ClientCertificates } from '../../gateway/common/authentication.ts';
import type { Route } from '../../gateway/common/gateway.ts';

/** What a route asks of callers, and who asks: nobody, nginx's own modules, or our Lua (with nginx's for passwords). */
export type AuthPlan =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'lua';
      /** Also the name of its script: `apps`, `apps,staff` for any of two, `apps+staff` for both. */
      readonly policy: string;
      readonly all: boolean;
      readonly methods: readonly AuthMethod[];
      readonly basic: BasicAuth | null;
      /** The claims that limits of its routes count by; null when none of them asks who is calling. */
      readonly counts: readonly string[] | null;
    }
  | {
      readonly kind: 'native';
      readonly all: boolean;
      readonly basic: BasicAuth | null;
      readonly certificates: ClientCertificates | null;
    };

export type AuthPlans = ReadonlyMap<Route, AuthPlan>;
