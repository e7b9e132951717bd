/** One line of the table in docs/diff.md. */
export interface EffectRow {
  readonly object: string;
  readonly field: string;
  readonly about: string;
  readonly risks: readonly string[];
  readonly takesEffect: string;
}

/** Objects that come or go as a whole, and what has no field of its own. */
export const wholeEffects: readonly EffectRow[] = [
  {
    object: 'target',
    field: 'name',
    about: 'Another nginx.',
    risks: ['capacity'],
    takesEffect: 'restart',
  },
  ...['key_map', 'jwt', 'introspection', 'basic_auth', 'client_certificates'].flatMap(
    (object): readonly EffectRow[] => [
      {
        object,
        field: '(new)',
        about: 'Routes can ask for it. Loosens when they asked for something else of this name.',
        risks: ['loosens', 'cosmetic'],
        takesEffect:
          object === 'jwt' || object === 'introspection'
            ? 'reload; restart when its secret is in a variable'
            : 'reload',
      },
      {
        object,
        field: '(gone)',
        about: 'No route can ask for it any more.',
        risks: ['cosmetic'],
        takesEffect: 'reload',
      },
    ],
  ),
  {
    object: 'client',
    field: '(new)',
    about: 'A client of a key map. Loosens: one more may call.',
    risks: ['loosens'],
    takesEffect: 'within 2 s, no reload',
  },
  {
    object: 'client',
    field: '(gone)',
    about: 'It can no longer call.',
    risks: ['narrows'],
    takesEffect: 'within 2 s, no reload',
  },
  {
    object: 'certificate',
    field: '(new)',
    about: 'A client certificate that is known, by its subject. Loosens: one more may call.',
    risks: ['loosens'],
    takesEffect: 'reload',
  },
  {
    object: 'certificate',
    field: '(gone)',
    about: 'Its bearer can no longer call.',
    risks: ['narrows'],
    takesEffect: 'reload',
  },
  {
    object: 'upstream',
    field: '(new)',
    about: 'Loosens when it is not verified, gets a key unencrypted, or gets one that went to other hosts so far.',
    risks: ['loosens', 'capacity'],
    takesEffect: 'reload; restart when its key is in a variable',
  },
  {
    object: 'upstream',
    field: '(gone)',
    about: 'Nothing is sent to it any more.',
    risks: ['capacity'],
    takesEffect: 'reload',
  },
  {
    object: 'model',
    field: '(new)',
    about:
      'A name that clients may ask for. Loosens when it was refused, or when others serve it than the pattern that it fell under, as another `upstream` of a route does.',
    risks: ['loosens', 'narrows', 'reroutes', 'cosmetic'],
    takesEffect: 'reload',
  },
  {
    object: 'model',
    field: '(gone)',
    about: 'It is refused, or served as a pattern says that it falls under.',
    risks: ['loosens', 'narrows', 'reroutes', 'cosmetic'],
    takesEffect: 'reload',
  },
  {
    object: 'rate_zone',
    field: '(new)',
    about: 'Routes can ask for it.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
  },
  {
    object: 'rate_zone',
    field: '(gone)',
    about: 'No route can ask for it any more.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
  },
  {
    object: 'route',
    field: '(new)',
    about:
      'Loosens when it answers requests that were refused, or that a route which asks for more, or sends them to fewer, answered.',
    risks: ['loosens', 'reroutes'],
    takesEffect: 'reload',
  },
  {
    object: 'route',
    field: '(gone)',
    about: 'Loosens when a route that asks for less, or sends requests to more, answers instead.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
  },
  {
    object: 'route',
    field: 'requests, order',
    about:
      'Requests that another route answers now, that are refused now, or that were. Loosens as another `upstream` does too.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
  },
];
