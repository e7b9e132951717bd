/** A Lua expression of a value, all on one line. Strings become bytes of UTF-8. */
export function luaValue(value: unknown): string {
  if (value instanceof Uint8Array) return luaString(value);
  if (Array.isArray(value)) return `{${value.map(luaValue).join(',')}}`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, item]) => `[${luaValue(name)}]=${luaValue(item)}`)
      .join(',')}}`;
  }
  if (typeof value === 'string') return luaString(Buffer.from(value));
  return value === undefined || value === null ? 'nil' : String(value);
}

function luaString(bytes: Uint8Array): string {
  const escaped = Array.from(bytes, (byte) =>
    byte >= 32 && byte < 127 && byte !== 34 && byte !== 92
      ? String.fromCharCode(byte)
      : `\\${String(byte).padStart(3, '0')}`,
  );
  return `"${escaped.join('')}"`;
}
