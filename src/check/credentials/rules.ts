import type { Path } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import { authMethodsOf } from '../../gateway/common/auth-methods.ts';
import { clientsOf, idsOf, knowsOthers, meantClients } from '../../gateway/common/client-ids.ts';
import type { CredentialRule, Gateway, Route, Upstream } from '../../gateway/common/gateway.ts';
import { reachedUpstreams } from '../../gateway/common/targets.ts';
import type { KnownCallers } from '../common/known-callers.ts';
import { knownCallers } from '../common/known-callers.ts';
import type { Check, CheckSink } from '../common/rule.ts';
import { placeOfRule } from './places.ts';

interface Rule extends Pick<CredentialRule, 'who'> {
  readonly at: Path;
  readonly upstream: Upstream;
  /** That lead to the upstream. */
  readonly routes: readonly Route[];
}

/** OC3015, OC3019 and OC3012: credentials without keys, and keys that nobody is given. */
export const checkCredentialRules: Check = (gateway, sink) => {
  const callers = knownCallers(gateway);
  for (const upstream of gateway.upstreams) {
    const { credential, at } = upstream;
    if (credential === null) continue;
    if (credential.keys.length === 0 && !sink.has([...at, 'credential', 'for']))
      sink.error('OC3015', [...at, 'credential'], {
        part: 'key',
        message: `the credential of \`${upstream.name}\` has no key`,
        help: 'add `from`, such as `from: env:OPENAI_API_KEY`, or `for` with keys for some callers',
      });
    const routes = gateway.routes.filter((route) => reachedUpstreams(route, gateway).includes(upstream.name));
    const rules = credential.rules.map(
      ({ who }, index): Rule => ({ who, at: placeOfRule(upstream, index, sink), upstream, routes }),
    );
    warnRepeated(rules, sink);
    for (const rule of rules) {
      if (rule.who.kind === 'route') checkRoute(rule, gateway, sink);
      else if (rule.who.kind === 'tier') warnStranger(rule, callers, sink);
      else checkClient(rule, { callers, gateway, sink });
    }
    warnAnonymous(rules, sink);
  }
};

function warnRepeated(rules: readonly Rule[], sink: CheckSink): void {
  const first = new Map<string, Rule>();
  for (const rule of rules) {
    const { kind, name } = rule.who;
    const earlier = first.get(`${kind} ${name}`);
    if (earlier === undefined) first.set(`${kind} ${name}`, rule);
    else
      sink.warning('OC3012', [...rule.at, kind], {
        message: `${kind} \`${name}\` has keys already, so these are never used`,
        help: 'the first rule that fits counts; several keys of one rule share the requests: `from: [env:A, env:B]`',
        related: [{ message: 'the first rule', path: [...earlier.at, kind] }],
      });
  }
}

function checkRoute({ who: { name }, at, upstream, routes }: Rule, gateway: Gateway, sink: CheckSink): void {
  const place = [...at, 'route'];
  const names = gateway.routes.map((route) => route.name);
  const list = `routes: ${names.join(', ')}`;
  const near = suggest(name, names);
  if (!names.includes(name))
    sink.error('OC3019', place, {
      message: `unknown route \`${name}\``,
      help: near === undefined ? list : `did you mean \`${near}\`? ${list}`,
    });
  else if (!routes.some((route) => route.name === name))
    sink.warning('OC3012', place, {
      message: `route \`${name}\` does not lead to \`${upstream.name}\`, so these keys are never used`,
      ...(routes.length > 0 && { help: `routes that do: ${routes.map((route) => route.name).join(', ')}` }),
    });
}

/** A rule is for one client; which one has to be said where several have its id, or could. */
function checkClient(
  rule: Rule,
  { callers, gateway, sink }: { callers: KnownCallers; gateway: Gateway; sink: CheckSink },
): void {
  const { name } = rule.who;
  const place = [...rule.at, 'client'];
  const meant = meantClients(name, { upstream: rule.upstream.name, gateway });
  const [method, id] = name.includes('/') ? name.split('/', 2) : [undefined, name];
  const methods = authMethodsOf(gateway);
  const known = methods.map((each) => each.name);
  const [one, other] = meant;
  if (method !== undefined && !known.includes(method)) {
    const near = suggest(method, known);
    sink.error('OC3018', place, {
      message: `unknown way to authenticate \`${method}\``,
      help: `${near === undefined ? '' : `did you mean \`${near}/${id}\`? `}ways to authenticate: ${known.join(', ') || 'none'}`,
    });
  } else if (one !== undefined && other !== undefined)
    sink.error('OC3008', place, {
      message: `client \`${name}\` may be ${meant.map((each) => `\`${each}\``).join(' or ')}, and these are not the same`,
      help: `write \`client: ${one}\`, make a rule for each, or say with \`same_clients_as\` that they are one`,
    });
  else if (method !== undefined) warnStrangerOf(rule, { method, id: id ?? '', gateway, sink });
  else warnStranger(rule, callers, sink);
}

function warnStrangerOf(
  rule: Rule,
  { method, id, gateway, sink }: { method: string; id: string; gateway: Gateway; sink: CheckSink },
): void {
  const whose = authMethodsOf(gateway).find(({ name }) => name === method);
  if (whose === undefined) return;
  const together = authMethodsOf(gateway).filter((each) => clientsOf(each) === clientsOf(whose));
  if (together.some((each) => knowsOthers(each) || idsOf(each).includes(id))) return;
  const near = suggest(id, together.flatMap(idsOf));
  sink.warning('OC3012', [...rule.at, 'client'], {
    message: `\`${method}\` has no client \`${id}\`, so these keys are never used`,
    ...(near !== undefined && { help: `did you mean \`${method}/${near}\`?` }),
  });
}

function warnStranger({ who, at }: Rule, callers: KnownCallers, sink: CheckSink): void {
  const known = who.kind === 'client' ? callers.clients : callers.tiers;
  if (known === null || known.has(who.name)) return;
  const near = suggest(who.name, [...known]);
  sink.warning('OC3012', [...at, who.kind], {
    message: `there is no ${who.kind} \`${who.name}\`, so these keys are never used`,
    ...(near !== undefined && { help: `did you mean \`${near}\`?` }),
  });
}

/** Where nobody says who they are, nobody is a client or of a tier. */
function warnAnonymous(rules: readonly Rule[], sink: CheckSink): void {
  const rule = rules.find(({ who }) => who.kind !== 'route');
  if (rule === undefined || rule.routes.length === 0) return;
  if (rule.routes.some(({ auth }) => 'methods' in auth)) return;
  sink.warning('OC3012', [...rule.at, rule.who.kind], {
    part: 'key',
    message: `nobody is known to be ${rule.who.kind} \`${rule.who.name}\`: no route to \`${rule.upstream.name}\` asks who is calling`,
    help: 'give the route an `auth`, such as the name of a key map, or make the rule for a `route`',
  });
}
