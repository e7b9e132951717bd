import { expect, test } from 'vitest';
import type { Right } from '../../src/keys/right-names.ts';
import { add, long } from './spec-texts.ts';

const all: readonly Right[] = [
  ['tier', 'premium'],
  ['routes', ['chat']],
  ['models', ['gpt-4o*', '*']],
  ['addresses', ['10.0.0.0/8', '2001:db8::/32']],
  ['not_after', '2027-01-31T12:30:00Z'],
];

test.each<[string, string, string, (readonly Right[])?]>([
  [
    'between braces behind its like, before the comments that follow',
    `key_maps:
  apps:
    clients:
      - { id: one, key: "sha256:A" }    # the first
      # the end

routes: []
`,
    `key_maps:
  apps:
    clients:
      - { id: one, key: "sha256:A" }    # the first
      - { id: new, key: "sha256:F", tier: premium, routes: [chat], models: [gpt-4o*, "*"], addresses: [10.0.0.0/8, "2001:db8::/32"], not_after: 2027-01-31T12:30:00Z }
      # the end

routes: []
`,
    all,
  ],
  [
    'on lines of its own, as deep as the others and behind as many blanks',
    `key_maps:
  apps:
    clients:
    -   id: one
        key: 'sha256:A'
        # only this
        models:
          - o3   # for now

    # two follow
routes: []
`,
    `key_maps:
  apps:
    clients:
    -   id: one
        key: 'sha256:A'
        # only this
        models:
          - o3   # for now
    -   id: new
        key: 'sha256:F'
        tier: premium
        routes: [chat]
        models: [gpt-4o*, "*"]
        addresses: [10.0.0.0/8, "2001:db8::/32"]
        not_after: 2027-01-31T12:30:00Z

    # two follow
routes: []
`,
    all,
  ],
  [
    'into brackets on one line',
    'key_maps: { apps: { clients: [{id: one, key: sha256:A}] } } # all\n',
    'key_maps: { apps: { clients: [{id: one, key: sha256:A}, {id: new, key: sha256:F}] } } # all\n',
  ],
  [
    'into brackets over lines',
    `key_maps:
  apps:
    clients: [
      { id: one, key: sha256:A },   # one, with a comma
      { id: two, key: sha256:B }    # two ] }
    ]
`,
    `key_maps:
  apps:
    clients: [
      { id: one, key: sha256:A },   # one, with a comma
      { id: two, key: sha256:B },    # two ] }
      { id: new, key: sha256:F }
    ]
`,
  ],
  [
    'into brackets over lines that end with a comma',
    `key_maps:
  apps:
    clients: [
      { id: one, key: sha256:A }, # one
    ]
`,
    `key_maps:
  apps:
    clients: [
      { id: one, key: sha256:A }, # one
      { id: new, key: sha256:F },
    ]
`,
  ],
  [
    'into JSON',
    `{
  "key_maps": {
    "apps": {
      "clients": [
        {
          "id": "one",
          "key": "sha256:A"
        }
      ]
    }
  }
}
`,
    `{
  "key_maps": {
    "apps": {
      "clients": [
        {
          "id": "one",
          "key": "sha256:A"
        },
        { "id": "new", "key": "sha256:F", "tier": "premium", "routes": ["chat"] }
      ]
    }
  }
}
`,
    all.slice(0, 2),
  ],
  [
    'as the first of an empty list',
    'key_maps:\n  apps:\n    clients: [ ]  # none yet\n    from: bearer\n',
    'key_maps:\n  apps:\n    clients: [{ id: new, key: sha256:F }]  # none yet\n    from: bearer\n',
  ],
  [
    'as the first where there is no list',
    'key_maps:\n  apps:\n    file: /etc/openclaw/apps.keys  # watched\n\nroutes: []\n',
    'key_maps:\n  apps:\n    file: /etc/openclaw/apps.keys  # watched\n    clients:\n      - { id: new, key: sha256:F }\n\nroutes: []\n',
  ],
  [
    'as the first where the list is left out',
    'key_maps:\n  apps:\n    clients:   # soon\n    from: bearer\n',
    'key_maps:\n  apps:\n    clients:   # soon\n      - { id: new, key: sha256:F }\n    from: bearer\n',
  ],
  [
    'as the first of a map between braces',
    'key_maps:\n  apps: { from: bearer }\n',
    'key_maps:\n  apps: { from: bearer, clients: [{ id: new, key: sha256:F }] }\n',
  ],
  [
    'as the first of a map of nothing',
    'key_maps: { apps: {} }\n',
    'key_maps: { apps: { clients: [{ id: new, key: sha256:F }] } }\n',
  ],
  [
    'with the line ends of the file',
    'key_maps:\r\n  apps:\r\n    clients:\r\n      - id: one\r\n        key: sha256:A\r\n',
    'key_maps:\r\n  apps:\r\n    clients:\r\n      - id: one\r\n        key: sha256:A\r\n      - id: new\r\n        key: sha256:F\r\n',
  ],
  [
    'where the file ends without a line break',
    'key_maps:\n  apps:\n    clients:\n      - {id: one, key: sha256:A}',
    'key_maps:\n  apps:\n    clients:\n      - {id: one, key: sha256:A}\n      - {id: new, key: sha256:F}',
  ],
  [
    'beside a key that is a list of lines',
    'key_maps:\n  apps:\n    clients:\n      - id: one\n        key:\n          - hash: "sha256:A"\n            not_after: 2027-01-31\n',
    'key_maps:\n  apps:\n    clients:\n      - id: one\n        key:\n          - hash: "sha256:A"\n            not_after: 2027-01-31\n      - id: new\n        key: "sha256:F"\n',
  ],
  [
    'behind one that is an alias',
    'x-one: &one { id: one, key: sha256:A }\nkey_maps:\n  apps:\n    clients:\n      - *one\n',
    'x-one: &one { id: one, key: sha256:A }\nkey_maps:\n  apps:\n    clients:\n      - *one\n      - { id: new, key: sha256:F }\n',
  ],
])('a client goes %s', (_name, before, after, rights = []) => {
  expect(add(long(before), 'new', rights)).toBe(long(after));
});

test.each([['123'], ['1e3'], ['true'], ['null'], ['0x1F']])('the id %s stays a text', (id) => {
  const before = long('key_maps: { apps: { clients: [{ id: one, key: sha256:A }] } }\n');
  expect(add(before, id)).toContain(`{ id: "${id}", key:`);
});
