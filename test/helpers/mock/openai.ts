import { now } from '../clock.ts';
import { paddedJson, pieceText, type Reply, type ReplyContext } from './reply.ts';

const created = 1_700_000_000;

/** https://platform.openai.com/docs/api-reference/chat/create */
export function chatCompletion(context: ReplyContext): Reply {
  const { behaviour, body, name } = context;
  if (behaviour.status >= 400) return openaiError(context);
  if (body.stream === true) return chatStream(context);
  return paddedJson(behaviour.bodyBytes, (padding) => ({
    ...identity(context, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: `hello from ${name}${padding}` },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: usage(context),
  }));
}

/** https://platform.openai.com/docs/api-reference/chat/streaming */
function chatStream(context: ReplyContext): Reply {
  const { behaviour, body } = context;
  const options = body.stream_options as { include_usage?: boolean } | undefined;
  const hasUsage = options?.include_usage === true;
  const chunk = (delta: object, finishReason: string | null, more: object = {}) =>
    event({
      ...identity(context, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(hasUsage ? { usage: null } : {}),
      ...more,
    });
  const usageChunk = event({ ...identity(context, 'chat.completion.chunk'), choices: [], usage: usage(context) });
  return {
    kind: 'events',
    opening: chunk({ role: 'assistant', content: '' }, null),
    piece: (index) => chunk({ content: pieceText(behaviour, index) }, null, { mock: { index, sentAt: now() } }),
    closing: `${chunk({}, 'stop')}${hasUsage ? usageChunk : ''}data: [DONE]\n\n`,
  };
}

/** https://platform.openai.com/docs/api-reference/embeddings/create */
export function embeddings(context: ReplyContext): Reply {
  const { behaviour, body, name } = context;
  if (behaviour.status >= 400) return openaiError(context);
  const inputs = Array.isArray(body.input) ? body.input : [body.input];
  const vector = [0.25, -0.5, 0.75];
  const embedding =
    body.encoding_format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
  return paddedJson(behaviour.bodyBytes, (padding) => ({
    object: 'list',
    data: inputs.map((_, index) => ({ object: 'embedding', index, embedding })),
    model: body.model ?? 'mock-model',
    usage: { prompt_tokens: behaviour.promptTokens, total_tokens: behaviour.promptTokens },
    mock: { name, padding },
  }));
}

/** https://platform.openai.com/docs/api-reference/models/list */
export function listModels(context: ReplyContext): Reply {
  if (context.behaviour.status >= 400) return openaiError(context);
  return paddedJson(context.behaviour.bodyBytes, (padding) => ({
    object: 'list',
    data: [{ id: 'mock-model', object: 'model', created, owned_by: context.name }],
    mock: { name: context.name, padding },
  }));
}

/** https://platform.openai.com/docs/guides/error-codes */
function openaiError({ behaviour, name }: ReplyContext): Reply {
  return paddedJson(behaviour.bodyBytes, (padding) => ({
    error: {
      message: `mock error ${behaviour.status}${padding}`,
      type:
        behaviour.status === 429
          ? 'rate_limit_error'
          : behaviour.status < 500
            ? 'invalid_request_error'
            : 'server_error',
      param: null,
      code: behaviour.status === 429 ? 'rate_limit_exceeded' : null,
    },
    mock: { name },
  }));
}

function identity({ body, name }: ReplyContext, object: string) {
  return { id: 'chatcmpl-mock', object, created, model: body.model ?? 'mock-model', mock: { name } };
}

function usage({ behaviour }: ReplyContext) {
  const completion = behaviour.completionTokens ?? behaviour.chunks;
  return {
    prompt_tokens: behaviour.promptTokens,
    completion_tokens: completion,
    total_tokens: behaviour.promptTokens + completion,
  };
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
