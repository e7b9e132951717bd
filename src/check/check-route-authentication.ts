import type { Check } from './check.ts';

/** OC3006: a route that lets everyone in without saying so. */
export const checkRouteAuthentication: Check = (gateway, sink) => {
  for (const route of gateway.routes) {
    if (route.auth !== 'unset') continue;
    sink.warning('OC3006', [...route.at, 'path'], {
      message: `route \`${route.name}\` lets everyone in`,
      help: 'if that is meant, write `auth: none`',
    });
  }
};
