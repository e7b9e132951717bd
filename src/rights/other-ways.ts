import { type Provider, post } from './way-to-work.ts';

const model = '$model';

const azure: Provider = {
  name: 'Azure OpenAI',
  sources: '`openai` 6.49.0',
  ways: [
    {
      way: 'All that a deployment does',
      request: post('/openai/deployments/$model/chat/completions?api-version=2024-10-21', { messages: [] }),
      named: 'the path: the deployment',
      verdict: 'checked',
    },
    {
      way: 'Search in data of your own',
      request: post('/openai/deployments/fast/chat/completions', {
        messages: [],
        data_sources: [
          {
            type: 'azure_search',
            parameters: { embedding_dependency: { type: 'deployment_name', deployment_name: model } },
          },
        ],
      }),
      named: '`…embedding_dependency.deployment_name`',
      verdict: 'checked',
    },
    {
      way: 'Realtime by websocket, before `/openai/v1`',
      request: {
        method: 'GET',
        path: '/openai/realtime?api-version=2024-10-01-preview&deployment=$model&model=$model',
        isHandshake: true,
      },
      named: '`?deployment=`',
      verdict: 'not_visible',
      freesHandshake: 'deployment',
    },
  ],
};

const mistral: Provider = {
  name: 'Mistral',
  sources: '`@mistralai/mistralai` 2.7.0',
  ways: [
    {
      way: 'Chat, completion in the middle, embeddings, OCR, classification',
      request: post('/v1/fim/completions', { model, prompt: 'a' }),
      named: '`model`',
      verdict: 'checked',
    },
    {
      way: 'Completions of an agent',
      request: post('/v1/agents/completions', { agent_id: 'ag_1', messages: [] }),
      named: 'in the agent',
      verdict: 'not_visible',
      hiddenBy: 'top.agent_id',
    },
    {
      way: 'Conversations with a model',
      request: post('/v1/conversations', { model, inputs: 'a' }),
      named: '`model`',
      verdict: 'checked',
    },
    {
      way: 'Going on with a conversation',
      request: post('/v1/conversations/conv_1', { inputs: 'a' }),
      named: 'when it began',
      verdict: 'not_visible',
      endpoint: { tail: 'conversations/*', means: 'hidden' },
    },
    {
      way: 'Beginning a conversation again',
      request: post('/v1/conversations/conv_1/restart', { inputs: 'a', from_entry_id: 'e' }),
      named: 'when it began',
      verdict: 'not_visible',
      endpoint: { tail: 'conversations/*/restart', means: 'hidden' },
    },
    {
      way: 'Images as a tool',
      request: post('/v1/conversations', { model: 'fast', inputs: 'a', tools: [{ type: 'image_generation' }] }),
      named: 'nowhere',
      verdict: 'not_named',
    },
    {
      way: 'Batches with their requests',
      request: post('/v1/batch/jobs', {
        model: 'fast',
        endpoint: '/v1/chat/completions',
        requests: [{ body: { model, messages: [] } }],
      }),
      named: '`model`, `requests[].body.model`',
      verdict: 'checked',
    },
    {
      way: 'Batches of files',
      request: post('/v1/batch/jobs', {
        model: 'fast',
        endpoint: '/v1/chat/completions',
        input_files: ['file-1'],
      }),
      named: '`model`, and in the lines of the files',
      verdict: 'not_visible',
      hiddenBy: 'input_files',
    },
    {
      way: 'Libraries: documents for them',
      request: { method: 'POST', path: '/v1/libraries/a/documents', form: { file: 'a' } },
      named: 'nowhere: models read and embed them',
      verdict: 'not_visible',
      endpoint: { tail: 'libraries/*/documents', means: 'hidden' },
    },
    {
      way: 'Libraries: documents read again',
      request: { method: 'POST', path: '/v1/libraries/a/documents/b/reprocess' },
      named: 'nowhere: models read and embed them',
      verdict: 'not_visible',
      endpoint: { tail: 'documents/*/reprocess', means: 'hidden' },
    },
    {
      way: 'Judges: asking one',
      request: post('/v1/observability/judges/a/live-judging', { messages: [] }),
      named: 'in the judge',
      verdict: 'not_visible',
      endpoint: { tail: '*/live-judging', means: 'hidden' },
    },
    {
      way: 'Transcription by websocket',
      request: { method: 'GET', path: '/v1/audio/transcriptions/realtime?model=$model', isHandshake: true },
      named: '`?model=`: messages cannot change it',
      verdict: 'checked',
      bindsHandshake: 'audio/transcriptions/realtime',
    },
  ],
};

const cohere: Provider = {
  name: 'Cohere',
  sources: '`cohere-ai` 8.1.0',
  ways: [
    {
      way: 'Chat, embeddings, ranking, tokens',
      request: post('/v2/rerank', { model, query: 'a', documents: ['a'] }),
      named: '`model`',
      verdict: 'checked',
    },
    {
      way: 'Embeddings of a data set',
      request: post('/v1/embed-jobs', { model, dataset_id: 'a', input_type: 'search_document' }),
      named: '`model`',
      verdict: 'checked',
    },
    {
      way: 'Batches of a data set',
      request: post('/v2/batches', { model: 'fast', name: 'a', input_dataset_id: 'a' }),
      named: '`model`, and in the data set',
      verdict: 'not_visible',
      hiddenBy: 'input_dataset_id',
    },
    {
      way: 'Fine-tuning',
      request: post('/v1/finetuning/finetuned-models', { name: 'a', settings: { base_model: {} } }),
      named: '`settings.base_model`, but what is made has a new name',
      verdict: 'not_visible',
      endpoint: { tail: 'finetuned-models', means: 'hidden' },
    },
  ],
};

const groq: Provider = {
  name: 'Groq',
  sources: '`groq-sdk` 1.6.0',
  ways: [
    {
      way: 'Models that a compound is made of',
      request: post('/v1/chat/completions', {
        model: 'fast',
        messages: [],
        compound_custom: { models: { answering_model: model } },
      }),
      named: '`model`, `compound_custom.models.*`',
      verdict: 'checked',
    },
  ],
};

const together: Provider = {
  name: 'Together',
  sources: '`together-ai` 0.52.0',
  ways: [
    {
      way: 'Chat with a model that moderates',
      request: post('/v1/chat/completions', { model: 'fast', messages: [], safety_model: model }),
      named: '`model`, `safety_model`',
      verdict: 'checked',
    },
    {
      way: 'Fine-tuning',
      request: post('/v1/fine-tunes', { model: 'fast', training_file: 'file-1' }),
      named: '`model`, but what is made has a new name',
      verdict: 'not_visible',
      endpoint: { tail: 'fine-tunes', means: 'hidden' },
    },
    {
      way: 'Evaluation',
      request: post('/v1/evaluation', { type: 'compare', parameters: { judge: { model: 'fast' }, model_a: 'a' } }),
      named: '`parameters.judge.model`, `parameters.model_a` and others',
      verdict: 'not_visible',
      endpoint: { tail: 'evaluation', means: 'hidden' },
    },
    {
      way: 'Servers of your own: starting them',
      request: post('/v1/endpoints', { model: 'fast', hardware: 'a' }),
      named: '`model`, but they run, and cost, without requests',
      verdict: 'not_visible',
      endpoint: { tail: 'endpoints', means: 'hidden' },
    },
    {
      way: 'Servers of your own: starting them again',
      request: { method: 'PATCH', path: '/v1/endpoints/a', json: '{"state":"STARTED"}' },
      named: 'when they were made',
      verdict: 'not_visible',
      endpoint: { tail: 'endpoints/*', means: 'hidden' },
    },
    {
      way: 'Queued work: submitting it',
      request: post('/v1/queue/submit', { model, payload: {} }),
      named: '`model`',
      verdict: 'checked',
    },
  ],
};

const openrouter: Provider = {
  name: 'OpenRouter',
  sources: '`@openrouter/sdk` 1.3.19',
  ways: [
    {
      way: 'Chat, responses, messages',
      request: post('/v1/chat/completions', { model, messages: [] }),
      named: '`model`; `models`, `fallbacks` and whatever else names several are refused with 400',
      verdict: 'checked',
    },
    {
      way: 'A preset',
      request: post('/v1/chat/completions', { model: 'fast', preset: 'mine', messages: [] }),
      named: 'in the preset',
      verdict: 'not_visible',
      hiddenBy: 'top.preset',
    },
    {
      way: 'A preset in the path',
      request: post('/v1/presets/mine/chat/completions', { model: 'fast', messages: [] }),
      named: 'in the preset',
      verdict: 'not_visible',
      endpoint: { tail: 'presets/*/chat/completions', means: 'hidden' },
    },
    {
      way: 'A preset in the path, for responses',
      request: post('/v1/presets/mine/responses', { model: 'fast', input: 'a' }),
      named: 'in the preset',
      verdict: 'not_visible',
      endpoint: { tail: 'presets/*/responses', means: 'hidden' },
    },
    {
      way: 'A preset in the path, for messages',
      request: post('/v1/presets/mine/messages', { model: 'fast', messages: [] }),
      named: 'in the preset',
      verdict: 'not_visible',
      endpoint: { tail: 'presets/*/messages', means: 'hidden' },
    },
    {
      way: 'An advisor, a tool',
      request: post('/v1/chat/completions', {
        model: 'fast',
        messages: [],
        tools: [{ type: 'openrouter:advisor', parameters: { model } }],
      }),
      named: '`tools[].parameters.model`',
      verdict: 'checked',
      tool: 'openrouter:advisor',
    },
    {
      way: 'Subagents, a tool',
      request: post('/v1/chat/completions', { model: 'fast', messages: [], tools: [{ type: 'openrouter:subagent' }] }),
      named: 'nowhere',
      verdict: 'not_named',
      tool: 'openrouter:subagent',
    },
    {
      way: 'Images, a tool',
      request: post('/v1/chat/completions', {
        model: 'fast',
        messages: [],
        tools: [{ type: 'openrouter:image_generation' }],
      }),
      named: 'nowhere',
      verdict: 'not_named',
      tool: 'openrouter:image_generation',
    },
    {
      way: 'Fusion, a tool: several models at once',
      request: post('/v1/chat/completions', {
        model: 'fast',
        messages: [],
        tools: [{ type: 'openrouter:fusion', parameters: { analysis_models: ['fast'] } }],
      }),
      named: 'in parameters, of which each has a default of its own',
      verdict: 'not_visible',
      hidingTool: 'openrouter:fusion',
    },
    {
      way: 'The same as a plugin',
      request: post('/v1/chat/completions', {
        model: 'fast',
        messages: [],
        plugins: [{ id: 'fusion', analysis_models: ['fast'] }],
      }),
      named: 'as in the tool',
      verdict: 'not_visible',
      hidingTool: 'fusion',
    },
    {
      way: 'Interns',
      request: post('/v1/interns/1/chat/completions', { model: 'fast', messages: [] }),
      named: 'in the intern',
      verdict: 'not_visible',
      endpoint: { tail: 'interns/*/chat/completions', means: 'hidden' },
    },
  ],
};

const bedrock: Provider = {
  name: 'Bedrock',
  sources: '`@aws-sdk/client-bedrock-runtime` 3.1164.0',
  ways: [
    {
      way: 'Invoking, conversing, their streams',
      request: post('/model/$model/converse', { messages: [] }),
      named: 'the path',
      verdict: 'checked',
    },
    {
      way: 'Counting tokens',
      request: post('/model/$model/count-tokens', { input: {} }),
      named: 'the path',
      verdict: 'checked',
    },
    {
      way: 'Invoking in the background',
      request: post('/async-invoke', { modelId: 'fast', modelInput: {} }),
      named: '`modelId`, which is not read',
      verdict: 'not_named',
    },
  ],
};

const ownServers: Provider = {
  name: 'Your own servers',
  sources: 'vLLM, SGLang, TGI, Ollama, llama.cpp, LiteLLM',
  ways: [
    {
      way: 'What names a `model`, on any path',
      request: post('/api/chat', { model, messages: [] }),
      named: '`model`',
      verdict: 'checked',
    },
    {
      way: 'What names none',
      request: post('/completion', { prompt: 'a' }),
      named: 'nowhere',
      verdict: 'not_named',
    },
    {
      way: 'A stored prompt (LiteLLM)',
      request: post('/v1/chat/completions', { model: 'fast', prompt_id: 'a', messages: [] }),
      named: 'in the prompt, which may have another model',
      verdict: 'not_visible',
      hiddenBy: 'top.prompt_id',
    },
    {
      way: 'Models for when the first one fails (LiteLLM)',
      request: post('/v1/chat/completions', { model: 'fast', context_window_fallbacks: [{ fast: ['other'] }] }),
      named: '`context_window_fallbacks`, by the name of the first',
      verdict: 'not_visible',
      hiddenBy: 'context_window_fallbacks',
    },
    {
      way: 'Models for prompts that were refused (LiteLLM)',
      request: post('/v1/chat/completions', { model: 'fast', content_policy_fallbacks: [{ fast: ['other'] }] }),
      named: '`content_policy_fallbacks`, by the name of the first',
      verdict: 'not_visible',
      hiddenBy: 'content_policy_fallbacks',
    },
    {
      way: 'A model for long prompts (LiteLLM)',
      request: post('/v1/chat/completions', { model: 'fast', context_window_fallback_dict: { fast: 'other' } }),
      named: '`context_window_fallback_dict`, by the name of the first',
      verdict: 'not_visible',
      hiddenBy: 'context_window_fallback_dict',
    },
    {
      way: 'An engine, as OpenAI had them (LiteLLM)',
      request: post('/engines/$model/chat/completions', { messages: [] }),
      named: 'the path',
      verdict: 'checked',
    },
    {
      way: 'An adapter beside the model (SGLang)',
      request: post('/v1/chat/completions', { model: 'fast', lora_path: model, messages: [] }),
      named: '`model`, `lora_path`',
      verdict: 'checked',
    },
    {
      way: 'An adapter beside the model (TGI, LoRAX)',
      request: post('/generate', { model: 'fast', inputs: 'a', parameters: { adapter_id: model } }),
      named: '`model`, `parameters.adapter_id`',
      verdict: 'checked',
    },
    {
      way: 'Making a model of another (Ollama)',
      request: post('/api/create', { model: 'fast', from: 'other' }),
      named: '`from`, but what is made has a new name',
      verdict: 'not_visible',
      endpoint: { tail: 'api/create', means: 'hidden' },
    },
    {
      way: 'Naming a model anew (Ollama)',
      request: post('/api/copy', { source: 'other', destination: 'fast' }),
      named: '`source`, but what is made has a new name',
      verdict: 'not_visible',
      endpoint: { tail: 'api/copy', means: 'hidden' },
    },
    {
      way: 'Adapters that are loaded (vLLM)',
      request: post('/v1/load_lora_adapter', { lora_name: 'fast', lora_path: '/a' }),
      named: '`lora_name`',
      verdict: 'not_visible',
      endpoint: { tail: 'load_lora_adapter', means: 'hidden' },
    },
  ],
};

export const others: readonly Provider[] = [azure, mistral, cohere, groq, together, openrouter, bedrock, ownServers];
