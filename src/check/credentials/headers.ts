import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Gateway, Header, Upstream } from '../../gateway/common/gateway.ts';
import { reachedUpstreams } from '../../gateway/common/targets.ts';
import { credentialHeaders } from '../../gateway/credentials/headers.ts';
import { forwardingHeaders, framingHeaders } from '../common/gateway-headers.ts';
import type { Check, CheckSink } from '../common/rule.ts';
import { placeOfRule } from './places.ts';

/** A header that goes with a key, and where the spec says so. */
interface PlacedHeader {
  readonly header: Header;
  readonly at: Path;
  /** Of the same key. */
  readonly siblings: readonly Header[];
}

/** OC2006, OC3001 and OC3008: headers that cannot go with a key, because they are a key's own, nginx's or set elsewhere. */
export const checkCredentialHeaders: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams) {
    const reported = new Set<string>();
    for (const placed of headersOf(upstream, sink)) {
      const place = placed.at.join('\n');
      if (reported.has(place)) continue;
      reported.add(place);
      checkName(placed, upstream, sink);
      checkOnce(placed, { upstream, gateway, sink });
    }
  }
};

function checkName({ header: { name }, at }: PlacedHeader, upstream: Upstream, sink: CheckSink): void {
  const lower = name.toLowerCase();
  const placement = upstream.credential?.placement;
  if (placement?.kind === 'header' && placement.name.toLowerCase() === lower)
    sink.error('OC3008', at, {
      part: 'key',
      message: `\`${name}\` carries the key of \`${upstream.name}\` itself`,
      help: '`headers` are what goes beside a key, such as `{ OpenAI-Organization: org-1 }`',
    });
  else if (credentialHeaders.some((known) => known.toLowerCase() === lower))
    sink.error('OC2006', at, {
      part: 'key',
      message: `\`${name}\` carries a credential`,
      help: 'a key is given by reference: `credential: { from: env:NAME, header: … }`',
    });
  else if (forwardingHeaders.has(lower))
    sink.error('OC3008', at, { part: 'key', message: `\`${name}\` is set by the gateway` });
  else if (framingHeaders.has(lower))
    sink.error('OC3008', at, {
      part: 'key',
      message: `\`${name}\` cannot be set`,
      help: lower === 'host' ? 'use `host` on the upstream' : 'leave it to the gateway',
    });
}

/** One value of a header for each request: beside the key, or for all requests. */
function checkOnce(
  { header: { name }, at, siblings }: PlacedHeader,
  { upstream, gateway, sink }: { upstream: Upstream; gateway: Gateway; sink: CheckSink },
): void {
  const lower = name.toLowerCase();
  const isSame = (other: Header) => other.name.toLowerCase() === lower;
  const report = (other: Path) =>
    sink.error('OC3001', at, {
      part: 'key',
      message: `header \`${name}\` is set twice`,
      related: [{ message: 'also here', path: other, part: 'key' }],
    });
  const first = siblings.find(isSame);
  if (first !== undefined && first.name !== name) report([...at.slice(0, -1), first.name]);
  const routes = gateway.routes.filter((route) => reachedUpstreams(route, gateway).includes(upstream.name));
  for (const { requestHeaders, at: owner } of [upstream, ...routes]) {
    const other = requestHeaders.find(isSame);
    if (other !== undefined) report([...owner, 'request_headers', other.name]);
  }
}

function headersOf(upstream: Upstream, sink: CheckSink): readonly PlacedHeader[] {
  const { credential, at } = upstream;
  if (credential === null) return [];
  const whole = [...at, 'credential'];
  const groups = [
    { keys: credential.keys, at: whole },
    ...credential.rules.map(({ keys }, index) => ({ keys, at: placeOfRule(upstream, index, sink) })),
  ];
  return groups.flatMap(({ keys, at: group }) =>
    keys.flatMap(({ headers }, index) =>
      headers.map((header) => ({ header, siblings: headers, at: placeOf(header, { group, index, sink }) })),
    ),
  );
}

/** With one key of several, with a key alone, or with all of `from`. */
function placeOf({ name }: Header, { group, index, sink }: { group: Path; index: number; sink: CheckSink }): Path {
  const places = [[...group, 'from', index], [...group, 'from'], [...group, index], group].map((owner) => [
    ...owner,
    'headers',
    name,
  ]);
  return places.find((place) => sink.has(place)) ?? group;
}
