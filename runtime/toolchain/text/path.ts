/** Joins paths as the port of source files spells them: with `/`, and `..` resolved as far as it goes. */
export function joinPath(...parts: readonly string[]): string {
  const joined: string[] = [];
  const isAbsolute = parts[0]?.startsWith('/') === true;
  for (const segment of parts.join('/').split('/')) {
    if (segment === '' || segment === '.') continue;
    const last = joined.at(-1);
    if (segment === '..' && last !== undefined && last !== '..') joined.pop();
    else if (segment !== '..' || !isAbsolute) joined.push(segment);
  }
  return (isAbsolute ? '/' : '') + joined.join('/');
}
