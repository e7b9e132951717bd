import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Gateway, Mirror, Route } from '../../gateway/common/gateway.ts';
import { upstreamsOf } from '../../gateway/common/targets.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3008, OC3012 and OC3025: copies of nothing, to where the requests go anyway, or to somebody else. */
export const checkMirrors: Check = (gateway, sink) => {
  for (const route of gateway.routes) {
    const { mirror, at } = route;
    if (mirror === null) continue;
    if (mirror.share === 0)
      sink.error('OC3008', [...at, 'mirror', 'share'], {
        message: '`mirror` copies 0% of the requests',
        help: 'leave `mirror` out, or write a share such as `10%`',
      });
    else if (upstreamsOf(route, gateway).includes(mirror.upstream))
      sink.warning('OC3012', placeOf(route, sink), {
        message: `route \`${route.name}\` copies requests to \`${mirror.upstream}\`, which answers them too`,
        help: 'its servers do the same work twice; copy to an upstream of its own',
      });
    else warnHosted(mirror, { route, gateway, sink });
  }
};

/** A provider that a route sends its requests to anyway learns nothing new. */
function warnHosted(
  mirror: Mirror,
  { route, gateway, sink }: { route: Route; gateway: Gateway; sink: CheckSink },
): void {
  const shadow = gateway.upstreams.find(({ name }) => name === mirror.upstream);
  if (shadow === undefined || !shadow.hosted) return;
  const answering = new Set(upstreamsOf(route, gateway));
  const isKnown = gateway.upstreams.some(
    ({ name, provider }) => answering.has(name) && provider === shadow.provider && provider !== 'custom',
  );
  if (isKnown) return;
  sink.warning('OC3025', placeOf(route, sink), {
    message: `prompts of route \`${route.name}\` are also sent to \`${shadow.name}\`, which is somebody else's service`,
    help: 'make sure that callers agree to it; the answers are billed, and nobody reads them',
  });
}

function placeOf({ at }: Route, sink: CheckSink): Path {
  const long = [...at, 'mirror', 'upstream'];
  return sink.has(long) ? long : [...at, 'mirror'];
}
