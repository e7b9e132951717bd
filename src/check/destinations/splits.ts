import type { Destination, Gateway, Route } from '../../gateway/common/gateway.ts';
import { percentText } from '../../gateway/common/percent-text.ts';
import { credentialHeaders } from '../../gateway/credentials/headers.ts';
import { forwardingHeaders, framingHeaders } from '../common/gateway-headers.ts';
import type { Check, CheckSink } from '../common/rule.ts';

type Split = Extract<Destination, { kind: 'split' }>;

/** OC3022, OC3008 and OC3012: shares that are no whole, and settings of a split that cannot work. */
export const checkSplits: Check = (gateway, sink) => {
  const carriers = keyHeaders(gateway);
  for (const route of gateway.routes) {
    const { at, destination } = route;
    if (destination.kind !== 'split') {
      for (const key of ['sticky', 'force_header'])
        if (sink.has([...at, key]))
          sink.error('OC3008', [...at, key], {
            part: 'key',
            message: `\`${key}\` without \`split\``,
            help: 'there is no side to choose; add `split: { llama: 95%, claude: 5% }` in place of `upstream`, or leave it out',
          });
      continue;
    }
    checkShares(route, destination, sink);
    checkForce(route, destination, { carriers, sink });
  }
};

function checkShares({ at }: Route, { sides, force }: Split, sink: CheckSink): void {
  const sum = sides.reduce((total, { share }) => total + share, 0);
  if (sum !== 10_000)
    sink.error('OC3022', [...at, 'split'], {
      part: 'key',
      message: `the shares add up to ${percentText(sum)}`,
      help: `they have to add up to 100%: ${sum < 10_000 ? `${percentText(10_000 - sum)} missing` : `${percentText(sum - 10_000)} too much`}`,
    });
  else if (sides.length === 1)
    sink.warning('OC3012', [...at, 'split'], {
      part: 'key',
      message: '`split` has one side only',
      help: `write \`upstream: ${sides[0]?.upstream}\`, or add another side`,
    });
  for (const { upstream, share } of force === null && sum === 10_000 ? sides : [])
    if (share === 0)
      sink.warning('OC3012', [...at, 'split', upstream], {
        message: `\`${upstream}\` gets no requests`,
        help: 'add `force_header: X-Canary`, with which a request can ask for this side, or leave it out',
      });
}

function checkForce(
  { at }: Route,
  { force }: Split,
  { carriers, sink }: { carriers: ReadonlySet<string>; sink: CheckSink },
) {
  if (force === null) return;
  const name = force.toLowerCase();
  const reason = carriers.has(name)
    ? 'keys of clients come in it'
    : framingHeaders.has(name) || forwardingHeaders.has(name)
      ? 'it has a meaning of its own'
      : undefined;
  if (reason === undefined) return;
  sink.error('OC3008', [...at, 'force_header'], {
    message: `\`${force}\` cannot name a side: ${reason}`,
    help: 'take a header of your own, such as `X-Canary`',
  });
}

/** Headers that carry keys of this gateway or of providers, in lower case. */
function keyHeaders({ keyMaps, tokenIssuers, introspection }: Gateway): ReadonlySet<string> {
  const sources = [...keyMaps, ...tokenIssuers, ...introspection].flatMap((reader) => reader.sources);
  const named = sources.flatMap((source) => (source.kind === 'header' ? [source.name] : []));
  return new Set([...credentialHeaders, ...named].map((header) => header.toLowerCase()));
}
