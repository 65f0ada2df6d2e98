/** All that was found in a text, in its order, with the names that unknown ones may mean. */
import { nearestNames } from '../text/suggest.js';
import { blocksInOrder } from './block-index.js';
import { mostProblems, type LinkState } from './link-state.js';
import {
  inText,
  movedProblem,
  problemInText,
  type PlacedProblem,
  type Problem,
} from './problem.js';

export function problemsInText(
  state: LinkState,
  syntax: readonly Problem[],
  whole: readonly PlacedProblem[],
  nearest: Map<string, string | undefined>,
): readonly Problem[] {
  const found: { readonly start: number; readonly problem: Problem | PlacedProblem }[] = [];
  const add = (problem: Problem | PlacedProblem): void => {
    const start = 'in' in problem ? problem.in.start + problem.start : problem.start;
    found.push({ start, problem });
  };
  syntax.forEach(add);
  for (const { own, placed } of blocksInOrder(state.index.notable))
    for (const problem of own) add(movedProblem(problem, placed.start));
  for (const { problems } of blocksInOrder(state.faulty)) problems?.forEach(add);
  // In no order so far, and what stands at one place must come in the same one each time.
  [...whole].sort(byPlace).forEach(add);
  found.sort((one, other) => one.start - other.start);
  let guesses = 0;
  return found.slice(0, mostProblems).map(({ problem }) => {
    if (!('in' in problem)) return problem;
    if (problem.guess === undefined || guesses === mostGuesses) return problemInText(problem);
    guesses += 1;
    const { name, among } = problem.guess;
    const key = `${among} ${name}`;
    const names = among === 'capabilities' ? state.names : state[among];
    // The names are in no order, and the answer must not depend on it.
    if (among === 'capabilities' || !nearest.has(key))
      nearest.set(key, nearestNames(name, names.keys()).toSorted()[0]);
    return problemInText(problem, nearest.get(key));
  });
}

/** Looking for a similar name takes long: it is done for the first few. */
const mostGuesses = 20;

function byPlace(one: PlacedProblem, other: PlacedProblem): number {
  const between = inText(one).start - inText(other).start;
  if (between !== 0) return between;
  return one.message < other.message ? -1 : one.message > other.message ? 1 : 0;
}
