import type { BasicAuth, ClientCertificates } from '../../gateway/common/authentication.ts';
import type { Route } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, escapeRegex, expression, literal, mapKey, mapRegex, text, variable } from '../../nginx/token.ts';
import type { AuthPlan, AuthPlans } from '../common/auth-plan.ts';
import { contentName } from '../common/content-name.ts';
import type { LowerContext } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import { asksWho, zonesOf } from '../common/limit-needs.ts';
import type { MapParts, MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import type { NativeAuth, NativeAuthView } from '../common/native-auth.ts';
import { passwordFile } from './key-files.ts';

const noAuth: NativeAuthView = {
  certificate: null,
  client: null,
  method: null,
  claimed: null,
  counted: null,
  realm: null,
  firstRealm: null,
  passwordFile: null,
};

/** Passwords by `auth_basic` on every target, beside our Lua; certificates by maps where there is no Lua. */
export function lowerNativeAuth(plans: AuthPlans, context: LowerContext): NativeAuth {
  const maps = new Map<string, MapView>();
  const views = new Map<Route, NativeAuthView>();
  for (const [route, plan] of plans) {
    if (plan.kind === 'open') continue;
    if (plan.kind === 'lua') {
      if (plan.basic !== null) views.set(route, lowerPasswordBesideLua(plan, plan.basic));
      continue;
    }
    views.set(route, lowerNative(plan, { maps, context, counts: zonesOf(route, context.gateway).some(asksWho) }));
  }
  return { maps: [...maps.values()], views };
}

/** Our Lua, which runs first, sets the realm to `off` when no password is needed any more. */
function lowerPasswordBesideLua(plan: Extract<AuthPlan, { kind: 'lua' }>, basic: BasicAuth): NativeAuthView {
  const isAlwaysAsked = plan.all || plan.methods.length === 1;
  return {
    ...noAuth,
    realm: isAlwaysAsked ? literal(basic.realm) : variable('openclaw_realm'),
    firstRealm: isAlwaysAsked ? null : literal(basic.realm),
    passwordFile: fileOf(basic),
  };
}

function fileOf(basic: BasicAuth): Token {
  return text(basic.file ?? passwordFile(basic.name));
}

function lowerNative(
  plan: Extract<AuthPlan, { kind: 'native' }>,
  { maps, context, counts }: { maps: Map<string, MapView>; context: LowerContext; counts: boolean },
): NativeAuthView {
  const { basic, certificates, all } = plan;
  const certificate = certificates === null ? null : certificateMaps(certificates, maps, context);
  const owner = certificates === null ? null : literal(certificates.name);
  const counted =
    certificate === null || certificates === null
      ? null
      : expression([
          { literal: `client ${certificates.sameClientsAs ?? certificates.name}/` },
          { variable: certificate.reads.slice(1) },
        ]);
  if (basic === null) return { ...noAuth, certificate, client: certificate, method: owner, counted };
  const password = { realm: literal(basic.realm), passwordFile: fileOf(basic) };
  const claimed = literal('1');
  const user = { client: variable('remote_user'), method: literal(basic.name), claimed };
  if (certificate === null || owner === null) return { ...noAuth, ...user, ...password };
  // Neither is known before both are.
  if (all) return { ...noAuth, certificate, client: certificate, method: owner, claimed, counted, ...password };
  const place = placeOf(context, basic.at);
  const choose = (what: string, otherwise: Token, empty: Token): Token =>
    addMap(maps, contentName(`openclaw_${what}`, [basic.name], '-'), {
      title: [comment(what), comment('by'), comment('certificate'), comment('or'), comment('password')],
      places: [place],
      source: certificate,
      otherwise,
      entries: [{ key: mapKey(''), value: empty }],
    });
  return {
    ...noAuth,
    client: choose('caller', certificate, variable('remote_user')),
    method: choose('method', owner, literal(basic.name)),
    claimed: choose('claimed', literal(''), claimed),
    // Not by the name that comes with a password, which is checked only after nginx has counted.
    counted: counts && counted !== null ? choose('counted', counted, text('address')) : null,
    ...password,
    realm: choose('realm', text('off'), password.realm),
  };
}

/** The variable of a map that is written once, whatever number of routes read it. */
function addMap(maps: Map<string, MapView>, name: string, map: Omit<MapParts, 'variable'>): Token {
  const known = maps.get(name) ?? mapView({ ...map, variable: variable(name) });
  maps.set(name, known);
  return known.variable;
}

/** The id of the client whose certificate it is; empty when it is not verified or not known. */
function certificateMaps(certificates: ClientCertificates, maps: Map<string, MapView>, context: LowerContext): Token {
  return addMap(maps, contentName('openclaw_certificate', [certificates.name], '-'), {
    title: [comment('certificate'), comment('of'), comment(certificates.name)],
    places: [placeOf(context, certificates.at)],
    // Subjects are compared by expressions because nginx compares strings without regard to case.
    source: text('$ssl_client_verify:$ssl_client_s_dn'),
    otherwise: literal(''),
    entries:
      certificates.clients.length === 0
        ? [{ key: mapRegex(commonName), value: variable('openclaw_cn') }]
        : certificates.clients.map((client) => ({
            key: mapRegex(`\\ASUCCESS:${escapeRegex(client.subject)}\\z`),
            value: literal(client.id),
          })),
  });
}

/** The common name in a verified subject, when it is a plain one. */
const commonName = '\\ASUCCESS:(?:.*,)?CN=(?<openclaw_cn>[A-Za-z0-9_.@-]{1,64})(?:,.*)?\\z';
