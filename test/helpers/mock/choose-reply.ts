import { message } from './anthropic.ts';
import { chatCompletion, embeddings, listModels } from './openai.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { paddedJson, type Reply, type ReplyContext } from './reply.ts';

/** The API by the end of the path, whatever prefix a provider has before it. */
const apis: readonly (readonly [method: string, path: RegExp, reply: (context: ReplyContext) => Reply])[] = [
  ['POST', /\/chat\/completions$/, chatCompletion],
  ['POST', /\/embeddings$/, embeddings],
  ['GET', /\/v1\/models$/, listModels],
  ['POST', /\/v1\/messages$/, message],
];

/** The answer to a request; one that no API knows is echoed. */
export function chooseReply(request: RecordedRequest, context: ReplyContext): Reply {
  const path = request.url.replace(/\?.*$/s, '');
  const api = apis.find(([method, pattern]) => method === request.method && pattern.test(path));
  if (api !== undefined) return api[2](context);
  return paddedJson(context.behaviour.bodyBytes, (padding) => ({
    method: request.method,
    url: request.url,
    headers: request.headers,
    name: context.name,
    mock: { name: context.name, padding },
  }));
}

/** The JSON object in a body, or an empty one. */
export function decodeBody(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
