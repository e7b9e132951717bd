/** Whether every model name that fits `special` fits `general` too; in both, `*` stands for any characters. */
export function coversModel(general: string, special: string): boolean {
  const [first = '', ...rest] = general.split('*');
  const last = rest.pop();
  if (last === undefined) return general === special;
  if (!special.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = special.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return special.length - last.length >= from && special.endsWith(last);
}
