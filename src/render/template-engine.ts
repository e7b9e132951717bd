import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { TokenKind } from '../nginx/token.ts';
import { Token } from '../nginx/token.ts';
import { templatesDirectory } from './templates-directory.ts';

export type TemplateLanguage = 'nginx' | 'lua' | 'yaml' | 'dockerfile' | 'plain' | 'hcl';

const kindsOf: Readonly<Record<TemplateLanguage, readonly TokenKind[]>> = {
  nginx: ['nginx', 'comment'],
  lua: ['lua', 'comment'],
  yaml: ['yaml', 'comment'],
  dockerfile: ['dockerfile', 'comment'],
  plain: ['plain', 'comment'],
  hcl: ['hcl', 'comment'],
};

/** A rendered template before its values are in: each is a private-use placeholder that points into `tokens`. */
interface Skeleton {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** Private-use characters that no template and no value contains, because values enter only afterwards. */
function placeholder(index: number): string {
  return `\uE000${index}\uE001`;
}

/**
 * Renders one template. Every mustache goes through `emit`, which takes tokens and nothing else: a string in a view
 * cannot be printed, not even by a triple stash, because the parsed template is rewritten before it is compiled.
 */
export type Render = (template: string, language: TemplateLanguage, view: object) => Skeleton;

export function createTemplateEngine(directory: URL = templatesDirectory): Render {
  const instance = Handlebars.create();
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  let language: TemplateLanguage = 'nginx';
  let tokens: Token[] = [];

  const print = (value: unknown, place: string): string => {
    if (!(value instanceof Token)) throw new TypeError(`${place}: only tokens can be printed, not ${typeof value}`);
    if (!kindsOf[language].includes(value.kind))
      throw new TypeError(`${place}: a token for ${value.kind} in a ${language} template`);
    tokens.push(value);
    return placeholder(tokens.length - 1);
  };
  instance.registerHelper('emit', (value: unknown, options: Handlebars.HelperOptions) => {
    const place = String(options.hash.place);
    return Array.isArray(value) ? value.map((item) => print(item, place)).join(' ') : print(value, place);
  });

  instance.registerHelper('known', (value: unknown, options: Handlebars.HelperOptions) => {
    if (value === undefined) throw new TypeError(`${options.hash.place}: what a block asks for is not in the view`);
    return value;
  });

  const compile = (source: string, name: string): Handlebars.TemplateDelegate => {
    const program = Handlebars.parse(source);
    new EmitGuard(name).accept(program);
    return instance.compile(program, {
      strict: true,
      noEscape: true,
      knownHelpersOnly: true,
      knownHelpers: { emit: true, known: true },
    });
  };
  const load = (name: string): Handlebars.TemplateDelegate => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const template = compile(readFileSync(new URL(`${name}.hbs`, directory), 'utf8'), name);
    compiled.set(name, template);
    return template;
  };
  for (const file of readdirSync(new URL('partials/', directory))) {
    const name = file.replace(/\.hbs$/, '');
    instance.registerPartial(
      name,
      compile(readFileSync(new URL(`partials/${file}`, directory), 'utf8'), `partials/${name}`),
    );
  }

  return (name, wanted, view) => {
    language = wanted;
    tokens = [];
    const text = tidy(load(name)(view));
    return { text, tokens };
  };
}

/** Blank lines that partials indented, runs of blank lines, and the end of the file. */
function tidy(text: string): string {
  return `${text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

const blocks: ReadonlySet<unknown> = new Set(['if', 'unless', 'each', 'with']);

/**
 * Rewrites `{{x}}`, `{{{x}}}` and `{{&x}}` alike into `{{emit x place="…"}}`, and `{{#if x}}` and its like into
 * `{{#if (known x place="…")}}`: Handlebars' strict mode takes a misspelt condition for a false one.
 */
class EmitGuard extends Handlebars.Visitor {
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
    if (statement.params.length > 0 || statement.hash !== undefined)
      throw new SyntaxError(`${this.#name}: templates call no helpers`);
    const { loc, path } = statement;
    Object.assign(statement, this.#call('emit', path as hbs.AST.Expression, loc));
    (statement as { escaped: boolean }).escaped = false;
  }

  override BlockStatement(statement: hbs.AST.BlockStatement): void {
    const { loc, params, hash, path } = statement;
    const [tested, ...more] = params;
    if (!blocks.has(path.original) || tested?.type !== 'PathExpression' || more.length > 0 || hash !== undefined)
      throw new SyntaxError(`${this.#name}:${loc.start.line}: a block is an if, unless, each or with over one name`);
    statement.params = [{ type: 'SubExpression', loc, ...this.#call('known', tested, loc) } as hbs.AST.SubExpression];
    this.accept(statement.program);
    if (statement.inverse !== undefined) this.accept(statement.inverse);
  }

  /** What makes a statement or an expression the call of a helper of ours with one value and its place. */
  #call(helper: string, value: hbs.AST.Expression, loc: hbs.AST.SourceLocation) {
    const place: hbs.AST.StringLiteral = {
      type: 'StringLiteral',
      value: `${this.#name}:${loc.start.line}`,
      original: '',
      loc,
    };
    const path: hbs.AST.PathExpression = {
      type: 'PathExpression',
      data: false,
      depth: 0,
      parts: [helper],
      original: helper,
      loc,
    };
    return {
      path,
      params: [value],
      hash: { type: 'Hash', pairs: [{ type: 'HashPair', key: 'place', value: place, loc }], loc },
    };
  }
}
