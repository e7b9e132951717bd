/** Headers that describe the connection or the message, and that nginx sets itself. */
export const framingHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'date',
  'server',
]);

/** Headers that tell the upstream who called. */
export const forwardingHeaders: ReadonlySet<string> = new Set([
  'x-real-ip',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-request-id',
  'sec-websocket-protocol',
  'accept-encoding',
]);
