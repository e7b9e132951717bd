/** One line of nginx's error log, or of what it prints before there is one. */
export interface NginxMessage {
  readonly level: 'emerg' | 'alert' | 'crit' | 'error' | 'warn';
  readonly text: string;
  /** Relative to the trial's folder; absent when nginx names no place. */
  readonly file?: string;
  /** 1-based; where the directive ends. */
  readonly line?: number;
}

const pattern = /\[(emerg|alert|crit|error|warn)\] (?:\d+#\d+: )?(?:\*\d+ )?(.*)$/;

/** What nginx complained about, each once. A trial runs unprivileged, and nginx's remark on that says nothing. */
export function readNginxMessages(output: string): readonly NginxMessage[] {
  const messages = new Map<string, NginxMessage>();
  for (const line of output.split('\n')) {
    const found = pattern.exec(line.trimEnd());
    if (found === null) continue;
    const level = found[1] as NginxMessage['level'];
    const said = withoutFolder(found[2] ?? '');
    if (/^the "user" directive makes sense only|^setrlimit\(/.test(said)) continue;
    const [, text = said, file, lineNumber] = /^(.*) in ([^\s:]+):(\d+)$/.exec(said) ?? [];
    messages.set(`${level} ${said}`, {
      level,
      text,
      ...(file !== undefined && { file, line: Number(lineNumber) }),
    });
  }
  return [...messages.values()];
}

/** The folder of a trial means nothing to anyone afterwards, nor do its sockets, which stand for addresses. */
export function withoutFolder(text: string): string {
  return (
    text
      .replace(/(?:\/tmp\/openclaw|(?:\/[^\s"':]*)?\/openclaw-validate-[0-9a-f-]{36})\/(?:\.\/)?/g, '')
      // Of a long name LuaJIT shows the end (LUA_IDSIZE in src/luaconf.h).
      .replace(/\.\.\.[\w/-]*?\/(?=lua\/)/g, '')
      .replace(/unix:\.\/([A-Za-z0-9._]+)_(\d+)\.sock/g, '$1:$2')
  );
}
