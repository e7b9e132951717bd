import type { Check } from '../common/rule.ts';

/** OC3016: a key in the query string, which servers and proxies on the way write into their logs. */
export const checkCredentialPlacement: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams) {
    if (upstream.credential?.placement.kind !== 'query') continue;
    sink.warning('OC3016', [...upstream.at, 'credential', 'query'], {
      part: 'key',
      message: `the key of \`${upstream.name}\` travels in the request line, where logs keep it`,
      help: 'send it in a header if the provider takes one; this gateway logs nothing of failed requests to this upstream',
    });
  }
};
