import type { StageExplanations } from './explanation.ts';

export const sourceExplanations: StageExplanations<'OC1'> = {
  OC1001: {
    cause:
      'A file that the command line, an `include` or an overlay names is not there, is no file, or may not be read by you.',
    cure: 'Correct the path: it counts from the file that names it, on the command line from where you stand.',
  },
  OC1002: {
    cause: 'A spec is YAML in UTF-8. This file has bytes that UTF-8 does not have, or NUL bytes as binary files do.',
    cure: 'Save it as UTF-8 in your editor, or check whether it is the file that you meant.',
  },
  OC1003: {
    cause: 'Files of more than 8 MB are not read: no gateway needs such a spec, so it is most likely another file.',
    cure: 'Check the path. Many clients go into a key file (`key_maps.<name>.file`), which nginx reads by itself.',
  },
  OC1004: {
    cause:
      'The text is not YAML, so nothing in it can be trusted to mean what it looks like. A quote or a bracket may be open, or a line indented by a tab.',
    cure: 'Look at the line shown and the one before it. Texts that hold `: `, `#`, `{` or `*` need quotes.',
  },
  OC1005: {
    cause:
      'A key stands twice in one mapping. Most YAML readers silently take the last one, so half of what is written would not count.',
    cure: 'Remove one of the two, or make one mapping of both.',
  },
  OC1006: {
    cause:
      'Anchors, merges and references can make a small file grow without end. Reading stops at 2 million values, 100 levels and 8 MB of referenced text.',
    cure: 'Write out what an alias repeats, or move it to an included file.',
  },
  OC1007: {
    cause:
      'Only `${env:NAME}`, `${env:NAME:-default}` and `${file:path}` stand for values from outside. Anything else in `${…}` would come out as it is, which nobody wants.',
    cure: 'Use one of these forms. A `$` before anything but `{` is only a character.',
  },
  OC1008: {
    cause:
      '`${env:NAME}` is read when the gateway is built, and the environment of this build has no such variable. An empty text in its place would be a guess.',
    cure: 'Set it, or write a default: `${env:NAME:-default}`.',
  },
  OC1009: {
    cause: '`${file:path}` is read when the gateway is built, and this file cannot be, or has more than 64 kB.',
    cure: 'Correct the path, which counts from the file that names it. Secrets are better off as `credential: file:path`, read when nginx starts.',
  },
  OC1010: {
    cause: 'Files include each other in a circle, so there is no order in which to read them.',
    cure: 'Move what both need into a third file.',
  },
  OC1011: {
    cause:
      'Included files add to each other; two of them that define the same thing would make the result depend on their order.',
    cure: 'Define it in one file. To replace something on purpose, use an `--overlay`.',
  },
  OC1012: {
    cause:
      'YAML can do more than a spec needs: tags, several documents in a file, keys that are no text. Readers disagree about these, so they are refused.',
    cure: 'Write it plainly: keys that look like numbers or booleans in quotes, one document to a file, no tags.',
  },
};
