import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Gateway, Route } from '../../gateway/common/gateway.ts';
import type { Check, CheckSink } from '../common/rule.ts';
import { timeText } from '../common/time-text.ts';
import { worstCase } from './worst-case.ts';

/** OC3024 and OC3012: limits of time within which the work cannot be done, or that another limit cuts short. */
export const checkTimeLimits: Check = (gateway, sink) => {
  for (const route of gateway.routes) {
    if (route.destination.kind === 'model_list') continue;
    checkAttempts(route, sink);
    checkClient(route, sink);
    warnPointless(route, sink);
    warnReload(route, gateway, sink);
  }
};

/** What the sum of all attempts is made of. */
const parts = [
  ['timeouts', 'connect'],
  ['timeouts', 'first_byte'],
  ['timeouts', 'idle'],
  ['retry', 'tries'],
  ['retry', 'within'],
] as const;

/** What all attempts take together, if each fails as late as it can. */
function checkAttempts(route: Route, sink: CheckSink): void {
  const { total, client } = route.timeouts;
  const [key, limit] = total !== null ? (['total', total] as const) : (['client', client] as const);
  const { time, words } = worstCase(route);
  const { tries } = route.retry;
  if (limit === null || time <= limit) return;
  // A limit for all of it is no contradiction to defaults, nor to a single attempt: it just ends that.
  if (key === 'total' && (tries === 1 || !parts.some((part) => sink.has([...route.at, ...part])))) return;
  sink.error('OC3024', placeOf(route, key), {
    message: `${words} take up to ${timeText(time)}, more than \`${key}: ${timeText(limit)}\``,
    help: `what would fit: ${[...fitting(route, limit, sink), `\`${key}: ${timeText(time)}\``].join(', or ')}`,
  });
}

/** Numbers with which all attempts end in time; in whole seconds, which is how people write such limits. */
function fitting({ at, retry, timeouts }: Route, limit: number, sink: CheckSink): readonly string[] {
  const attempt = timeouts.connect + timeouts.firstByte;
  const hasWithin = sink.has([...at, 'retry', 'within']);
  const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000) * 1000;
  const wait = Math.max(limit / retry.tries, hasWithin ? limit - retry.within : 0) - timeouts.connect;
  const tries = Math.floor(limit / attempt);
  return [
    ...(seconds(wait) > 0 ? [`\`first_byte: ${timeText(seconds(wait))}\``] : []),
    ...(hasWithin && seconds(limit - attempt) > 0 ? [`\`within: ${timeText(seconds(limit - attempt))}\``] : []),
    // One attempt would leave nothing for a fallback.
    ...(tries > 1 && tries < retry.tries ? [`\`tries: ${tries}\` under \`retry\``] : []),
  ];
}

function checkClient(route: Route, sink: CheckSink): void {
  const { total, client } = route.timeouts;
  if (total === null || client === null || total <= client) return;
  sink.error('OC3024', placeOf(route, 'total'), {
    message: `clients wait ${timeText(client)}, and the gateway works up to ${timeText(total)} for them`,
    help: `write \`total: ${timeText(client)}\` or less: an answer that comes later is paid for, and nobody reads it`,
    related: [{ message: 'clients give up', path: placeOf(route, 'client') }],
  });
}

function warnPointless(route: Route, sink: CheckSink): void {
  const { total } = route.timeouts;
  if (total === null) return;
  for (const [key, limit] of [
    ['idle', route.timeouts.idle],
    ['first_byte', route.timeouts.firstByte],
  ] as const)
    if (limit > total && sink.has(placeOf(route, key)))
      sink.warning('OC3012', placeOf(route, key), {
        message: `\`${key}: ${timeText(limit)}\` has no effect: \`total\` ends the request after ${timeText(total)}`,
        help: `write less than ${timeText(total)}, or leave it out`,
      });
}

/** Old workers end when it is over, whatever they still do (nginx, `worker_shutdown_timeout`). */
function warnReload(route: Route, { process }: Gateway, sink: CheckSink): void {
  const { total } = route.timeouts;
  if (total === null || total <= process.shutdownTimeout) return;
  sink.warning('OC3024', placeOf(route, 'total'), {
    message: `a reload cuts answers of this route after ${timeText(process.shutdownTimeout)}, before their \`total\` of ${timeText(total)}`,
    help: `write \`process: { shutdown_timeout: ${timeText(total)} }\` or more`,
  });
}

function placeOf({ at }: Route, key: string): Path {
  return [...at, 'timeouts', key];
}
