import { findEntryProblem, isEntryBlock } from './check-entries.ts';
import { findLocationProblem } from './check-location.ts';
import { findUnknownParameters } from './check-parameters.ts';
import { findRepeats } from './check-repeats.ts';
import { type ConfigContext, type DirectiveRule, explainUnknown, findRulesFor } from './directives.ts';
import { type ConfigFiles, expandIncludes, type LevelContext, readConfigFile } from './expand-includes.ts';
import type { ConfigProblem, Directive } from './parse-config.ts';
import type { NginxPlatform } from './platform.ts';

interface Level {
  readonly directives: readonly Directive[];
  readonly file: string;
  readonly context: LevelContext;
  /** The `location` that this level is the body of. */
  readonly location: Directive | null;
}

type Finding = Pick<ConfigProblem, 'code' | 'message'>;

/**
 * What a platform's nginx would refuse in a rendered artifact: unknown directives and parameters (OC5001), wrong
 * contexts (OC5002), wrong numbers of parameters (OC5003), text that is malformed or stands twice (OC5004).
 * Follows `include` from `main`; files that nothing includes are not looked at. Values are mostly left to `nginx -t`.
 */
export function checkConfig(options: {
  /** Path relative to the artifact's root → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly main: string;
  readonly platform: NginxPlatform;
}): readonly ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>();
  const report = (problem: ConfigProblem): void => {
    problems.set(`${problem.file}:${problem.line}:${problem.message}`, problem);
  };
  const files: ConfigFiles = { texts: options.files, parsed: new Map(), visited: new Set(), report };
  const rulesOf = rememberRules(options.platform);

  const checkLevel = (level: Level): void => {
    const expanded = expandIncludes(files, level);
    for (const { directive, file, isNew } of expanded) {
      if (!isNew) continue;
      const add = (finding: Finding): void => report({ ...finding, file, line: directive.name.line });
      if (isEntryBlock(level.context)) {
        const finding = findEntryProblem(directive, level.context);
        if (finding !== null) add(finding);
        continue;
      }
      const rules = rulesOf(directive.name.text);
      if (rules.length === 0) {
        add({ code: 'OC5001', message: explainUnknown(directive.name.text, options.platform) });
        continue;
      }
      const { context } = level;
      const rule = rules.find(({ contexts }) => contexts.includes(context) || contexts.includes('any'));
      if (rule === undefined) {
        add({ code: 'OC5002', message: misplaced(directive, context, rules) });
        continue;
      }
      const finding = findShapeProblem(directive, rule);
      if (finding !== null) add(finding);
      for (const message of findUnknownParameters(directive, context, options.platform))
        add({ code: 'OC5001', message });
      if (rule.name === 'location') {
        const message = findLocationProblem(directive, level.location);
        if (message !== null) add({ code: 'OC5004', message });
      }
      if (rule.isBlock && directive.block !== null) {
        const location = rule.name === 'location' ? directive : null;
        checkLevel({ directives: directive.block, file, context: contextWithin(rule.name, context), location });
      }
    }
    for (const { placed, message } of findRepeats(expanded, level.context)) {
      report({ code: 'OC5004', message, file: placed.file, line: placed.directive.name.line });
    }
    if (level.context === 'main' && !expanded.some(({ directive }) => directive.name.text === 'events')) {
      report({ code: 'OC5004', message: 'no `events` section in the configuration', file: level.file, line: 1 });
    }
  };

  const main = readConfigFile(files, options.main);
  if (main === undefined) {
    report({ code: 'OC5004', message: `\`${options.main}\` is not part of the artifact`, file: options.main, line: 1 });
  } else {
    checkLevel({ directives: main.directives, file: options.main, context: 'main', location: null });
  }
  return [...problems.values()];
}

function rememberRules(platform: NginxPlatform): (name: string) => readonly DirectiveRule[] {
  const known = new Map<string, readonly DirectiveRule[]>();
  return (name) => {
    let rules = known.get(name);
    if (rules === undefined) {
      rules = findRulesFor(name, platform);
      known.set(name, rules);
    }
    return rules;
  };
}

/** nginx's own order: the ending, the number of parameters, then the value of a flag. */
function findShapeProblem(directive: Directive, rule: DirectiveRule): Finding | null {
  const { name, args, block } = directive;
  if (rule.isBlock && block === null) return { code: 'OC5004', message: `\`${name.text}\` has no opening \`{\`` };
  if (!rule.isBlock && block !== null)
    return { code: 'OC5004', message: `\`${name.text}\` is not terminated by \`;\`` };
  if (args.length < rule.fewestArgs || args.length > rule.mostArgs) {
    const message = `invalid number of parameters in \`${name.text}\`: found ${args.length}, expected ${expectedArgs(rule)}`;
    return { code: 'OC5003', message };
  }
  const value = args[0]?.text ?? '';
  if (rule.isFlag && !/^(?:on|off)$/i.test(value)) {
    return { code: 'OC5004', message: `invalid value \`${value}\` in \`${name.text}\`: it must be \`on\` or \`off\`` };
  }
  return null;
}

function expectedArgs(rule: DirectiveRule): string {
  if (rule.mostArgs === Number.POSITIVE_INFINITY) return `at least ${rule.fewestArgs}`;
  return rule.fewestArgs === rule.mostArgs ? `${rule.fewestArgs}` : `${rule.fewestArgs} to ${rule.mostArgs}`;
}

function misplaced(directive: Directive, context: ConfigContext, rules: readonly DirectiveRule[]): string {
  const allowed = new Set(rules.flatMap((rule) => rule.contexts));
  const list = [...allowed].map((each) => contextLabels[each]).join(', ');
  return `\`${directive.name.text}\` is not allowed in ${contextLabels[context]}: it belongs in ${list}`;
}

const contextLabels: Readonly<Record<ConfigContext | 'any', string>> = {
  any: 'any block',
  main: 'the main context',
  events: '`events`',
  http: '`http`',
  server: '`server`',
  location: '`location`',
  upstream: '`upstream`',
  'if-in-server': '`if` in `server`',
  'if-in-location': '`if` in `location`',
  limit_except: '`limit_except`',
};

/** The context of a block's body, by the block's name and where it stands. */
function contextWithin(name: string, around: ConfigContext): LevelContext {
  if (name === 'if') return around === 'server' ? 'if-in-server' : 'if-in-location';
  return name as LevelContext;
}
