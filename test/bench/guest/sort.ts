// Heapsort of pseudo-random numbers, then insertion sort of short runs.
const numbers = new StaticArray<i32>(1024);

function sift(from: i32, count: i32): void {
  let root = from;
  const value = unchecked(numbers[root]);
  for (;;) {
    let child = 2 * root + 1;
    if (child >= count) break;
    if (child + 1 < count && unchecked(numbers[child]) < unchecked(numbers[child + 1])) child++;
    if (unchecked(numbers[child]) <= value) break;
    unchecked((numbers[root] = numbers[child]));
    root = child;
  }
  unchecked((numbers[root] = value));
}

function insertionSort(from: i32, to: i32): void {
  for (let index = from + 1; index < to; index++) {
    const value = unchecked(numbers[index]);
    let hole = index - 1;
    while (hole >= from && unchecked(numbers[hole]) > value) {
      unchecked((numbers[hole + 1] = numbers[hole]));
      hole--;
    }
    unchecked((numbers[hole + 1] = value));
  }
}

function fill(count: i32): void {
  let state: u32 = 12345;
  for (let index = 0; index < count; index++) {
    state = state * 1103515245 + 12345;
    unchecked((numbers[index] = (state >> 8) as i32));
  }
}

export function run(rounds: i32): i32 {
  const count = 1024;
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    fill(count);
    for (let root = count / 2 - 1; root >= 0; root--) sift(root, count);
    for (let last = count - 1; last > 0; last--) {
      const largest = unchecked(numbers[0]);
      unchecked((numbers[0] = numbers[last]));
      unchecked((numbers[last] = largest));
      sift(0, last);
    }
    sum ^= unchecked(numbers[round & 1023]);
    fill(count);
    for (let from = 0; from < count; from += 32) insertionSort(from, from + 32);
    sum += unchecked(numbers[31]);
  }
  return sum;
}
