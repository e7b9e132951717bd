import { suggest } from '../../diagnostics/suggest.ts';
import { authMethodsOf } from '../../gateway/common/auth-methods.ts';
import type { Check } from '../common/rule.ts';

/** OC3018 and OC3008: clients that are said to be those of a way to authenticate that is not there, or has none of its own. */
export const checkSameClients: Check = (gateway, sink) => {
  const methods = authMethodsOf(gateway);
  for (const { name, value } of methods) {
    const { sameClientsAs: wanted, at } = value;
    if (wanted === null) continue;
    const place = [...at, 'same_clients_as'];
    const others = methods.map((method) => method.name).filter((other) => other !== name);
    const found = methods.find((method) => method.name === wanted);
    const near = suggest(wanted, others);
    if (wanted === name)
      sink.error('OC3008', place, {
        message: `\`${name}\` has the clients of \`${name}\` anyway`,
        help: 'name another way to authenticate, or leave `same_clients_as` out',
      });
    else if (found === undefined)
      sink.error('OC3018', place, {
        message: `unknown way to authenticate \`${wanted}\``,
        help: `${near === undefined ? '' : `did you mean \`${near}\`? `}others: ${others.join(', ') || 'none'}`,
      });
    else if (found.value.sameClientsAs !== null)
      sink.error('OC3008', place, {
        message: `\`${wanted}\` has no clients of its own: they are those of \`${found.value.sameClientsAs}\``,
        help: `write \`same_clients_as: ${found.value.sameClientsAs}\``,
      });
  }
};
