/** Maps whose values are collections, which are there as soon as they are asked for. */

export function inMap<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

export function appendTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  inMap(map, key, (): Value[] => []).push(value);
}
