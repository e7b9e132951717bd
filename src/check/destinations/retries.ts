import type { Gateway, Route } from '../../gateway/common/gateway.ts';
import { countAlternatives } from '../../gateway/destinations/alternatives.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC2004, OC3008 and OC3012: attempts that would all end alike, or that have nowhere to go. */
export const checkRetries: Check = (gateway, sink) => {
  for (const route of gateway.routes) {
    rejectClientErrors(route, sink);
    if (route.destination.kind === 'model_list' || !route.retry.given) continue;
    if (isOff(route, sink)) rejectUnusedFallback(route, sink);
    else warnAlone(route, gateway, sink);
  }
};

const clientErrors: Readonly<Record<number, string>> = {
  400: 'the request is wrong',
  404: 'there is nothing at this path',
  422: 'the request is wrong',
};

function rejectClientErrors({ at, retry }: Route, sink: CheckSink): void {
  for (const status of retry.on.statuses) {
    const reason = clientErrors[status];
    if (reason === undefined) continue;
    sink.error('OC2004', placeOfStatus([...at, 'retry', 'on'], status, sink), {
      message: `\`${status}\` is not tried again: it says that ${reason}`,
      help: 'another attempt has the same answer; name statuses that say something about the upstream, such as 429 or 5xx',
    });
  }
}

/** The statuses of a model are sorted, so the place is looked for. */
function placeOfStatus(list: readonly (string | number)[], status: number, sink: CheckSink) {
  return sink.placeOf(list, (text) => text === String(status));
}

/** `retry: false`, or the same in numbers. */
function isOff({ at, retry }: Route, sink: CheckSink): boolean {
  const isMapping = ['on', 'tries', 'within'].some((key) => sink.has([...at, 'retry', key]));
  return !isMapping || (retry.tries === 1 && sink.has([...at, 'retry', 'tries']));
}

function rejectUnusedFallback({ at, fallback }: Route, sink: CheckSink): void {
  if (fallback.length === 0) return;
  const isFalse = !sink.has([...at, 'retry', 'tries']);
  sink.error('OC3008', isFalse ? [...at, 'retry'] : [...at, 'retry', 'tries'], {
    message: `\`${isFalse ? 'retry: false' : 'tries: 1'}\` beside \`fallback\`: there is no second attempt to fall back with`,
    help: 'leave one of them out; `retry.on` says which failures count',
    related: [{ message: 'the fallback', path: [...at, 'fallback'], part: 'key' }],
  });
}

function warnAlone(route: Route, gateway: Gateway, sink: CheckSink): void {
  if (countAlternatives(route, gateway) !== null) return;
  sink.warning('OC3012', [...route.at, 'retry'], {
    part: 'key',
    message: `\`retry\` of route \`${route.name}\` has nowhere to go: there is one server with one key, and no fallback`,
    help: 'add `fallback`, or another server; the same server is asked again within moments, and mostly fails again',
  });
}
