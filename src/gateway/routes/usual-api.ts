import { providerPresets } from '../../language/upstreams/provider-presets.ts';
import type { Api, Gateway, Route } from '../common/gateway.ts';
import { targetsOf } from '../common/targets.ts';

/**
 * The API of the upstreams that a route leads to first, which is what its clients were written for; OpenAI's when they
 * differ. A list of models is as the upstreams of the models are.
 */
export function usualApi(
  { destination }: Pick<Route, 'destination'>,
  { models, upstreams }: Pick<Gateway, 'models' | 'upstreams'>,
): Api {
  const leads = destination.kind === 'model_list' ? ({ kind: 'by_model' } as const) : destination;
  const targets = targetsOf({ destination: leads, fallback: [] }, { models });
  const reached = new Set(targets.map(({ upstream }) => upstream));
  const apis = upstreams.flatMap(({ name, provider }) => (reached.has(name) ? [providerPresets[provider].api] : []));
  const [first, ...others] = apis;
  return first !== undefined && others.every((api) => api === first) ? first : 'openai';
}
