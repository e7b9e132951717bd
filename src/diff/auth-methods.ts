import { memoize } from './memoize.ts';
import type { PublicModel } from './public-model.ts';
import type { Context } from './rule.ts';
import { quote } from './verdicts.ts';

/** Something that routes can ask callers for. */
export interface Method {
  /** Its section of the spec; the word for it in changes. */
  readonly object: MethodObject;
  readonly name: string;
  /** Such as ``key map `apps` ``. */
  readonly title: string;
  /** Such as ``a key of `apps` ``. */
  readonly proof: string;
  readonly value: object & { readonly name: string };
}

export type MethodObject = 'key_map' | 'jwt' | 'introspection' | 'basic_auth' | 'client_certificates';

const words: Readonly<Record<MethodObject, { readonly title: string; readonly proof: string }>> = {
  key_map: { title: 'key map', proof: 'a key' },
  jwt: { title: 'issuer', proof: 'a token' },
  introspection: { title: 'issuer', proof: 'a token' },
  basic_auth: { title: 'basic auth', proof: 'a password' },
  client_certificates: { title: 'client certificates', proof: 'a certificate' },
};

export const methodsOf = memoize((model: PublicModel): readonly Method[] => {
  const of = (object: MethodObject, values: readonly Method['value'][]): readonly Method[] =>
    values.map((value) => ({
      object,
      name: value.name,
      title: `${words[object].title} ${quote(value.name)}`,
      proof: `${words[object].proof} of ${quote(value.name)}`,
      value,
    }));
  return [
    ...of('key_map', model.keyMaps),
    ...of('jwt', model.tokenIssuers),
    ...of('introspection', model.introspection),
    ...of('basic_auth', model.basicAuth),
    ...of('client_certificates', model.clientCertificates),
  ];
});

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
