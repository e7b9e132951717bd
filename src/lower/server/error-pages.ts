import type { Api, Gateway } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { literal, mapKey, number, text, variable } from '../../nginx/token.ts';
import type { TemplateFile } from '../common/context.ts';
import { errorBody } from '../common/error-body.ts';
import type { MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import type { HeaderView } from '../common/response-headers.ts';
import { lowerResponseHeaders } from '../common/response-headers.ts';
import { limitedStatus } from '../limits/limits.ts';
import { ambiguousStatus } from '../reading/ambiguities.ts';
import { crowdedStatus } from './connections.ts';

interface GatewayError {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly message: string;
  /** What its page is called, where two have one status. */
  readonly page?: string;
  /** Needed only where callers can have certificates. */
  readonly certificates?: boolean;
  /** nginx's own statuses that clients see as this one. */
  readonly from?: readonly number[];
  /** Raised while the request line or the headers are read, when there is no path yet for a named location. */
  readonly early?: boolean;
  /** Says when to come back, in seconds where they are always the same. */
  readonly retryAfter?: 'of the limits' | number;
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
  {
    status: 400,
    type: 'invalid_request_error',
    code: 'ambiguous_request',
    message:
      'Servers could read this request in different ways: something in its path, arguments or headers is repeated or spelled oddly.',
    page: 'ambiguous',
    from: [ambiguousStatus],
  },
  {
    status: 401,
    type: 'authentication_error',
    code: 'invalid_certificate',
    message: 'The client certificate is not valid.',
    page: 'certificate',
    certificates: true,
    // nginx ends the request as soon as it has read it (ngx_http_process_request).
    from: [495, 496],
    early: true,
  },
  {
    status: 401,
    type: 'authentication_error',
    code: 'unauthorized',
    message: 'This request needs valid credentials.',
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
  {
    status: 429,
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
    message: 'Too many requests. Try again later.',
    from: [limitedStatus],
    retryAfter: 'of the limits',
  },
  {
    status: 429,
    type: 'rate_limit_error',
    code: 'too_many_concurrent_requests',
    message: 'Too many requests of this address are under way. Try again later.',
    page: 'crowded',
    from: [crowdedStatus],
    // Nobody knows when one of them will end.
    retryAfter: 1,
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

export interface ErrorsFileView {
  readonly errors: readonly ErrorView[];
}

interface ErrorView {
  readonly sources: readonly Token[];
  readonly status: Token;
  readonly body: Token;
  /** What takes the place of the status that led here. */
  readonly answer: Token | null;
  readonly headers: readonly HeaderView[];
  readonly location: readonly Token[];
  readonly target: Token;
}

export interface LoweredErrors {
  readonly files: readonly TemplateFile<'conf.d/early-errors.conf' | 'conf.d/errors.conf', ErrorsFileView>[];
  /** A `map` for each error whose body depends on the API that the route speaks; none when all speak OpenAI's. */
  readonly maps: readonly MapView[];
}

/** Error bodies in the format of the API that the route speaks. */
export function lowerErrorPages(gateway: Gateway): LoweredErrors {
  const apis = [...new Set(gateway.routes.map((route) => route.api))].filter((api) => api !== 'openai').sort();
  const asks = gateway.routes.some(({ auth }) => auth.kind === 'any' || auth.kind === 'all');
  const isEarly = (error: GatewayError): boolean => error.early ?? false;
  const usesCertificates = gateway.clientCertificates.length > 0;
  const early = gatewayErrors
    .filter((error) => isEarly(error) && (usesCertificates || !error.certificates))
    .map((error) => ({
      ...lowerError(error, []),
      // Without it the page keeps the status that led to it, and nginx turns its own 494 into 400.
      answer: text(`=${error.status}`),
      headers: [],
      location: [text('='), text(`/openclaw/errors/${pageOf(error)}`)],
      target: text(`/openclaw/errors/${pageOf(error)}`),
    }));
  const limits = gateway.routes.some((route) => route.limits.length > 0);
  const isBounded = gateway.server.connectionsPerAddress !== null;
  const errors = gatewayErrors.filter(
    (error) =>
      !isEarly(error) &&
      (asks || error.status !== 401) &&
      (limits || error.retryAfter !== 'of the limits') &&
      (isBounded || error.page !== 'crowded'),
  );
  const late = errors.map((error) => ({
    ...lowerError(error, apis),
    answer: null,
    // A location with a header of its own has none of the server's.
    headers:
      error.retryAfter === undefined
        ? []
        : [...lowerResponseHeaders(gateway, []), { name: text('Retry-After'), value: comeBack(error.retryAfter) }],
    location: [text(`@openclaw_${pageOf(error)}`)],
    target: text(`@openclaw_${pageOf(error)}`),
  }));
  return {
    files: [
      {
        path: 'conf.d/early-errors.conf',
        template: 'conf.d/early-errors.conf',
        language: 'nginx',
        view: { errors: early },
      },
      { path: 'conf.d/errors.conf', template: 'conf.d/errors.conf', language: 'nginx', view: { errors: late } },
    ],
    maps: apis.length === 0 ? [] : errors.map((error) => lowerBodies(error, apis)),
  };
}

function comeBack(seconds: 'of the limits' | number): Token {
  return seconds === 'of the limits' ? variable('openclaw_retry_after') : number(seconds);
}

function lowerError(error: GatewayError, apis: readonly Api[]): Pick<ErrorView, 'sources' | 'status' | 'body'> {
  return {
    sources: (error.from ?? [error.status]).map(number),
    status: number(error.status),
    body: apis.length === 0 ? literal(errorBody('openai', error)) : variable(bodyVariable(error)),
  };
}

function pageOf({ page, status }: GatewayError): string {
  return page ?? String(status);
}

function bodyVariable(error: GatewayError): string {
  return `openclaw_body_${pageOf(error)}`;
}

function lowerBodies(error: GatewayError, apis: readonly Api[]): MapView {
  return mapView({
    title: `errors ${pageOf(error)} in the format of each API`,
    source: variable('openclaw_api'),
    variable: variable(bodyVariable(error)),
    otherwise: literal(errorBody('openai', error)),
    entries: apis.map((api) => ({ key: mapKey(api), value: literal(errorBody(api, error)) })),
  });
}
