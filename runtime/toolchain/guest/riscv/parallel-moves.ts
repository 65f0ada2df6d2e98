/**
 * Copies that happen at once, one after the other: a place is written when nobody still has to read it; where they go
 * round in a circle, one value waits elsewhere. Numbers come last, since they need no place.
 */
import type { Move, Place } from './machine-code.js';

export interface Copy {
  readonly to: Place;
  readonly from: Move['from'];
}

const keyOf = (place: Move['from']): string =>
  place.kind === 'register'
    ? `r${place.register}`
    : place.kind === 'slot'
      ? `s${place.slot}`
      : `c${place.value}`;

/** `spare` is a place that none of the moves is in. */
export function orderMoves(moves: readonly Move[], spare: () => Place): readonly Copy[] {
  const copies: Copy[] = [];
  const numbers = moves.filter(({ from }) => from.kind === 'constant');
  const waiting = new Map<string, Copy>();
  /** How many still read a place. */
  const readers = new Map<string, number>();
  for (const { to, from } of moves) {
    if (from.kind === 'constant' || keyOf(to) === keyOf(from)) continue;
    waiting.set(keyOf(to), { to, from });
    readers.set(keyOf(from), (readers.get(keyOf(from)) ?? 0) + 1);
  }
  const ready = [...waiting.keys()].filter((key) => !readers.has(key));
  const emit = (key: string): void => {
    const copy = waiting.get(key);
    if (copy === undefined) return;
    waiting.delete(key);
    copies.push(copy);
    const source = keyOf(copy.from);
    const left = (readers.get(source) ?? 1) - 1;
    readers.set(source, left);
    if (left === 0) ready.push(source);
  };
  while (waiting.size > 0) {
    for (let key = ready.pop(); key !== undefined; key = ready.pop()) emit(key);
    const [circle] = waiting.values();
    if (circle === undefined) break;
    // Whoever reads this place reads the spare one instead, so that it can be written.
    const place = spare();
    copies.push({ to: place, from: circle.to });
    const key = keyOf(circle.to);
    for (const [target, { to, from }] of waiting)
      if (keyOf(from) === key) waiting.set(target, { to, from: place });
    readers.set(keyOf(place), readers.get(key) ?? 0);
    readers.set(key, 0);
    ready.push(key);
  }
  return [...copies, ...numbers];
}
