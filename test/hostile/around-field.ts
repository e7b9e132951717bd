import { isError } from '../../src/diagnostics/diagnostic.ts';
import type { PlainValue } from '../../src/source/value-node.ts';
import { compileSpec } from './compile-spec.ts';
import type { Field } from './fields.ts';

/** Sections of named entries, which routes and each other name. */
const sections = [
  'upstreams',
  'models',
  'rate_zones',
  'key_maps',
  'jwt',
  'introspection',
  'basic_auth',
  'client_certificates',
  'routes',
] as const;

type Spec = Readonly<Record<string, PlainValue>>;

interface Entry {
  readonly section: string;
  readonly key: string;
  readonly name: string;
  /** Every text and every key in it. */
  readonly words: ReadonlySet<string>;
}

/**
 * The field in as much of its spec as has to do with it: the entry that it is in, the entries that name this one, and all
 * that these name; for what is in no entry, two routes. Compiling the rest again for each text would take most of the time,
 * and say the same each time.
 */
export function aroundField(field: Field): Field {
  const [section = '', key = ''] = field.path.map(String);
  const whole = field.spec as Spec;
  const entries = entriesOf(whole);
  const own = entries.find((entry) => entry.section === section && entry.key === key);
  const kept = keptFor(own, entries, new Set(wordsOf(withoutEntries(whole))));
  const spec = only(whole, kept);
  if (compileSpec(spec).diagnostics.some(isError)) return field;
  const index = own && isRoute(own) ? [...kept].filter(isRoute).sort(byKey).indexOf(own) : key;
  return Object.assign({ ...field, spec, path: own ? [section, index, ...field.path.slice(2)] : field.path });
}

function entriesOf(spec: Spec): readonly Entry[] {
  return sections.flatMap((section) =>
    Object.entries(spec[section] ?? {}).map(([key, value]) => {
      const words = new Set(wordsOf(value as PlainValue));
      const name = section === 'routes' ? String((value as Spec).name ?? '') : key;
      return { section, key, name, words };
    }),
  );
}

function wordsOf(value: PlainValue): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  if (value === null || typeof value !== 'object') return [String(value)];
  return Object.entries(value).flatMap(([key, below]) => [key, ...wordsOf(below as PlainValue)]);
}

/** `words` are those of all that is in no entry. */
function keptFor(own: Entry | undefined, entries: readonly Entry[], words: ReadonlySet<string>): ReadonlySet<Entry> {
  const kept = new Set(own ? [own] : entries.filter(isRoute).slice(0, 2));
  const keepAll = (isWanted: (entry: Entry, known: Entry) => boolean): void => {
    // A set is walked to its end, what is added on the way included.
    for (const known of kept) for (const entry of entries) if (isWanted(entry, known)) kept.add(entry);
  };
  // Who names the entry, and who names those in turn, such as the routes of a model of an upstream.
  if (own !== undefined) keepAll((entry, known) => !isRoute(known) && names(entry, known));
  const first = entries.find(isRoute);
  if (![...kept].some(isRoute) && first !== undefined) kept.add(first);
  for (const entry of entries) if (words.has(entry.name)) kept.add(entry);
  keepAll((entry, known) => names(known, entry));
  return kept;
}

function names({ words }: Entry, other: Entry): boolean {
  const isAnyModel = other.section === 'models' && (words.has('by_model') || words.has('models'));
  return isAnyModel || (other.name !== '' && words.has(other.name));
}

function isRoute({ section }: Entry): boolean {
  return section === 'routes';
}

function byKey(one: Entry, other: Entry): number {
  return Number(one.key) - Number(other.key);
}

function withoutEntries(spec: Spec): PlainValue {
  return Object.fromEntries(Object.entries(spec).filter(([section]) => !isSection(section)));
}

function only(spec: Spec, kept: ReadonlySet<Entry>): PlainValue {
  const parts = Object.entries(spec).flatMap(([section, value]) => {
    if (!isSection(section)) return [[section, value]];
    const isKept = (key: string) => [...kept].some((entry) => entry.section === section && entry.key === key);
    const left = Object.entries(value ?? {}).filter(([key]) => isKept(key));
    if (left.length === 0) return [];
    return [[section, section === 'routes' ? left.map(([, below]) => below) : Object.fromEntries(left)]];
  });
  return Object.fromEntries(parts);
}

function isSection(name: string): boolean {
  return (sections as readonly string[]).includes(name);
}
