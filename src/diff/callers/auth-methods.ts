import { memoize } from '../common/memoize.ts';
import type {
  PublicBasicAuth,
  PublicCertificates,
  PublicIntrospection,
  PublicKeyMap,
  PublicModel,
  PublicTokenIssuer,
} from '../common/public-model.ts';
import type { Context } from '../common/rule.ts';
import { quote } from '../common/verdicts.ts';

/** Something that routes can ask callers for; `object` is the word for it in changes. */
export type Method = {
  readonly name: string;
  /** Such as ``key map `apps` ``. */
  readonly title: string;
  /** Such as ``a key of `apps` ``. */
  readonly proof: string;
} & (
  | { readonly object: 'key_map'; readonly value: PublicKeyMap }
  | { readonly object: 'jwt'; readonly value: PublicTokenIssuer }
  | { readonly object: 'introspection'; readonly value: PublicIntrospection }
  | { readonly object: 'basic_auth'; readonly value: PublicBasicAuth }
  | { readonly object: 'client_certificates'; readonly value: PublicCertificates }
);

/** Section by section, each sorted by name. */
export const methodsOf = memoize((model: PublicModel): readonly Method[] => [
  ...model.keyMaps.map((value) => ({ object: 'key_map', ...named(value, 'key map', 'a key'), value }) as const),
  ...model.tokenIssuers.map((value) => ({ object: 'jwt', ...named(value, 'issuer', 'a token'), value }) as const),
  ...model.introspection.map(
    (value) => ({ object: 'introspection', ...named(value, 'issuer', 'a token'), value }) as const,
  ),
  ...model.basicAuth.map(
    (value) => ({ object: 'basic_auth', ...named(value, 'basic auth', 'a password'), value }) as const,
  ),
  ...model.clientCertificates.map(
    (value) =>
      ({ object: 'client_certificates', ...named(value, 'client certificates', 'a certificate'), value }) as const,
  ),
]);

function named({ name }: { readonly name: string }, title: string, proof: string) {
  return { name, title: `${title} ${quote(name)}`, proof: `${proof} of ${quote(name)}` };
}

/** Of two with one name a route means the first. */
export const methodsByName = memoize(
  (model: PublicModel): ReadonlyMap<string, Method> =>
    new Map([...methodsOf(model)].reverse().map((method) => [method.name, method])),
);

/** The old names of methods that have another one now, and mean what they meant. */
export const renamedMethods = memoize(
  ({ before, after }: Context<unknown>['gateways']): ReadonlyMap<string, string> => {
    const gone = methodsOf(before).filter(({ name }) => !methodsByName(after).has(name));
    const come = methodsOf(after).filter(({ name }) => !methodsByName(before).has(name));
    if (gone.length === 0 || come.length === 0) return new Map();
    const byMeaning = new Map(gone.map((method) => [meaningOf(method), method.name]));
    return new Map(
      come.flatMap((method) => {
        const meaning = meaningOf(method);
        const name = byMeaning.get(meaning);
        byMeaning.delete(meaning);
        return name === undefined ? [] : [[method.name, name] as const];
      }),
    );
  },
);

function meaningOf({ object, value }: Method): string {
  return JSON.stringify([object, { ...value, name: '' }]);
}
