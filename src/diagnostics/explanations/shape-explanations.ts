import type { StageExplanations } from './explanation.ts';

export const shapeExplanations: StageExplanations<'OC2'> = {
  OC2001: {
    cause:
      'There is no such key at this place. It is an error and no warning because a misspelt `allow` or `auth` would leave a door open.',
    cure: 'Correct it; [spec.md](spec.md) has every key. Top-level keys that begin with `x-` are free, for YAML anchors.',
  },
  OC2002: {
    cause: 'A key that has no sensible default is not there.',
    cure: 'Add it. [spec.md](spec.md) shows in bold which keys have to be there.',
  },
  OC2003: {
    cause:
      'A value is of another kind than its key takes: a list for a mapping, a number for a text, or nothing at all. `yes` and `on` are texts in YAML 1.2.',
    cure: 'Write what the message asks for. A key without a value still counts as written: remove it to get the default.',
  },
  OC2004: {
    cause:
      'The value has the right kind, but not a form or a size that can work. This is also where values end that would break out of their place in an nginx file.',
    cure: 'Write it in the form that the message shows. [spec.md](spec.md) has examples for every key.',
  },
  OC2005: {
    cause:
      'Names become parts of file names, nginx variables and log lines, so they are short and plain. A few belong to the language itself.',
    cure: 'Begin with a lower-case letter, followed by `a-z`, `0-9`, `_` or `-`: at most 63 characters.',
  },
  OC2006: {
    cause:
      'What stands here looks like the secret itself. A spec is committed, reviewed and copied, and its output is readable by many.',
    cure: "Write where the secret is: `credential: env:NAME` or `file:path`; for clients' keys the hash that `openclaw keys add` prints. If the file was shared, change the secret.",
  },
};
