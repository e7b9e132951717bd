import type { Api } from '../../gateway/common/gateway.ts';

/** docs.anthropic.com/en/api/errors */
const anthropicTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/** cloud.google.com/apis/design/errors#handling_errors */
const googleStatuses: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'OUT_OF_RANGE',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The JSON body of an error as the SDKs of an API read it; openclaw/core/respond.lua writes the same ones. */
export function errorBody(
  api: Api,
  error: { readonly status: number; readonly type: string; readonly code: string; readonly message: string },
): string {
  const { status, type, code, message } = error;
  switch (api) {
    case 'openai':
      // platform.openai.com/docs/guides/error-codes
      return JSON.stringify({ error: { message, type, param: null, code } });
    case 'anthropic':
      return JSON.stringify({
        type: 'error',
        error: { type: anthropicTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message },
      });
    case 'gemini':
      return JSON.stringify({
        error: { code: status, message, status: googleStatuses[status] ?? 'INVALID_ARGUMENT' },
      });
  }
}
