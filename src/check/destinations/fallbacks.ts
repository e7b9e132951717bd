import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Target } from '../../gateway/common/gateway.ts';
import { placeOfItem } from '../../gateway/common/place-of-item.ts';
import { firstTargetsOf } from '../../gateway/common/targets.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3008 and OC3012: fallbacks to what has failed already. */
export const checkFallbacks: Check = (gateway, sink) => {
  for (const { at, targets } of gateway.models)
    checkChain({ at, first: targets.slice(0, 1), fallback: targets.slice(1) }, sink);
  for (const route of gateway.routes) {
    if (route.destination.kind === 'model_list') continue;
    checkChain({ at: route.at, first: firstTargetsOf(route, gateway), fallback: route.fallback }, sink);
  }
};

function checkChain(
  { at, first, fallback }: { at: Path; first: readonly Target[]; fallback: readonly Target[] },
  sink: CheckSink,
): void {
  const seen = new Map<string, Path>();
  for (const [index, target] of fallback.entries()) {
    const place = placeOfItem(sink, { list: [...at, 'fallback'], index, field: 'upstream' });
    const key = keyOf(target);
    const earlier = seen.get(key);
    if (first.length > 0 && first.every((other) => keyOf(other) === key))
      sink.error('OC3008', place, {
        message: `\`${target.upstream}\` has failed already when a fallback is needed`,
        help: `name another upstream, or another model there: \`{ upstream: ${target.upstream}, as: … }\`; its other servers and keys are tried without a word`,
      });
    else if (earlier !== undefined)
      sink.warning('OC3012', place, {
        message: `\`${target.upstream}\` is a fallback already`,
        help: 'each is tried once; leave the second out',
        related: [{ message: 'first here', path: earlier }],
      });
    else seen.set(key, place);
  }
}

function keyOf({ upstream, model }: Target): string {
  return JSON.stringify([upstream, model]);
}
