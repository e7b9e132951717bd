import { z } from 'zod';
import { addressRules } from '../common/access-scalars.ts';
import { cidr, hostPattern, listenAddress } from '../common/addresses.ts';
import { object, oneOrMany } from '../common/combinators.ts';
import { duration, filePath, headerName, headerValue, size, timeSpan } from '../common/scalars.ts';
import { limitList } from '../limits/rate-zones.ts';

const listen = object({
  http: oneOrMany(listenAddress)
    .optional()
    .describe(
      'Ports or addresses for plain HTTP. With `tls` they redirect to HTTPS. Default: 8080 without `tls`, 80 with it.',
    ),
  https: oneOrMany(listenAddress).optional().describe('Ports or addresses for HTTPS; needs `tls`. Default: 443.'),
  http2: z.boolean().optional().describe('HTTP/2 on the HTTPS addresses. Default: true.'),
});

const tls = object({
  certificate: filePath.describe('The certificate chain in PEM form, such as `ssl/ai.yourcompany.com.crt`.'),
  certificate_key: filePath.describe('Its private key in PEM form, such as `ssl/ai.yourcompany.com.key`.'),
  profile: z
    .enum(['modern', 'intermediate', 'old'])
    .optional()
    .describe("Mozilla's server-side TLS profile: protocols and ciphers. Default: intermediate (TLS 1.2 and 1.3)."),
  hsts: z
    .union([duration, z.literal(false)])
    .optional()
    .describe('How long browsers shall insist on HTTPS, such as `1y`. Default: false.'),
});

/** The front door: which names and addresses answer, and how clients are treated before any route is chosen. */
export const serverSection = object({
  names: oneOrMany(hostPattern)
    .optional()
    .describe(
      'Host names that are served, such as `ai.yourcompany.com` or `*.example.com`. Requests for any other host are refused. Without names every host is served.',
    ),
  listen: listen.optional().describe('Where the gateway listens, such as `{ http: 80, https: 443 }`.'),
  tls: tls.optional().describe('Certificate and TLS settings for the HTTPS addresses.'),
  redirect: z
    .union([z.literal(301), z.literal(308), z.literal(false)])
    .optional()
    .describe(
      'The status with which plain HTTP is redirected to HTTPS when `tls` is set; `false` serves both. Default: 301.',
    ),
  trusted_proxies: z
    .union([z.enum(['cloudflare']), z.array(cidr).min(1)])
    .optional()
    .describe(
      "Who may tell us the client's address: `cloudflare`, or address ranges whose X-Forwarded-For is believed.",
    ),
  ...addressRules,
  limits: limitList.optional().describe('Names of `rate_zones` for every route that has no `limits` of its own.'),
  body_timeout: timeSpan
    .optional()
    .describe(
      'How long the body of a request may take as a whole, such as `2m`, however steadily it comes. Default: 5m where Lua sees the request; the pause between two pieces is 30s at most anyway.',
    ),
  connections_per_address: z
    .union([z.literal(false), z.number().int().min(1).max(1_000_000)])
    .optional()
    .describe(
      'How many requests one address may have under way at once, streams included, such as `200`; further ones get 429. `false` for no bound. Default: a quarter of `process.connections`, for public addresses; behind `trusted_proxies` for all.',
    ),
  keepalive: object({
    timeout: duration.optional().describe('How long an idle client connection stays open. Default: 65s.'),
    requests: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('Requests over one client connection. Default: 1000.'),
  })
    .optional()
    .describe('Connections from clients.'),
  max_body_size: size.optional().describe('Largest request body, such as `32m`; a larger one gets 413. Default: 32m.'),
  response_headers: z
    .record(headerName, headerValue)
    .optional()
    .describe('Headers added to every response, such as `{ X-Frame-Options: DENY }`.'),
});
