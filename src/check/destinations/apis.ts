import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Api, Route, Upstream } from '../../gateway/common/gateway.ts';
import { reachedUpstreams } from '../../gateway/common/targets.ts';
import { providerPresets } from '../../language/upstreams/provider-presets.ts';
import type { Check, CheckSink } from '../common/rule.ts';

const apiNames: Readonly<Record<Api, string>> = { openai: "OpenAI's", anthropic: "Anthropic's", gemini: "Gemini's" };

/** OC3023: one route to upstreams of several APIs, as requests and answers are passed on as they are. */
export const checkTargetApis: Check = (gateway, sink) => {
  const upstreams = new Map(gateway.upstreams.map((upstream) => [upstream.name, upstream]));
  for (const route of gateway.routes) {
    // Who says in which format the clients of a route speak has thought of it.
    if (sink.has([...route.at, 'api'])) continue;
    const known = reachedUpstreams(route, gateway).flatMap((name) => {
      const upstream = upstreams.get(name);
      // What stands behind an address of one's own may speak any of them.
      return upstream === undefined || upstream.provider === 'custom' ? [] : [upstream];
    });
    const [first] = known;
    const other = first && known.find((upstream) => !canShare(route, apiOf(first), apiOf(upstream)));
    if (first === undefined || other === undefined) continue;
    sink.warning('OC3023', placeOf(route, sink), {
      part: 'key',
      message: `route \`${route.name}\` leads to \`${first.name}\`, which speaks ${apiNames[apiOf(first)]} API, and to \`${other.name}\`, which speaks ${apiNames[apiOf(other)]}`,
      help: `nothing is translated; if both understand what clients of this route send, write \`api: ${route.api}\` on it, else choose another upstream`,
      related: [{ message: `\`${other.name}\``, path: other.at, part: 'key' }],
    });
  }
};

function apiOf({ provider }: Upstream): Api {
  return providerPresets[provider].api;
}

/** Anthropic answers OpenAI's chat completions too (docs.anthropic.com/en/api/openai-sdk). */
function canShare({ path: { path } }: Route, one: Api, other: Api): boolean {
  return one === other || (path.endsWith('/chat/completions') && one !== 'gemini' && other !== 'gemini');
}

function placeOf({ at }: Route, sink: CheckSink): Path {
  return ['fallback', 'split', 'upstream'].map((key) => [...at, key]).find((path) => sink.has(path)) ?? at;
}
