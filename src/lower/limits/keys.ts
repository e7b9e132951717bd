import type { RateZone, ZoneKey } from '../../gateway/common/limits.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, escapeRegex, expression, literal, mapKey, mapRegex, text, variable } from '../../nginx/token.ts';
import type { MapEntry, MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import { shortHash } from '../common/short-hash.ts';
import { argumentStart } from '../reading/argument-patterns.ts';
import { headerVariable } from '../reading/hash-keys.ts';

/** A `map` that makes what a limit counts by; an empty result is not counted. */
interface LimitMap {
  readonly title: readonly Token[];
  readonly source: Token;
  readonly otherwise: Token;
  readonly entries: readonly MapEntry[];
}

export interface LimitKeys {
  /** What the limit counts by: those of the tier if it has a rate of its own, everybody else for null. */
  keyOf(zone: RateZone, tier: string | null): Token;
  /** Each once, in the order in which they were asked for. */
  readonly maps: readonly MapView[];
}

/** Longer values of headers and arguments count as none: each would take as much of the memory as it is long. */
const longestValue = 256;

/**
 * A value as clients encode it: capital hexadecimal digits, and never for a letter, a digit or one of `-._` (RFC 3986,
 * 6.2.2). Whoever spells it in another way has no count of that value's own, for each would begin anew.
 */
const usualSpelling = '(?:[^&;%]|%(?![46][1-9A-F]|[57][0-9A]|3[0-9]|2[DE]|5F)[0-9A-F]{2})';

/**
 * Variables are named for what is in their maps: nginx keeps the old configuration when a zone of the same name has
 * another key on reload (ngx_http_limit_req_init_zone), so neither name may outlive its meaning.
 */
export function createLimitKeys(variableOfClaim: (claim: string) => string): LimitKeys {
  const maps = new Map<string, MapView>();
  const addNamed = (name: string, map: LimitMap): string => {
    const title = [comment('counted'), comment('by'), ...map.title];
    if (!maps.has(name)) maps.set(name, mapView({ ...map, title, variable: variable(name) }));
    return name;
  };
  const add = (map: LimitMap): string => addNamed(`openclaw_limit_${contentHash(map)}`, map);

  /** A holder of one IPv6 address mostly has all of its /64. */
  const address = (): string =>
    addNamed('openclaw_limit_address', {
      title: [comment('address')],
      source: variable('binary_remote_addr'),
      otherwise: variable('binary_remote_addr'),
      entries: [{ key: mapRegex('(?s)\\A(?<openclaw_net>.{8}).{8}\\z'), value: variable('openclaw_net') }],
    });

  const caller = (): string =>
    addNamed('openclaw_limit_client', {
      title: [comment('client')],
      source: variable('openclaw_counted'),
      otherwise: variable('openclaw_counted'),
      entries: [{ key: mapKey('address'), value: expression([{ literal: 'address ' }, { variable: address() }]) }],
    });

  const claim = (name: string): string => {
    const source = variableOfClaim(name);
    return add({
      title: [comment('claim'), comment(name)],
      source: variable(source),
      otherwise: expression([{ literal: 'claim ' }, { variable: source }]),
      entries: [{ key: mapKey(''), value: variable(caller()) }],
    });
  };

  /** Not that of a request that will be refused: whoever has no key of ours could use up somebody's count. */
  const given = (kind: 'header' | 'query', name: string): string => {
    const source = kind === 'header' ? headerVariable(name) : 'args';
    const pattern =
      kind === 'header'
        ? `\\A.{1,${longestValue}}\\z`
        : `${argumentStart(name)}=(?=[^&]{1,${longestValue}}(?:&|\\z))(?<openclaw_value>${usualSpelling}+)(?:&|\\z)`;
    const title = [comment(kind), comment(name)];
    const value = add({
      title,
      source: variable(source),
      otherwise: variable(caller()),
      entries: [
        {
          key: mapRegex(pattern),
          value: expression([{ literal: `${kind} ` }, { variable: kind === 'header' ? source : 'openclaw_value' }]),
        },
      ],
    });
    return add({
      title: [...title, comment('unless'), comment('refused')],
      source: variable('openclaw_counted'),
      otherwise: variable(value),
      entries: [{ key: mapKey(''), value: literal('') }],
    });
  };

  const base = (key: ZoneKey): Token => {
    switch (key.kind) {
      case 'ip':
        return variable(address());
      case 'client':
        return variable(caller());
      case 'route':
        return variable('openclaw_route');
      case 'gateway':
        return text('gateway');
      case 'claim':
        return variable(claim(key.name));
      case 'header':
      case 'query':
        return variable(given(key.kind, key.name));
    }
  };

  return {
    get maps() {
      return [...maps.values()];
    },
    keyOf(zone, tier) {
      const key = base(zone.key);
      if (zone.tiers.length === 0) return key;
      // By expressions, because nginx compares strings without regard to case and a token may name any tier.
      const isTier = (name: string): Token => mapRegex(`\\A${escapeRegex(name)}\\z`);
      const isOwn = tier !== null;
      return variable(
        add({
          title: isOwn ? [comment('tier'), comment(tier)] : [comment('other'), comment('tiers')],
          source: variable('openclaw_tier'),
          otherwise: isOwn ? literal('') : key,
          entries: isOwn
            ? [{ key: isTier(tier), value: key }]
            : zone.tiers.map(({ name }) => ({ key: isTier(name), value: literal('') })),
        }),
      );
    },
  };
}

/** Of all that nginx reads; maps that read others name them, and so what is in those. */
function contentHash({ source, otherwise, entries }: LimitMap): string {
  const words = [source, otherwise, ...entries.flatMap(({ key, value }) => [key, value])].map(({ reads }) => reads);
  return shortHash(words.join('\n'));
}
