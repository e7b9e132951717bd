import type { Route } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import type { MapView } from './map-view.ts';

/** What nginx itself asks of a request: a name and a password, or a certificate. */
export interface NativeAuthView {
  /** Variable that is empty when there is no certificate that is known. */
  readonly certificate: Token | null;
  /** Who is asking, and by which way to authenticate. */
  readonly client: Token | null;
  readonly method: Token | null;
  /** `1` where the name came with a password that nginx has yet to check: until it has, it is only claimed. */
  readonly claimed: Token | null;
  /** What limits count by; null is the address. */
  readonly counted: Token | null;
  readonly realm: Token | null;
  /** The realm before our Lua decides, where it is a variable. */
  readonly firstRealm: Token | null;
  readonly passwordFile: Token | null;
}

export interface NativeAuth {
  /** For who a certificate belongs to, and for whether a password is still needed. */
  readonly maps: readonly MapView[];
  readonly views: ReadonlyMap<Route, NativeAuthView>;
}
