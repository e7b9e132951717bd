import type { Check } from '../common/rule.ts';

/** OC3013: an upstream that anyone on the way can impersonate. */
export const checkUpstreamVerification: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams) {
    if (upstream.tls === null || upstream.tls.verify) continue;
    sink.warning('OC3013', [...upstream.at, 'tls', 'verify'], {
      message: `the certificate of \`${upstream.name}\` is not verified`,
      help: 'trust its authority instead: `tls: { ca: path/to/ca.pem }`',
    });
  }
};
