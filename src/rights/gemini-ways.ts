import { type Provider, post } from './way-to-work.ts';

const contents: readonly object[] = [{ role: 'user', parts: [{ text: 'a' }] }];

export const gemini: Provider = {
  name: 'Gemini',
  sources: '`@google/genai` 2.32.0',
  ways: [
    {
      way: 'Content, streams, embeddings, images, videos, counting tokens',
      request: post('/v1beta/models/$model:generateContent', { contents }),
      named: 'the path',
      verdict: 'checked',
    },
    {
      way: 'Content after a cached one',
      request: post('/v1beta/models/$model:generateContent', { contents, cachedContent: 'cachedContents/a' }),
      named: 'the path: a cache is good for its own model only',
      verdict: 'checked',
    },
    {
      way: 'Counting the tokens of a whole request',
      request: post('/v1beta/models/fast:countTokens', {
        generateContentRequest: { model: 'models/$model', contents },
      }),
      named: 'the path, `generateContentRequest.model`',
      verdict: 'checked',
    },
    {
      way: 'Caches',
      request: post('/v1beta/cachedContents', { model: 'models/$model', contents }),
      named: '`model`, after `models/`',
      verdict: 'checked',
      endpoint: { tail: 'cachedContents', means: 'google_names' },
    },
    {
      way: 'Several embeddings at once',
      request: post('/v1beta/models/fast:batchEmbedContents', {
        requests: [{ model: 'models/$model', content: { parts: [] } }],
      }),
      named: 'the path, `requests[].model`',
      verdict: 'checked',
    },
    {
      way: 'Batches',
      request: post('/v1beta/models/fast:batchGenerateContent', {
        batch: { inputConfig: { requests: { requests: [{ request: { model: 'models/$model', contents } }] } } },
      }),
      named: 'the path, `…requests[].request.model`',
      verdict: 'checked',
    },
    {
      way: 'Batches of a file',
      request: post('/v1beta/models/fast:batchGenerateContent', { batch: { inputConfig: { fileName: 'files/a' } } }),
      named: 'the path, and in the lines of the file',
      verdict: 'not_visible',
      hiddenBy: 'inputConfig.fileName',
    },
    {
      way: 'Live, by websocket',
      request: {
        method: 'GET',
        path: '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?model=$model',
        isHandshake: true,
      },
      named: '`setup.model` of the first message, which nobody looks at',
      verdict: 'not_visible',
    },
    {
      way: 'Short-lived keys for Live',
      request: post('/v1beta/auth_tokens', { bidiGenerateContentSetup: { model: 'models/fast' } }),
      named: '`bidiGenerateContentSetup.model`, but the key works without the gateway',
      verdict: 'not_visible',
      endpoint: { tail: 'auth_tokens', means: 'hidden' },
    },
    {
      way: 'Interactions with a model',
      request: post('/v1beta/interactions', { model: '$model', input: 'a' }),
      named: '`model`',
      verdict: 'checked',
    },
    {
      way: 'Interactions with an agent',
      request: post('/v1beta/interactions', { agent: 'deep-research', input: 'a', background: true }),
      named: 'in the agent',
      verdict: 'not_visible',
    },
    {
      way: 'Tuning',
      request: post('/v1beta/tunedModels', { baseModel: 'models/fast' }),
      named: '`baseModel`, but what is made has a new name',
      verdict: 'not_visible',
      endpoint: { tail: 'tunedModels', means: 'hidden' },
    },
    {
      way: 'Stores to search in: filling them',
      request: post('/v1beta/fileSearchStores/a:importFile', { fileName: 'files/a' }),
      named: 'nowhere: an embedding model works',
      verdict: 'not_visible',
      endpoint: { tail: 'fileSearchStores/*:importFile', means: 'hidden' },
    },
    {
      way: 'Stores to search in: filling them at once',
      request: {
        method: 'POST',
        path: '/upload/v1beta/fileSearchStores/a:uploadToFileSearchStore',
        form: { file: 'a' },
      },
      named: 'nowhere: an embedding model works',
      verdict: 'not_visible',
      endpoint: { tail: 'fileSearchStores/*:uploadToFileSearchStore', means: 'hidden' },
    },
    {
      way: 'Files',
      request: { method: 'POST', path: '/upload/v1beta/files?uploadType=multipart', form: { file: 'a' } },
      named: 'nowhere: no work begins',
      verdict: 'passes',
    },
    {
      way: 'Cancelling a batch',
      request: { method: 'POST', path: '/v1beta/batches/a:cancel' },
      named: 'nowhere: no work begins',
      verdict: 'passes',
      endpoint: { tail: '*:cancel', means: 'no_work' },
    },
    {
      way: 'Lists, operations, models, deleting',
      request: { method: 'GET', path: '/v1beta/operations/a' },
      named: 'nowhere: the work was asked for before',
      verdict: 'passes',
    },
  ],
};
