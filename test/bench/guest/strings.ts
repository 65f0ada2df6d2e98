// Text in a buffer: words are counted, turned to capitals, searched for and hashed.
const source = 'the quick brown fox jumps over the lazy dog while the cat sleeps in the sun ';
const text = new StaticArray<u8>(2048);

function fill(): void {
  let at = 0;
  while (at < 2048) {
    for (let index = 0; index < 76 && at < 2048; index++)
      unchecked((text[at++] = source.charCodeAt(index) as u8));
  }
}

function capitals(): i32 {
  let words = 0;
  let isInside = false;
  for (let index = 0; index < 2048; index++) {
    const letter = unchecked(text[index]) as i32;
    const isLetter = letter >= 97 && letter <= 122;
    if (isLetter && !isInside) {
      words++;
      unchecked((text[index] = (letter - 32) as u8));
    }
    isInside = isLetter || (letter >= 65 && letter <= 90);
  }
  return words;
}

function find(first: i32, second: i32, third: i32): i32 {
  let found = 0;
  for (let index = 0; index + 2 < 2048; index++)
    if (
      (unchecked(text[index]) as i32) == first &&
      (unchecked(text[index + 1]) as i32) == second &&
      (unchecked(text[index + 2]) as i32) == third
    )
      found++;
  return found;
}

function hash(): u32 {
  let value: u32 = 2166136261;
  for (let index = 0; index < 2048; index++)
    value = (value ^ (unchecked(text[index]) as u32)) * 16777619;
  return value;
}

export function run(rounds: i32): i32 {
  let sum: u32 = 0;
  for (let round = 0; round < rounds; round++) {
    fill();
    sum += (capitals() * 1000) as u32;
    sum += find(84, 104, 101) as u32;
    sum ^= hash();
  }
  return sum as i32;
}
