// Mistakes as people make them: a text cut off, a token deleted, a token inserted; the same for the same seed.

/** Whole numbers from 0 up to below a bound. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const inserted = [
  ...'{}()[];,.="<>@#/-*?:',
  ...['<-', '->', '/*', '*/', '//', 'component', 'composition', 'uses', 'from', 'to', 'in', 'int'],
  ...['string', 'connection', 'void', 'X', '12', '0x', 'é', '\0', '\n', '#if', '#include'],
];

export function mutate(text, random) {
  const tokens = [...text.matchAll(/\w+|"[^"\n]*"|[^\s\w]/g)];
  const token = tokens[random(tokens.length)];
  if (token === undefined) return { text, what: 'nothing' };
  const before = text.slice(0, token.index);
  switch (random(3)) {
    case 0:
      return { text: before, what: `cut at ${token.index}` };
    case 1:
      return {
        text: before + text.slice(token.index + token[0].length),
        what: `deleted ${token[0]} at ${token.index}`,
      };
    default: {
      const added = inserted[random(inserted.length)];
      return {
        text: `${before} ${added} ${text.slice(token.index)}`,
        what: `inserted ${added} at ${token.index}`,
      };
    }
  }
}
