import { type Provider, post } from './way-to-work.ts';

const model = '$model';

export const anthropic: Provider = {
  name: 'Anthropic',
  sources: '`@anthropic-ai/sdk` 1.14.0',
  ways: [
    {
      way: 'Messages, counting tokens',
      request: post('/v1/messages', { model, max_tokens: 1, messages: [] }),
      named: '`model`',
      verdict: 'checked',
    },
    {
      way: 'The advisor, a tool',
      request: post('/v1/messages', {
        model: 'fast',
        max_tokens: 1,
        messages: [],
        tools: [{ type: 'advisor_20260301', name: 'advisor', model }],
      }),
      named: '`tools[].model`',
      verdict: 'checked',
      tool: 'advisor_20260301',
    },
    {
      way: 'Tools that a message brings',
      request: post('/v1/messages', {
        model: 'fast',
        max_tokens: 1,
        messages: [
          {
            role: 'system',
            content: [
              { type: 'tool_addition', tool: { definition: { type: 'advisor_20260301', name: 'advisor', model } } },
            ],
          },
        ],
      }),
      named: '`messages[].content[]…model`',
      verdict: 'checked',
    },
    {
      way: 'Batches',
      request: post('/v1/messages/batches', {
        requests: [
          { custom_id: 'a', params: { model: 'fast', max_tokens: 1, messages: [] } },
          { custom_id: 'b', params: { model, max_tokens: 1, messages: [] } },
        ],
      }),
      named: '`requests[].params.model`, each of them',
      verdict: 'checked',
      endpoint: { tail: 'messages/batches', means: 'each_request' },
    },
    {
      way: 'Batches of which one names none',
      request: post('/v1/messages/batches', {
        requests: [
          { custom_id: 'a', params: { model: 'fast', max_tokens: 1, messages: [] } },
          { custom_id: 'b', params: { max_tokens: 1, messages: [] } },
        ],
      }),
      named: 'nowhere',
      verdict: 'not_named',
    },
    {
      way: 'Agents: making and changing them',
      request: post('/v1/agents', { name: 'a', model }),
      named: '`model`, as text',
      verdict: 'checked',
    },
    {
      way: 'Sessions of an agent',
      request: post('/v1/sessions', { agent: 'agent_1', environment_id: 'env_1' }),
      named: 'in the agent',
      verdict: 'not_visible',
      endpoint: { tail: 'sessions', means: 'hidden' },
      hiddenBy: 'top.agent',
    },
    {
      way: 'Events that a session is sent',
      request: post('/v1/sessions/session_1/events', { events: [{ type: 'user.message', content: [] }] }),
      named: 'in the agent',
      verdict: 'not_visible',
      endpoint: { tail: 'sessions/*/events', means: 'hidden' },
    },
    {
      way: 'Deployments of an agent',
      request: post('/v1/deployments', { agent: 'agent_1', name: 'a' }),
      named: 'in the agent',
      verdict: 'not_visible',
      endpoint: { tail: 'deployments', means: 'hidden' },
    },
    {
      way: 'Running a deployment',
      request: { method: 'POST', path: '/v1/deployments/deployment_1/run' },
      named: 'in the agent',
      verdict: 'not_visible',
      endpoint: { tail: 'deployments/*/run', means: 'hidden' },
    },
    {
      way: 'Going on with a deployment',
      request: { method: 'POST', path: '/v1/deployments/deployment_1/unpause' },
      named: 'in the agent',
      verdict: 'not_visible',
      endpoint: { tail: 'deployments/*/unpause', means: 'hidden' },
    },
    {
      way: 'Dreams',
      request: post('/v1/dreams', { model, inputs: [] }),
      named: '`model`, as text',
      verdict: 'checked',
    },
    {
      way: 'Files',
      request: { method: 'POST', path: '/v1/files', form: { file: 'a' } },
      named: 'nowhere: no work begins',
      verdict: 'passes',
    },
    {
      way: 'Cancelling a batch',
      request: { method: 'POST', path: '/v1/messages/batches/msgbatch_1/cancel' },
      named: 'nowhere: no work begins',
      verdict: 'passes',
    },
    {
      way: 'Results of a batch, lists of models and files',
      request: { method: 'GET', path: '/v1/messages/batches/msgbatch_1/results' },
      named: 'nowhere: the work was asked for before',
      verdict: 'passes',
    },
  ],
};
