import type { Path } from '../../diagnostics/diagnostic.ts';
import { containsRange } from '../../gateway/common/address-range.ts';
import type { AddressRules } from '../../gateway/common/authentication.ts';
import { namedClients } from '../common/named-clients.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3008 and OC3012: address rules that let nobody in, or everybody. */
export const checkAddresses: Check = (gateway, sink) => {
  const { server, routes } = gateway;
  checkRules({ at: ['server'], own: server.addresses, around: noRules }, sink);
  for (const { at, addresses } of routes) checkRules({ at, own: addresses, around: server.addresses }, sink);
  for (const { at, addresses } of namedClients(gateway)) warnEverybody([...at, 'addresses'], addresses, sink);
};

const noRules: AddressRules = { allow: [], deny: [] };

/** The rules of a route hold beside those of the server. */
function checkRules(given: { at: Path; own: AddressRules; around: AddressRules }, sink: CheckSink): void {
  const { at, own, around } = given;
  const allow = [...at, 'allow'];
  warnEverybody(allow, own.allow, sink);
  if (own.allow.length === 0) return;
  if (isDenied(own.allow, own.deny))
    sink.error('OC3008', allow, {
      part: 'key',
      message: '`allow` lets nobody in: `deny` has all of it',
      help: '`deny` wins; with `allow`, everybody else is refused without it',
      related: [{ message: 'denied here', path: [...at, 'deny'] }],
    });
  else if (isDenied(own.allow, [...own.deny, ...around.deny]))
    sink.error('OC3008', allow, {
      part: 'key',
      message: '`allow` lets nobody in: the server denies all of it',
      help: 'the rules of the server hold on every route',
      related: [{ message: 'denied here', path: ['server', 'deny'] }],
    });
  else if (around.allow.length > 0 && !own.allow.some((range) => around.allow.some((other) => overlap(range, other))))
    sink.error('OC3008', allow, {
      part: 'key',
      message: '`allow` lets nobody in: the server allows none of it',
      help: 'the rules of the server hold on every route',
      related: [{ message: 'allowed here', path: ['server', 'allow'] }],
    });
}

function isDenied(allow: readonly string[], deny: readonly string[]): boolean {
  return allow.every((range) => deny.some((wider) => containsRange(wider, range)));
}

/** Ranges are one in the other, or apart. */
function overlap(one: string, other: string): boolean {
  return containsRange(one, other) || containsRange(other, one);
}

function warnEverybody(list: Path, ranges: readonly string[], sink: CheckSink): void {
  for (const range of ranges.filter((each) => each.endsWith('/0')))
    sink.warning(
      'OC3012',
      sink.placeOf(list, (text) => text.toLowerCase() === range),
      {
        message: `\`${range}\` is every ${range.includes(':') ? 'IPv6' : 'IPv4'} address`,
        help: 'name the addresses that may call, or leave the list out',
      },
    );
}
