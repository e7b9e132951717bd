import { directivesData } from './directives-data.ts';
import {
  compareVersions,
  formatVersion,
  type NginxModule,
  type NginxPlatform,
  type NginxVersion,
  parseVersion,
} from './platform.ts';
import { thirdPartyDirectivesData } from './third-party-directives.ts';

/** Where directives stand; entries of `map`, `geo`, `types` and the like are no directives and have no context here. */
export type ConfigContext =
  | 'main'
  | 'events'
  | 'http'
  | 'server'
  | 'location'
  | 'upstream'
  | 'if-in-server'
  | 'if-in-location'
  | 'limit_except';

/** One row of the table. A name can have several: `server` is a block in `http` and a line in `upstream`. */
export interface DirectiveRule {
  readonly name: string;
  /** `any` is for `include`. */
  readonly contexts: readonly (ConfigContext | 'any')[];
  readonly fewestArgs: number;
  readonly mostArgs: number;
  /** It takes `on` or `off`. */
  readonly isFlag: boolean;
  readonly isBlock: boolean;
  /** First and last version that has it: of nginx, or of lua-nginx-module where `module` is `lua`. */
  readonly since: NginxVersion | null;
  readonly until: NginxVersion | null;
  readonly module: NginxModule | null;
}

let table: ReadonlyMap<string, readonly DirectiveRule[]> | undefined;

/** Every rule for a name, for any version and with any module. */
export function findRules(name: string): readonly DirectiveRule[] {
  table ??= readTable();
  return table.get(name) ?? [];
}

/** The rules for a name that hold on a platform; empty when it does not know the directive. */
export function findRulesFor(name: string, platform: NginxPlatform): readonly DirectiveRule[] {
  return findRules(name).filter((rule) => isKnown(rule, platform));
}

/** Why a platform does not know a directive: too old, too new, a module is missing, or nobody knows it. */
export function explainUnknown(name: string, platform: NginxPlatform): string {
  const rules = findRules(name);
  const module = rules[0]?.module ?? null;
  const isMissing = module !== null && !platform.modules.includes(module);
  const needs = `\`${name}\` needs the ${module === null ? '' : moduleNames[module]}, which is not there`;
  if (isMissing && module === 'lua') return needs;

  const product = `${module === 'lua' ? 'lua-nginx-module' : 'nginx'} ${formatVersion(versionFor(module, platform))}`;
  const unknown = `\`${name}\` is unknown to ${product}`;
  const since = rules.find((rule) => isTooNew(rule, platform))?.since ?? null;
  if (since !== null) return `${unknown}: it came with ${formatVersion(since)}`;
  const until = rules.find((rule) => isGone(rule, platform))?.until ?? null;
  if (until !== null) return `${unknown}: ${formatVersion(until)} was the last to have it`;
  return isMissing ? needs : unknown;
}

const moduleNames: Readonly<Record<NginxModule, string>> = {
  lua: 'Lua module',
  brotli: 'Brotli module',
  http_v2: 'HTTP/2 module',
  http_v3: 'HTTP/3 module',
};

function isKnown(rule: DirectiveRule, platform: NginxPlatform): boolean {
  return hasModule(rule, platform) && !isTooNew(rule, platform) && !isGone(rule, platform);
}

function hasModule(rule: DirectiveRule, platform: NginxPlatform): boolean {
  return rule.module === null || platform.modules.includes(rule.module);
}

function isTooNew(rule: DirectiveRule, platform: NginxPlatform): boolean {
  return rule.since !== null && compareVersions(versionFor(rule.module, platform), rule.since) < 0;
}

function isGone(rule: DirectiveRule, platform: NginxPlatform): boolean {
  return rule.until !== null && compareVersions(versionFor(rule.module, platform), rule.until) > 0;
}

/** Lua directives count by lua-nginx-module; a platform that does not tell its version is taken for the oldest. */
function versionFor(module: NginxModule | null, platform: NginxPlatform): NginxVersion {
  return module === 'lua' ? (platform.luaVersion ?? [0, 0, 0]) : platform.version;
}

function readTable(): ReadonlyMap<string, readonly DirectiveRule[]> {
  const rules = new Map<string, DirectiveRule[]>();
  for (const data of [directivesData, thirdPartyDirectivesData]) {
    for (const line of data.trim().split('\n')) {
      const rule = readRule(line);
      const others = rules.get(rule.name);
      if (others === undefined) rules.set(rule.name, [rule]);
      else others.push(rule);
    }
  }
  return rules;
}

/** Reads a line such as `http3 http,server flag since=1.25.0 module=http_v3`. */
function readRule(line: string): DirectiveRule {
  const [name = '', contexts = '', args = '', ...notes] = line.split(' ');
  const isBlock = args.startsWith('block,');
  const isFlag = args === 'flag';
  const [fewest = '', most = fewest] = (isBlock ? args.slice('block,'.length) : args).split('-');
  const note = (key: string) => notes.find((text) => text.startsWith(key))?.slice(key.length);
  return {
    name,
    contexts: contexts.split(',') as (ConfigContext | 'any')[],
    fewestArgs: isFlag ? 1 : Number.parseInt(fewest, 10),
    mostArgs: isFlag ? 1 : most.endsWith('+') ? Number.POSITIVE_INFINITY : Number.parseInt(most, 10),
    isFlag,
    isBlock,
    since: parseVersion(note('since=') ?? '') ?? null,
    until: parseVersion(note('until=') ?? '') ?? null,
    module: (note('module=') as NginxModule | undefined) ?? null,
  };
}
