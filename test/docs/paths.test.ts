import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function markdownBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !/(?:^|\/)out\//.test(name))
    .map((name) => join(folder, name));
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['docs', 'examples', 'findings'].flatMap(markdownBelow),
].sort();

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** What is not part of an example. */
function proseOf(page: string): string {
  return read(page).replace(/^```.*?^```$/gms, '');
}

/** The anchors of a page, as GitHub makes them of headings. */
function anchorsOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', (page) => {
  test('links lead somewhere', () => {
    const broken = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : relative(root, resolve(root, dirname(page), path));
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !(statSync(join(root, file)).isFile() && anchorsOf(file).includes(anchor));
      });
    expect(broken).toEqual([]);
  });
});

/** Decisions and the changelog tell of their time. */
const ofToday = pages.filter((page) => !page.startsWith('docs/decisions/') && page !== 'CHANGELOG.md');

describe.each(ofToday)('%s', (page) => {
  test('files of this repository that it names are there', () => {
    const named = [
      ...proseOf(page).matchAll(/`((?:src|templates|test|docs|examples|schema|scripts|bench|\.ci)(?:\/[^`\s<*]+)?)`/g),
    ].map(([, path = '']) => path);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test('the way of a key in CONTRIBUTING.md names the file of every floor', () => {
  const way = read('CONTRIBUTING.md').match(/^## Add a key$(.*?)^## /ms)?.[1] ?? '';
  const floors = ['language', 'gateway', 'check', 'lower', 'diff'].map((stage) => `src/${stage}/`);
  for (const part of [
    ...floors,
    'templates/',
    'test/errors',
    'test/golden/',
    'test/diff/cases/',
    'test/runtime/',
    'docs',
  ])
    expect(way).toContain(`\`${part}`);
  expect(way.match(/git grep -n (\w+)/)?.[1]).toBe('buffering');
});

test('docs/README.md leads to every page of docs', () => {
  const index = read('docs/README.md');
  for (const page of markdownBelow('docs').filter((name) => dirname(name) === 'docs' && name !== 'docs/README.md'))
    expect(index).toContain(`(${relative('docs', page)})`);
});
