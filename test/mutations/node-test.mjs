// Stands in for `node:test` in a bundle: keeps the tests, so that each can be run again and again.
export const tests = [];

let where = '';

export function describe(title, body) {
  const outer = where;
  where = `${where}${title}: `;
  body();
  where = outer;
}

export function it(title, run) {
  tests.push({ title: where + title, prepare: () => run });
}
