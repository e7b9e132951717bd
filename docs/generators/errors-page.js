import { diagnosticCodes } from '../../dist/diagnostics/codes.js';
import { explainCode } from '../../dist/diagnostics/explanations/explain-code.js';
import { errorExample } from './error-example.js';
import { generatedNote } from './generated-note.js';

const stages = {
  OC1: 'Reading the files',
  OC2: 'The shape of the spec',
  OC3: 'What the spec means',
  OC4: 'What the target can do',
  OC5: 'The finished nginx configuration: most often a defect of openclaw itself',
};

const codes = Object.entries(diagnosticCodes);

function codesOf(stage) {
  return codes.filter(([code]) => code.startsWith(stage));
}

/** As GitHub and others make anchors of headings. */
function anchor(heading) {
  return `#${heading.toLowerCase()}`;
}

function fenced(text, language = '') {
  return `\`\`\`${language}\n${text.replace(/\n*$/, '\n')}\`\`\`\n`;
}

/** The call that a case stands for, where it is more than `build openclaw.yaml`. */
function callText({ overlays = [], env = {}, target }) {
  const words = [
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    'npx openclaw build openclaw.yaml',
    ...overlays.map((file) => `--overlay ${file}`),
    ...(target === undefined ? [] : [`--target ${target}`]),
  ];
  return words.length === 1 ? '' : `${fenced(words.join(' '), 'sh')}\n`;
}

function exampleText(code) {
  const example = errorExample(code);
  if (example === undefined) return '';
  const { files, settings, printed } = example;
  const specs = files.map(({ file, text }) =>
    [...(files.length > 1 ? [`\`${file}\`:\n`] : []), fenced(text, file.endsWith('.yaml') ? 'yaml' : '')].join('\n'),
  );
  return `\n${[...specs, `${callText(settings)}${fenced(printed)}`].join('\n')}`;
}

function codeText([code, title]) {
  const { cause, cure } = explainCode(code);
  return `### ${code}\n\n**${title}** – ${cause}\n\n*Cure:* ${cure}\n${exampleText(code)}`;
}

function sectionText([stage, title]) {
  return `## ${title}\n\n${codesOf(stage).map(codeText).join('\n')}`;
}

function indexText([stage, title]) {
  const rows = codesOf(stage).map(([code, text]) => `| [${code}](${anchor(code)}) | ${text} |\n`);
  return `| ${title} | |\n|---|---|\n${rows.join('')}`;
}

/** docs/errors.md: every code with its cause, its cure, and one spec that shows it. */
export function errorsPage() {
  const all = Object.entries(stages);
  return `${generatedNote}

# Every code

Codes are stable: scripts may rely on them. Each message says where in the spec it is about, what was found and what is
allowed. An error stops the build; a warning does not. The examples are tests of ours: what they print is what you get.

${all.map(indexText).join('\n')}
${all.map(sectionText).join('\n')}`;
}
