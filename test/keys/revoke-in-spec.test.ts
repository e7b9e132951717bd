import { expect, test } from 'vitest';
import { long, revoke } from './spec-texts.ts';

test.each<[string, string, string]>([
  [
    'lines, with the comment behind it; those above and below stay',
    `key_maps:
  apps:
    clients:
      # one
      - { id: one, key: sha256:A }   # 1
      # app
      - id: app   # 2
        key:
          - sha256:B
          # inside
          - sha256:C   # behind
      # two

      - { id: two, key: sha256:D }
`,
    `key_maps:
  apps:
    clients:
      # one
      - { id: one, key: sha256:A }   # 1
      # app
      # two

      - { id: two, key: sha256:D }
`,
  ],
  [
    'the last lines',
    'key_maps:\n  apps:\n    clients:\n      - { id: one, key: sha256:A }\n      - id: app\n        key: sha256:B\n\nroutes: []\n',
    'key_maps:\n  apps:\n    clients:\n      - { id: one, key: sha256:A }\n\nroutes: []\n',
  ],
  [
    'the last line of the file, which has no line break',
    'key_maps:\n  apps:\n    clients:\n      - { id: one, key: sha256:A }\n      - { id: app, key: sha256:B }',
    'key_maps:\n  apps:\n    clients:\n      - { id: one, key: sha256:A }',
  ],
  [
    'the first lines, the dash on one of its own',
    'key_maps:\n  apps:\n    clients:\n      -\n        id: app\n        key: sha256:B\n      - { id: one, key: sha256:A }\n',
    'key_maps:\n  apps:\n    clients:\n      - { id: one, key: sha256:A }\n',
  ],
  [
    'the first between brackets',
    'key_maps: { apps: { clients: [{ id: app, key: sha256:A }, { id: one, key: sha256:B }] } }\n',
    'key_maps: { apps: { clients: [{ id: one, key: sha256:B }] } }\n',
  ],
  [
    'the middle between brackets',
    'key_maps: { apps: { clients: [{ id: one, key: sha256:A }, { id: app, key: sha256:B }, { id: two, key: sha256:C }] } }\n',
    'key_maps: { apps: { clients: [{ id: one, key: sha256:A }, { id: two, key: sha256:C }] } }\n',
  ],
  [
    'a line between brackets over lines',
    'key_maps:\n  apps:\n    clients: [\n      { id: one, key: sha256:A }, # 1\n      { id: app, key: sha256:B }, # app\n      # 2\n      { id: two, key: sha256:C } ]\n',
    'key_maps:\n  apps:\n    clients: [\n      { id: one, key: sha256:A }, # 1\n      # 2\n      { id: two, key: sha256:C } ]\n',
  ],
  [
    'the last line between brackets over lines',
    'key_maps:\n  apps:\n    clients: [\n      { id: one, key: sha256:A },  # 1, a\n      { id: app, key: sha256:B }   # app\n    ]\n',
    'key_maps:\n  apps:\n    clients: [\n      { id: one, key: sha256:A }  # 1, a\n    ]\n',
  ],
  [
    'the last of two behind a comment',
    'key_maps:\n  apps:\n    clients: [{ id: one, key: sha256:A }, # 1\n      { id: app, key: sha256:B }]\n',
    'key_maps:\n  apps:\n    clients: [{ id: one, key: sha256:A } # 1\n      ]\n',
  ],
  [
    'the last of all, where there is a key file',
    'key_maps:\n  apps:\n    clients:  # ours\n      # one\n      - { id: app, key: sha256:A }\n    file: /etc/apps.keys\n',
    'key_maps:\n  apps:\n    file: /etc/apps.keys\n',
  ],
  [
    'the last of all between braces, where there is a key file',
    'key_maps: { apps: { file: /etc/apps.keys, clients: [{ id: app, key: sha256:A }] } }\n',
    'key_maps: { apps: { file: /etc/apps.keys } }\n',
  ],
])('%s', (_name, before, after) => {
  expect(revoke(long(before), 'app')).toBe(long(after));
});

test.each<[string, string, string, string]>([
  ['between brackets', '[sha256:A, { hash: sha256:B }, sha256:C]', 'bbbbbbbb', '[sha256:A, sha256:C]'],
  ['over lines', '\n          - sha256:A  # 1\n          - sha256:B', 'aaaaaaaa', '\n          - sha256:B'],
])('one key of several %s', (_name, key, prefix, left) => {
  const spec = (text: string) => long(`key_maps:\n  apps:\n    clients:\n      - id: app\n        key: ${text}\n`);
  expect(revoke(spec(key), 'app', prefix)).toBe(spec(left));
});

test('the only key of a client takes the client with it', () => {
  const before = 'key_maps: { apps: { clients: [{ id: app, key: sha256:A }, { id: one, key: sha256:B }] } }\n';
  const after = 'key_maps: { apps: { clients: [{ id: one, key: sha256:B }] } }\n';
  expect(revoke(long(before), 'app', 'aaaaaaaaaaaa')).toBe(long(after));
});
