import { literal, number, text } from '../nginx/token.ts';
import type { LoweredFile } from './lower-context.ts';

interface GatewayError {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly message: string;
  /** nginx's own statuses that clients see as this one. */
  readonly from?: readonly number[];
  /** Raised while the request line or the headers are read, when there is no path yet for a named location. */
  readonly early?: boolean;
}

/** What the gateway itself answers when it cannot pass a request on; upstreams' own errors pass as they are. */
const gatewayErrors: readonly GatewayError[] = [
  {
    status: 400,
    type: 'invalid_request_error',
    code: 'bad_request',
    message: 'The request could not be understood.',
    early: true,
  },
  { status: 403, type: 'permission_error', code: 'forbidden', message: 'This request is not allowed.' },
  { status: 404, type: 'invalid_request_error', code: 'not_found', message: 'No route answers this request.' },
  {
    status: 405,
    type: 'invalid_request_error',
    code: 'method_not_allowed',
    message: 'This method is not allowed here.',
  },
  {
    status: 408,
    type: 'invalid_request_error',
    code: 'request_timeout',
    message: 'The request took too long to arrive.',
  },
  { status: 413, type: 'invalid_request_error', code: 'request_too_large', message: 'The request body is too large.' },
  {
    status: 414,
    type: 'invalid_request_error',
    code: 'uri_too_long',
    message: 'The request line is too long.',
    early: true,
  },
  {
    status: 431,
    type: 'invalid_request_error',
    code: 'headers_too_large',
    message: 'The request headers are too large.',
    from: [494],
    early: true,
  },
  { status: 500, type: 'server_error', code: 'internal_error', message: 'The gateway failed to handle the request.' },
  {
    status: 502,
    type: 'server_error',
    code: 'bad_gateway',
    message: 'The model server could not be reached or answered wrongly.',
  },
  { status: 503, type: 'server_error', code: 'service_unavailable', message: 'No model server is available.' },
  { status: 504, type: 'server_error', code: 'gateway_timeout', message: 'The model server did not answer in time.' },
];

/** Error bodies in the shape of the OpenAI API (platform.openai.com/docs/guides/error-codes). */
export function lowerErrorPages(): readonly LoweredFile[] {
  const isEarly = (error: GatewayError): boolean => error.early ?? false;
  const early = gatewayErrors.filter(isEarly).map((error) => ({
    ...lowerError(error),
    // Without it the page keeps the status that led to it, and nginx turns its own 494 into 400.
    answer: text(`=${error.status}`),
    location: [text('='), text(`/openclaw/errors/${error.status}`)],
    target: text(`/openclaw/errors/${error.status}`),
  }));
  const late = gatewayErrors
    .filter((error) => !isEarly(error))
    .map((error) => ({
      ...lowerError(error),
      location: [text(`@openclaw_${error.status}`)],
      target: text(`@openclaw_${error.status}`),
    }));
  return [
    {
      path: 'conf.d/early-errors.conf',
      template: 'conf.d/early-errors.conf',
      language: 'nginx',
      view: { errors: early },
    },
    { path: 'conf.d/errors.conf', template: 'conf.d/errors.conf', language: 'nginx', view: { errors: late } },
  ];
}

function lowerError(error: GatewayError): object {
  return {
    sources: (error.from ?? [error.status]).map(number),
    status: number(error.status),
    body: literal(
      JSON.stringify({ error: { message: error.message, type: error.type, param: null, code: error.code } }),
    ),
  };
}
