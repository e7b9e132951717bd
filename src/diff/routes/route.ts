import { coversCondition } from '../../gateway/common/coverage.ts';
import { routeAuthRule } from '../callers/route-auth.ts';
import type { PublicRoute } from '../common/public-model.ts';
import type { FieldRules, ListRules, ObjectRules } from '../common/rule.ts';
import { showSize } from '../common/show-value.ts';
import { quote, verdict } from '../common/verdicts.ts';
import type { ComparedRoute } from '../destinations/compared-route.ts';
import { destinationRules } from '../destinations/destination.ts';
import { mirrorRules } from '../destinations/mirror.ts';
import { retryRules } from '../destinations/retry.ts';
import { timeoutRules } from '../destinations/timeouts.ts';
import { limitsRule } from '../limits/limits.ts';
import { addressRulesRule } from '../server/addresses.ts';
import { requestHeaderRules, responseHeaderRules } from '../server/headers.ts';
import { judgeBodySize } from '../server/judge-body-size.ts';
import { identifyCondition, type PublicCondition, showCondition } from './conditions.ts';

/** What a change of a route means. All of it takes effect on reload. */
const routeRules: FieldRules<ComparedRoute, 'destination' | 'conditions' | 'responseHeaders' | 'requestHeaders'> = {
  name: {
    label: 'name',
    about: 'Its name in logs and errors. A route with the same path and conditions under another name is the same.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('cosmetic', `logs and errors say ${quote(after)}`),
  },
  path: {
    label: 'path',
    about: 'The path that it answers. A prefix in place of one path loosens.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
    show: showPath,
    judge: (before, after, { title }) => {
      if (after.kind === 'prefix' && before.path.startsWith(after.path))
        return verdict('loosens', `${title} answers everything below ${quote(after.path)}`);
      if (before.kind === 'prefix' && after.path.startsWith(before.path))
        return verdict('narrows', `${title} answers only ${quote(showPath(after))}`);
      return verdict('reroutes', `${title} answers ${quote(showPath(after))}, no longer ${quote(showPath(before))}`);
    },
  },
  auth: routeAuthRule,
  addresses: addressRulesRule(),
  limits: limitsRule(
    "Limits by rate that its requests have to pass. One less loosens. Not listed when a route follows the server's.",
  ),
  api: {
    label: 'api',
    about: 'Whose error format its clients understand.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) => verdict('reroutes', `errors of ${title} come in the form of ${quote(after)}`),
  },
  ...destinationRules,
  ...retryRules,
  ...mirrorRules,
  rewrite: {
    label: 'rewrite',
    about: 'The path that the upstream gets: `strip_prefix`, `add_prefix`, `set_path`.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    show: showRewrite,
    judge: (_before, after, { title }) => verdict('reroutes', `the upstream of ${title} gets ${showRewrite(after)}`),
  },
  ...timeoutRules,
  streamErrors: {
    label: 'stream_errors',
    about: 'How clients learn that a stream ended too early.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      verdict(
        'capacity',
        after === 'event'
          ? `streams of ${title} that end too early carry an event that says so`
          : `streams of ${title} that end too early break, without an event that says so`,
      ),
  },
  maxBodySize: {
    label: 'max_body_size',
    about: "Largest request body. Raised loosens. Not listed when a route follows the server's.",
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: showSize,
    judge: judgeBodySize,
  },
  buffering: {
    label: 'buffering',
    about: 'Whether answers are collected before they are passed on.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after) =>
      verdict('capacity', after ? 'tokens arrive in blocks, or all at once' : 'tokens arrive one by one'),
  },
  websocket: {
    label: 'websocket',
    about: 'Whether clients may switch to websockets. On loosens: what follows is not looked at.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      after
        ? verdict('loosens', `clients may switch to websockets on ${title}`)
        : verdict('narrows', `clients may no longer switch to websockets on ${title}`),
  },
  compression: {
    label: 'compression',
    about: 'Whether its answers are compressed.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('cosmetic', `answers are ${after ? '' : 'no longer '}compressed`),
  },
};

const routeLists: {
  readonly conditions: ListRules<PublicCondition, ComparedRoute>;
  readonly responseHeaders: ListRules<{ readonly name: string; readonly value: string }, ComparedRoute>;
  readonly requestHeaders: ListRules<{ readonly name: string; readonly value: string }, ComparedRoute>;
} = {
  conditions: {
    identify: identifyCondition,
    label: (condition) => `match.${identifyCondition(condition)}`,
    order: verdict('cosmetic', 'the same is asked for'),
    item: {
      label: 'match.<what>',
      about: 'What else a request must have. A wider or removed condition loosens.',
      risks: ['loosens', 'narrows'],
      takesEffect: 'reload',
      show: showCondition,
      judge: (before, after, { title }) => {
        if (before === null) return verdict('narrows', `${title} asks for ${subjectOf(after)}`);
        if (after === null) return verdict('loosens', `${title} no longer asks for ${subjectOf(before)}`);
        return coversCondition(before, after)
          ? verdict('narrows', `${title} answers fewer requests`)
          : verdict('loosens', `${title} answers requests that it did not`);
      },
    },
  },
  responseHeaders: responseHeaderRules(),
  requestHeaders: requestHeaderRules(),
};

function subjectOf(condition: PublicCondition | null): string {
  switch (condition?.kind) {
    case 'client':
      return 'client addresses in these ranges';
    case 'host':
      return 'these hosts';
    case 'method':
      return 'these methods';
    case 'model':
      return 'these models';
    case 'header':
      return `header ${quote(condition.name)}`;
    case 'query':
      return `query argument ${quote(condition.name)}`;
    default:
      return 'some requests';
  }
}

export function showPath({ kind, path }: PublicRoute['path']): string {
  return kind === 'exact' ? `=${path}` : path;
}

function showRewrite(rewrite: PublicRoute['rewrite']): string {
  if (rewrite.kind === 'set') return rewrite.path;
  const parts = [
    ...(rewrite.strip === '' ? [] : [`without ${rewrite.strip}`]),
    ...(rewrite.add === '' ? [] : [`below ${rewrite.add}`]),
  ];
  return parts.length === 0 ? 'the path as it is' : `the path ${parts.join(', ')}`;
}

export const routeObject = {
  fields: routeRules,
  lists: routeLists,
  identity: ['destination'],
} as const satisfies ObjectRules;
