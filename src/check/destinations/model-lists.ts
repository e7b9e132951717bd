import type { Check } from '../common/rule.ts';

/** What is done with requests to upstreams, and with their answers. */
const forUpstreams = [
  'fallback',
  'retry',
  'mirror',
  'strip_prefix',
  'add_prefix',
  'set_path',
  'timeouts',
  'stream_errors',
  'buffering',
  'websocket',
  'request_headers',
] as const;

/** OC3008: settings for upstreams on a route that the gateway answers itself. */
export const checkModelLists: Check = (gateway, sink) => {
  for (const { at, destination } of gateway.routes) {
    if (destination.kind !== 'model_list') continue;
    for (const key of forUpstreams)
      if (sink.has([...at, key]))
        sink.error('OC3008', [...at, key], {
          part: 'key',
          message: `\`${key}\` beside \`answer: models\``,
          help: 'the gateway answers this route itself, and no request leaves it; leave it out',
          related: [{ message: 'the answer', path: [...at, 'answer'] }],
        });
  }
};
