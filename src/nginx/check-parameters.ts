import type { ConfigContext } from './directives.ts';
import type { Directive } from './parse-config.ts';
import { compareVersions, formatVersion, type NginxModule, type NginxPlatform, type NginxVersion } from './platform.ts';

interface ParameterRule {
  readonly directive: string;
  readonly context: ConfigContext | 'any';
  readonly parameter: RegExp;
  readonly since: NginxVersion | null;
  readonly module: NginxModule | null;
}

/** Parameters that came later than their directive; nginx's CHANGES file names the versions. */
const parameterRules: readonly ParameterRule[] = [
  { directive: 'listen', context: 'server', parameter: /^quic$/, since: [1, 25, 0], module: 'http_v3' },
  { directive: 'listen', context: 'server', parameter: /^http2$/, since: null, module: 'http_v2' },
  { directive: 'server', context: 'upstream', parameter: /^resolve$/, since: [1, 27, 3], module: null },
  { directive: 'server', context: 'upstream', parameter: /^service=/, since: [1, 27, 3], module: null },
  { directive: 'server', context: 'upstream', parameter: /^(?:route=|drain$)/, since: [1, 29, 6], module: null },
  { directive: 'resolver', context: 'any', parameter: /^ipv4=/, since: [1, 23, 1], module: null },
  { directive: 'proxy_http_version', context: 'any', parameter: /^2$/, since: [1, 29, 4], module: 'http_v2' },
];

const ruledDirectives = new Set(parameterRules.map((rule) => rule.directive));

/** Parameters that this platform does not have, as messages. */
export function findUnknownParameters(directive: Directive, context: ConfigContext, platform: NginxPlatform): string[] {
  const name = directive.name.text;
  if (!ruledDirectives.has(name)) return [];
  const rules = parameterRules.filter(
    (rule) => rule.directive === name && (rule.context === 'any' || rule.context === context),
  );
  return directive.args.flatMap((word) => {
    const rule = rules.find((candidate) => candidate.parameter.test(word.text));
    if (rule === undefined) return [];
    const where = `\`${word.text}\` in \`${name}\``;
    if (rule.since !== null && compareVersions(platform.version, rule.since) < 0) {
      return [
        `${where} is unknown to nginx ${formatVersion(platform.version)}: it came with ${formatVersion(rule.since)}`,
      ];
    }
    if (rule.module !== null && !platform.modules.includes(rule.module)) {
      return [`${where} needs nginx's ${rule.module} module, which is not there`];
    }
    return [];
  });
}
