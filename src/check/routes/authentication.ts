import { suggest } from '../../diagnostics/suggest.ts';
import { authMethodsOf } from '../../gateway/common/auth-methods.ts';
import type { Gateway, Route } from '../../gateway/common/gateway.ts';
import { namedMethods, placeOfMethod, placeOfMethods } from '../common/auth-places.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3006, OC3018, OC3008, OC3012: routes that do not say who may call, and callers that they cannot check. */
export const checkRouteAuthentication: Check = (gateway, sink) => {
  const known = [...new Set(authMethodsOf(gateway).map(({ name }) => name))];
  const passwords = new Set(gateway.basicAuth.map(({ name }) => name));
  for (const route of gateway.routes) {
    if (route.auth.kind === 'unset') rejectUnsaid(route, known, sink);
    for (const name of namedMethods(route)) {
      if (name === 'none') rejectNone(route, sink);
      else if (!known.includes(name)) rejectUnknown({ route, name, known, gateway }, sink);
    }
    rejectSecondPassword(route, passwords, sink);
    warnRepeated(route, sink);
  }
};

function rejectUnsaid(route: Route, known: readonly string[], sink: CheckSink): void {
  sink.error('OC3006', [...route.at, 'path'], {
    message: `route \`${route.name}\` does not say who may call`,
    help:
      known[0] === undefined
        ? 'write `auth: none` to let everyone in; else name a way to authenticate, such as one of `key_maps`'
        : `write \`auth: ${known[0]}\`, or \`auth: none\` to let everyone in${known.length > 1 ? `; ${listOf(known)}` : ''}`,
  });
}

function listOf(known: readonly string[]): string {
  return `ways to authenticate: ${known.join(', ')}`;
}

function rejectNone(route: Route, sink: CheckSink): void {
  sink.error('OC3008', placeOfMethod(route, 'none', sink), {
    message: '`none` cannot stand in a list of ways to authenticate',
    help: 'write `auth: none` to let everyone in, or leave `none` out',
  });
}

function rejectUnknown(
  given: { route: Route; name: string; known: readonly string[]; gateway: Gateway },
  sink: CheckSink,
): void {
  const { route, name, known, gateway } = given;
  sink.error('OC3018', placeOfMethod(route, name, sink), {
    message: `unknown way to authenticate \`${name}\``,
    help: helpFor(name, known, gateway),
  });
}

const sections = 'key_maps, jwt, introspection, basic_auth, client_certificates';

/** Sections are named by their items, which is easily mistaken when there is only one. */
function helpFor(name: string, known: readonly string[], gateway: Gateway): string {
  if (known.length === 0) return `there is none yet; they are the names in these sections: ${sections}`;
  const items = authMethodsOf(gateway).filter(({ kind }) => kind === name);
  if (items.length > 0)
    return `\`${name}\` is the section; name what is in it: ${items.map((item) => item.name).join(', ')}`;
  const near = suggest(name, [...known, 'none']);
  return near === undefined ? listOf(known) : `did you mean \`${near}\`? ${listOf(known)}`;
}

/** nginx has one password file for a location (ngx_http_auth_basic_module, `auth_basic_user_file`). */
function rejectSecondPassword(route: Route, passwords: ReadonlySet<string>, sink: CheckSink): void {
  const [first, second] = namedMethods(route).filter((name) => passwords.has(name));
  if (first === undefined || second === undefined) return;
  sink.error('OC3008', placeOfMethod(route, second, sink), {
    message: `route \`${route.name}\` asks for the passwords of both \`${first}\` and \`${second}\``,
    help: 'nginx looks into one list of passwords for each request; put everyone of this route into one',
  });
}

function warnRepeated(route: Route, sink: CheckSink): void {
  const list = placeOfMethods(route, sink);
  if (!sink.has([...list, namedMethods(route).length])) return;
  sink.warning('OC3012', list, { message: `route \`${route.name}\` names a way to authenticate twice` });
}
