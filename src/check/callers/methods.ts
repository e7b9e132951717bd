import { suggest } from '../../diagnostics/suggest.ts';
import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import { authMethodsOf } from '../../gateway/common/auth-methods.ts';
import { fullName, namedMethods } from '../common/auth-places.ts';
import type { Check } from '../common/rule.ts';

/** OC3001, OC2005 and OC3012: names of ways to authenticate that routes cannot use, or that none uses. */
export const checkAuthMethods: Check = (gateway, sink) => {
  const methods = authMethodsOf(gateway);
  const names = methods.map(({ name }) => name);
  const used = new Set(gateway.routes.flatMap(namedMethods));
  for (const name of [...used]) {
    const meant = names.includes(name) ? undefined : suggest(name, names);
    if (meant !== undefined) used.add(meant);
  }
  const first = new Map<string, AuthMethod>();
  for (const method of methods) {
    const { name, value } = method;
    const earlier = first.get(name);
    if (earlier !== undefined)
      sink.error('OC3001', value.at, {
        part: 'key',
        message: `\`${fullName(method)}\` has the name of \`${fullName(earlier)}\``,
        help: 'routes name them alike, so each needs a name of its own',
        related: [{ message: 'first used here', path: earlier.value.at, part: 'key' }],
      });
    else first.set(name, method);
    if (name === 'none')
      sink.error('OC2005', value.at, {
        part: 'key',
        message: 'name `none` is reserved',
        help: '`auth: none` lets everyone in; choose another name',
      });
    else if (!used.has(name))
      sink.warning('OC3012', value.at, {
        part: 'key',
        message: `\`${fullName(method)}\` is never used`,
        help: `name it in a route, such as \`auth: ${name}\``,
      });
  }
};
