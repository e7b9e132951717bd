import { now } from '../clock.ts';
import { paddedJson, pieceText, type Reply, type ReplyContext } from './reply.ts';

/** https://docs.anthropic.com/en/api/messages */
export function message(context: ReplyContext): Reply {
  const { behaviour, body, name } = context;
  if (behaviour.status >= 400) return anthropicError(context);
  if (body.stream === true) return messageStream(context);
  return paddedJson(behaviour.bodyBytes, (padding) => ({
    ...identity(context),
    content: [{ type: 'text', text: `hello from ${name}${padding}` }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: behaviour.promptTokens, output_tokens: outputTokens(context) },
  }));
}

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming */
function messageStream(context: ReplyContext): Reply {
  const { behaviour } = context;
  const start = {
    ...identity(context),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: behaviour.promptTokens, output_tokens: 1 },
  };
  return {
    kind: 'events',
    opening: [
      event('message_start', { message: start }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      event('ping', {}),
    ].join(''),
    piece: (index) =>
      event('content_block_delta', {
        index: 0,
        delta: { type: 'text_delta', text: pieceText(behaviour, index) },
        mock: { name: context.name, index, sentAt: now() },
      }),
    closing: [
      event('content_block_stop', { index: 0 }),
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: outputTokens(context) },
      }),
      event('message_stop', {}),
    ].join(''),
  };
}

/** https://docs.anthropic.com/en/api/errors */
function anthropicError({ behaviour, name }: ReplyContext): Reply {
  return paddedJson(behaviour.bodyBytes, (padding) => ({
    type: 'error',
    error: {
      type: behaviour.status === 429 ? 'rate_limit_error' : behaviour.status === 529 ? 'overloaded_error' : 'api_error',
      message: `mock error ${behaviour.status}${padding}`,
    },
    mock: { name },
  }));
}

function identity({ body, name }: ReplyContext) {
  return { id: 'msg_mock', type: 'message', role: 'assistant', model: body.model ?? 'mock-model', mock: { name } };
}

function outputTokens({ behaviour }: ReplyContext): number {
  return behaviour.completionTokens ?? behaviour.chunks;
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
