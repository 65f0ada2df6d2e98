// Products of square matrices of 32-bit numbers, and their trace in 64 bits.
const size = 24;
const left = new StaticArray<i32>(size * size);
const right = new StaticArray<i32>(size * size);
const product = new StaticArray<i32>(size * size);

function multiply(): void {
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let inner = 0; inner < size; inner++)
        sum += unchecked(left[row * size + inner]) * unchecked(right[inner * size + column]);
      unchecked((product[row * size + column] = sum));
    }
}

export function run(rounds: i32): i32 {
  for (let index = 0; index < size * size; index++) {
    unchecked((left[index] = index * 3 - 100));
    unchecked((right[index] = 50 - index));
  }
  let trace: i64 = 0;
  for (let round = 0; round < rounds; round++) {
    multiply();
    for (let index = 0; index < size; index++)
      trace += (unchecked(product[index * size + index]) as i64) * (round + 1);
    for (let index = 0; index < size * size; index++)
      unchecked((left[index] = (product[index] & 1023) - 512));
  }
  return (trace ^ (trace >> 32)) as i32;
}
