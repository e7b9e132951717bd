import type { Route } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import type { Needs } from './needs.ts';

/** The Lua of a gateway, for what refers to it. */
export interface LoweredLua {
  readonly needs: Needs;
  /** Whether it is there from start to end of nginx and of every answer, and not just asked about a header. */
  readonly starts: boolean;
  /** Says who is asking, for routes where that decides whether nginx has to ask for a password. */
  readonly identifyFiles: ReadonlyMap<Route, Token>;
  /** Lets a request in and gives it the upstream's key, for routes that need one of the two. */
  readonly accessFiles: ReadonlyMap<Route, Token>;
  /** Whether the health answer tells when files were last read. */
  readonly healthFile: Token | null;
  /** What runs in every location once there is an answer. */
  readonly filters: readonly { readonly directive: Token; readonly file: Token }[];
  /** Whether it looks into the bodies of requests. */
  readonly readsBodies: boolean;
  /** Whom Lua trusts when it opens TLS connections itself; null opens none. */
  readonly authorities: string | null;
}
