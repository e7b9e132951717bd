/** How a server reads multipart/form-data where it is not written as it should be. */
interface Habits {
  /** Which of several boundaries counts. */
  readonly boundary: 'first' | 'last';
  /** Whether a line may end in LF or CR alone, and a delimiter in spaces. */
  readonly lines: 'CRLF' | 'any';
  readonly names: 'exact' | 'any case' | 'trimmed' | 'as objects';
  readonly fields: 'first' | 'last';
}

interface Field {
  readonly name: string;
  readonly value: string;
}

const escapeForRegExp = (text: string) => text.replaceAll(/[^\w]/g, '\\$&');

/** The fields of a body, whose bytes are letters of Latin-1; undefined when it is refused. */
function readFields(body: string, contentType: string, habits: Habits): Field[] | undefined {
  const boundaries = [...contentType.matchAll(/boundary=(?:"([^"]*)"|([^;,\s]*))/gi)];
  const found = habits.boundary === 'first' ? boundaries[0] : boundaries.at(-1);
  const boundary = found?.[1] ?? found?.[2];
  if (!boundary) return undefined;
  const newline = habits.lines === 'CRLF' ? '\\r\\n' : '(?:\\r\\n|\\n|\\r(?!\\n))';
  const padding = habits.lines === 'CRLF' ? '' : '[ \\t]*';
  const delimiter = new RegExp(`(?:^|${newline})--${escapeForRegExp(boundary)}(--)?${padding}(?=${newline}|$)`, 'g');
  const delimiters = [...body.matchAll(delimiter)];
  const end = delimiters.findIndex(([, closing]) => closing !== undefined);
  if (end < 0) return undefined;
  return delimiters.slice(0, end).map((match, index) => {
    const start = match.index + match[0].length;
    return readPart(body.slice(start, delimiters[index + 1]?.index), newline);
  });
}

function readPart(part: string, newline: string): Field {
  const [, head = '', value = ''] =
    new RegExp(`^${newline}([\\s\\S]*?)${newline}${newline}([\\s\\S]*)$`).exec(part) ?? [];
  const disposition = /content-disposition[ \t]*:([\s\S]*)/i.exec(head)?.[1] ?? '';
  const name = /(?:^|[;\s])name\*?\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;\s]*))/i.exec(disposition);
  const text = (name?.[1] ?? name?.[2] ?? '').replaceAll(/\\(.)/g, '$1').replace(/^utf-8''/i, '');
  return { name: decodePercents(text), value };
}

function decodePercents(text: string): string {
  return text.replaceAll(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function isModel(name: string, names: Habits['names']): boolean {
  if (names === 'any case') return name.toLowerCase() === 'model';
  if (names === 'trimmed') return name.trim() === 'model';
  if (names === 'as objects') return /^model(?:$|[[.])/.test(name);
  return name === 'model';
}

const habits: readonly Habits[] = (['first', 'last'] as const).flatMap((boundary) =>
  (['CRLF', 'any'] as const).flatMap((lines) =>
    (['exact', 'any case', 'trimmed', 'as objects'] as const).flatMap((names) =>
      (['first', 'last'] as const).map((fields) => ({ boundary, lines, names, fields })),
    ),
  ),
);

/** What servers of all habits take for the model; those that refuse the body are left out. */
export function readMultipart(body: Buffer, contentType: string): [habits: Habits, model: string | undefined][] {
  return habits.flatMap((habit): [Habits, string | undefined][] => {
    const fields = readFields(body.toString('latin1'), contentType, habit)?.filter(({ name }) =>
      isModel(name, habit.names),
    );
    return fields ? [[habit, (habit.fields === 'first' ? fields[0] : fields.at(-1))?.value]] : [];
  });
}
