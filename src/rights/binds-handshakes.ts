import type { Gateway, Route } from '../gateway/common/gateway.ts';
import { upstreamsOf } from '../gateway/common/targets.ts';
import type { ProviderName } from '../language/upstreams/provider-presets.ts';

/**
 * Providers whose servers take the model of a websocket from its messages, whatever the handshake says: `session.update` of
 * vLLM (vllm/entrypoints/openai/realtime/connection.py), `setup` of Gemini Live (`LiveClientSetup` of @google/genai); and
 * those of which no websocket is known that names its model in the handshake.
 */
const freeProviders: ReadonlySet<ProviderName> = new Set(['anthropic', 'cohere', 'gemini', 'ollama', 'vllm']);

/** Whether all upstreams of a route keep to the model that a handshake names, where the path says that there is one. */
export function bindsHandshakes(route: Route, gateway: Pick<Gateway, 'models' | 'upstreams'>): boolean {
  const reached = new Set(upstreamsOf(route, gateway));
  return gateway.upstreams.every(({ name, provider }) => !reached.has(name) || !freeProviders.has(provider));
}
