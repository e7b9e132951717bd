import type { StageExplanations } from './explanation.ts';

export const meaningExplanations: StageExplanations<'OC3'> = {
  OC3001: {
    cause:
      'Two things have one name, so nothing that uses the name can say which it means. Case makes no difference between names of headers. A server that is listed twice is only a warning.',
    cure: 'Rename one, or remove it. To send a server more requests, give it a `weight`.',
  },
  OC3002: {
    cause: 'A route, model, fallback, mirror or client names an upstream that `upstreams` does not have.',
    cure: 'Correct the name, or add the upstream.',
  },
  OC3003: {
    cause:
      'Of several routes on one path the first whose `match` holds answers, and an earlier one always does. What the later one says, `auth` and `allow` included, never happens.',
    cure: 'Put the narrower route first, give the earlier one a `match`, or remove the later one.',
  },
  OC3004: {
    cause:
      'An upstream has no server that takes requests as long as all is well: every one is `down`, a `backup` or has weight 0.',
    cure: 'Give at least one server a weight, and mark it neither `down` nor `backup`.',
  },
  OC3005: {
    cause:
      "A key would leave for a host that is not its provider's, or cross a public network in clear text. Whoever gets it can spend your money; a typing error in a host name is enough.",
    cure: 'Correct the host or the key, or use `https://`. If the host is meant to have it: `credential: { from: …, hosts: [that.host] }`.',
  },
  OC3006: {
    cause:
      'A route does not say who may call it. An open gateway in front of paid models is found within hours, so being open has to be written down.',
    cure: 'Write `auth:` with a way to authenticate, or `auth: none` to let everyone in. See [authentication.md](authentication.md).',
  },
  OC3007: {
    cause:
      'No route, model, fallback or mirror leads to this upstream. Often the name in the route is another one than was meant.',
    cure: 'Use it or remove it.',
  },
  OC3008: {
    cause:
      'Two settings exclude each other, or one asks for what can never be. Taking one of them silently would be a guess about what you meant.',
    cure: 'Decide for one, as the message says.',
  },
  OC3009: {
    cause: 'The prefix to strip is not how the path of this route begins, so requests would go on with the wrong path.',
    cure: 'Strip a prefix of the path. To replace the path altogether, use `set_path`.',
  },
  OC3010: {
    cause:
      'Without a `resolver` nginx looks names up once, when it starts. Providers change their addresses, and then the gateway calls into the void until a reload.',
    cure: 'Name a `resolver`, or accept it for this upstream: `resolve: false`.',
  },
  OC3011: {
    cause:
      '`server.names` lists the hosts that are served, and a route waits for another one. No request would ever reach it.',
    cure: 'Add the host to `server.names`, or correct `match.host`.',
  },
  OC3012: {
    cause:
      'What is written changes nothing. It is a warning because it is harmless, but somebody expected something of it.',
    cure: 'Remove it, or mend what keeps it from working: a misspelt name, mostly, or a limit that another one always reaches first.',
  },
  OC3013: {
    cause:
      'Anyone between the gateway and this upstream can pose as it, read every prompt and take the key that is sent along.',
    cure: 'Trust its authority instead: `tls: { ca: path/to/ca.pem }`.',
  },
  OC3014: {
    cause: 'Two listeners want one address and port, and nginx would not start.',
    cure: 'Give one of them another port: `server.listen.http` or `server.listen.https`.',
  },
  OC3015: {
    cause:
      'Something cannot work without something else that is not there, such as a provider without servers or a name without a `resolver`.',
    cure: 'Add what the message names; it shows how.',
  },
  OC3016: {
    cause:
      'A key in the query string is part of the request line. Access logs, error logs and histories of proxies and browsers keep that line.',
    cure: 'Send it in a header where the other side takes one.',
  },
  OC3017: {
    cause: '`allow` or `deny` names a list that `address_lists` does not have.',
    cure: 'Correct the name, or add the list.',
  },
  OC3018: {
    cause:
      '`auth` names a way that none of `key_maps`, `jwt`, `introspection`, `basic_auth` and `client_certificates` has.',
    cure: 'Correct the name, or add the way. To let everyone in, write `auth: none`.',
  },
  OC3019: {
    cause: 'A right of a client or a rule names a route that is not there.',
    cure: 'Correct the name. Routes without `name` are called after their path; the message lists them all.',
  },
  OC3020: {
    cause: 'Two clients have the same key, so nobody can tell which of them is calling: for limits, rights or the log.',
    cure: 'Give each client a key of its own: `openclaw keys rotate`.',
  },
  OC3021: {
    cause:
      'Callers are asked for something that proves little: a key that everybody knows, a password in clear text, a token made for somebody else. Some of these are errors, some warnings.',
    cure: 'Follow the help: a new key, `tls`, an `audience` and an `issuer`, or a cheaper password hash.',
  },
  OC3022: {
    cause: 'The shares of a `split` say who gets how many of all requests, so they have to make 100% together.',
    cure: 'Add what is missing or take away what is too much; the message counts it.',
  },
  OC3023: {
    cause:
      'A route can lead to upstreams that speak different APIs, and nothing is translated: a fallback would get requests that it does not understand.',
    cure: 'Choose upstreams of one API. If they do understand each other, say which it is: `api: openai` on the route.',
  },
  OC3024: {
    cause:
      'One limit of time makes another impossible or useless, such as a gateway that works for longer than clients wait. What comes too late is paid for, and nobody reads it.',
    cure: 'Shorten the inner limit or lengthen the outer one; the message does the sum.',
  },
  OC3025: {
    cause:
      "A copy of each request, or a health check, goes to somebody else's service. It is billed, and the copy has the whole prompt.",
    cure: 'Make sure that this is meant and that callers agree; else mirror to a server of your own, or let requests show its health.',
  },
  OC3026: {
    cause: '`limits` names a zone that `rate_zones` does not have.',
    cure: 'Correct the name, or add the zone.',
  },
};
