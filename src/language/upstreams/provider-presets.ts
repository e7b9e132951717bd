/** What openclaw knows about a provider, so that nobody has to look it up. */
export interface ProviderPreset {
  /** The provider's own server, as `host:port`; null where everyone has their own. */
  readonly address: string | null;
  readonly tls: boolean;
  /** Domains that belong to the provider; a credential may go to them without further words. */
  readonly domains: readonly string[];
  /** The port of self-hosted servers when an address names none. */
  readonly defaultPort: number | null;
  /** Put before the client's `/v1/…`. */
  readonly basePath: string;
  readonly header: string;
  readonly scheme: 'bearer' | 'plain';
  /** Query arguments in which this API's clients carry keys; they are never passed on. */
  readonly credentialArguments: readonly string[];
  /** Names under which people keep this provider's key in the environment. */
  readonly environmentNames: readonly string[];
  /** The Host header to send; null sends the server's name for hosted providers and the client's for one's own. */
  readonly host: string | null;
  /** Whose error format its clients understand. */
  readonly api: 'openai' | 'anthropic' | 'gemini';
}

const hosted = {
  address: null,
  tls: true,
  domains: [],
  defaultPort: null,
  basePath: '',
  header: 'Authorization',
  scheme: 'bearer',
  credentialArguments: [],
  environmentNames: [],
  host: null,
  api: 'openai',
} as const satisfies ProviderPreset;
const selfHosted = { ...hosted, tls: false } as const satisfies ProviderPreset;

/** Sources: each provider's API reference, "Authentication" and "Base URL". */
export const providerPresets = {
  // platform.openai.com/docs/api-reference/authentication
  openai: { ...hosted, address: 'api.openai.com:443', domains: ['openai.com'], environmentNames: ['OPENAI_API_KEY'] },
  // docs.anthropic.com/en/api/overview
  anthropic: {
    ...hosted,
    address: 'api.anthropic.com:443',
    domains: ['anthropic.com'],
    header: 'x-api-key',
    scheme: 'plain',
    environmentNames: ['ANTHROPIC_API_KEY'],
    api: 'anthropic',
  },
  // ai.google.dev/api and cloud.google.com/apis/docs/system-parameters, which may stand after a `$`: the key goes into a header here, never into `?key=`, which logs and proxies keep
  gemini: {
    ...hosted,
    address: 'generativelanguage.googleapis.com:443',
    domains: ['googleapis.com'],
    header: 'x-goog-api-key',
    scheme: 'plain',
    credentialArguments: [
      'key',
      '$key',
      'access_token',
      '$access_token',
      'oauth_token',
      '$oauth_token',
      'userProject',
      '$userProject',
      'quotaUser',
      '$quotaUser',
      // Headers of the request, written as an argument.
      '$httpHeaders',
    ],
    environmentNames: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    api: 'gemini',
  },
  // docs.mistral.ai/api
  mistral: { ...hosted, address: 'api.mistral.ai:443', domains: ['mistral.ai'], environmentNames: ['MISTRAL_API_KEY'] },
  // docs.cohere.com/reference/about
  cohere: {
    ...hosted,
    address: 'api.cohere.com:443',
    domains: ['cohere.com', 'cohere.ai'],
    environmentNames: ['COHERE_API_KEY', 'CO_API_KEY'],
  },
  // learn.microsoft.com/azure/ai-services/openai/reference: every customer has a host of their own
  azure_openai: {
    ...hosted,
    domains: ['openai.azure.com', 'cognitiveservices.azure.com', 'services.ai.azure.com'],
    defaultPort: 443,
    basePath: '/openai',
    header: 'api-key',
    scheme: 'plain',
    // As openai 6.49 opens websockets, and as API Management takes it.
    credentialArguments: ['api-key', 'authorization', 'subscription-key'],
    environmentNames: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
  },
  // console.groq.com/docs/openai
  groq: {
    ...hosted,
    address: 'api.groq.com:443',
    domains: ['groq.com'],
    basePath: '/openai',
    environmentNames: ['GROQ_API_KEY'],
  },
  // docs.together.ai/reference
  together: {
    ...hosted,
    address: 'api.together.xyz:443',
    domains: ['together.xyz', 'together.ai'],
    environmentNames: ['TOGETHER_API_KEY'],
  },
  // openrouter.ai/docs/api-reference
  openrouter: {
    ...hosted,
    address: 'openrouter.ai:443',
    domains: ['openrouter.ai'],
    basePath: '/api',
    environmentNames: ['OPENROUTER_API_KEY'],
  },
  // xroute.ai: https://api.xroute.ai/openai/v1/chat/completions
  xroute: {
    ...hosted,
    address: 'api.xroute.ai:443',
    domains: ['xroute.ai'],
    basePath: '/openai',
    environmentNames: ['XROUTE_API_KEY'],
  },
  // docs.vllm.ai/en/stable/serving/openai_compatible_server
  vllm: { ...selfHosted, defaultPort: 8000 },
  // github.com/ollama/ollama/blob/main/docs/faq.md: it refuses hosts that it does not know
  ollama: { ...selfHosted, defaultPort: 11434, host: 'localhost' },
  custom: selfHosted,
} as const satisfies Record<string, ProviderPreset>;

export type ProviderName = keyof typeof providerPresets;

export const providerNames = Object.keys(providerPresets) as [ProviderName, ...ProviderName[]];
