import type { Condition, ValueTest } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, escapeRegex, mapKey, mapRegex, text, variable } from '../../nginx/token.ts';
import { contentName } from '../common/content-name.ts';
import type { MapParts, MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import { argumentStart } from './argument-patterns.ts';
import { headerVariable } from './hash-keys.ts';
import { percentTolerant } from './percent-tolerant.ts';

export interface ConditionTable {
  /** The variable that is `1` when the condition holds. */
  variableFor(condition: Condition): string;
  /** A `map` or `geo` for each, whose variable is `1` when it holds, else `0`. */
  readonly views: readonly MapView[];
}

/** Each distinct condition once, whatever number of routes share it. */
export function createConditionTable(): ConditionTable {
  const views = new Map<string, MapView>();
  return {
    get views() {
      return [...views.values()];
    },
    variableFor(condition) {
      const name = nameOf(condition);
      if (!views.has(name)) views.set(name, lowerCondition(condition, name));
      return name;
    },
  };
}

function nameOf(condition: Condition): string {
  switch (condition.kind) {
    case 'method':
      return contentName(
        'openclaw_if_method',
        condition.values.map((method) => method.toLowerCase()),
        '-',
      );
    case 'host':
      return contentName('openclaw_if_host', condition.values, '.');
    case 'client':
      return contentName(
        'openclaw_if_client',
        condition.ranges.flatMap((range) => range.split('/')),
        '.',
      );
    case 'model':
      return contentName('openclaw_if_model', condition.patterns, '-');
    case 'header':
    case 'query': {
      const { kind, name, test } = condition;
      const joint = kind === 'header' ? '-' : '_';
      if (test.kind === 'one_of') return contentName(`openclaw_if_${kind}`, [name, ...test.values], joint);
      return contentName(`openclaw_if_${test.kind === 'present' ? 'any' : 'no'}_${kind}`, [name], joint);
    }
  }
}

function lowerCondition(condition: Condition, name: string): MapView {
  return mapView(partsOf(condition, name));
}

function partsOf(condition: Condition, name: string): MapParts {
  const title = [
    comment('condition:'),
    comment(condition.kind),
    ...('name' in condition ? [comment(condition.name)] : []),
  ];
  const base = { title, variable: variable(name), otherwise: text('0') };
  switch (condition.kind) {
    case 'method':
      return { ...base, source: variable('request_method'), entries: yes(condition.values.map(mapKey)) };
    case 'host':
      return { ...base, source: variable('host'), hasHostNames: true, entries: yes(condition.values.map(mapKey)) };
    case 'client':
      return {
        ...base,
        directive: text('geo'),
        source: variable('remote_addr'),
        entries: yes(condition.ranges.map(text)),
      };
    case 'model':
      return { ...base, source: variable('openclaw_model'), entries: yes(condition.patterns.map(modelKey)) };
    case 'header':
      return { ...base, source: variable(headerVariable(condition.name)), ...lowerTest(condition.test, headerTests) };
    case 'query':
      return { ...base, source: variable('args'), ...lowerTest(condition.test, queryTests(condition.name)) };
  }
}

function yes(keys: readonly Token[]): MapView['entries'] {
  return keys.map((key) => ({ key, value: text('1') }));
}

/** Models are names of their upstreams, where case counts. */
function modelKey(pattern: string): Token {
  return mapRegex(`\\A${pattern.split('*').map(escapeRegex).join('.*')}\\z`);
}

interface TestKeys {
  readonly absent: readonly Token[] | null;
  readonly present: readonly Token[] | null;
  readonly equals: (value: string) => Token;
}

/** Strings in `map` match ignoring case, so exact values are anchored expressions. `\z` is the very end, `$` is not. */
const headerTests: TestKeys = {
  absent: [mapKey('')],
  present: null,
  equals: (value) => (value === '' ? mapKey('') : mapRegex(`\\A${escapeRegex(value)}\\z`)),
};

function queryTests(name: string): TestKeys {
  const start = argumentStart(name);
  return {
    absent: null,
    present: [mapRegex(`${start}(?:=|&|\\z)`)],
    equals: (value) => mapRegex(value === '' ? `${start}=?(?:&|\\z)` : `${start}=${percentTolerant(value)}(?:&|\\z)`),
  };
}

function lowerTest(test: ValueTest, keys: TestKeys): Pick<MapView, 'entries' | 'otherwise'> {
  if (test.kind === 'one_of') return { otherwise: text('0'), entries: yes(test.values.map(keys.equals)) };
  const wantsPresent = test.kind === 'present';
  const listed = keys.present ?? keys.absent ?? [];
  const listedIsPresent = keys.present !== null;
  const listedValue = listedIsPresent === wantsPresent ? '1' : '0';
  return {
    otherwise: text(listedValue === '1' ? '0' : '1'),
    entries: listed.map((key) => ({ key, value: text(listedValue) })),
  };
}
