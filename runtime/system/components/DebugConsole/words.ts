// The words of a command: separated by blanks; between quotes, blanks belong to the word. A quote without its
// counterpart goes on to the end of the line.
export function wordsOf(line: string): string[] {
  let words: string[] = [];
  let word: i32[] = [];
  let isInWord = false;
  let quote: i32 = 0;
  for (let at = 0; at < line.length; at++) {
    let character = line.charCodeAt(at);
    if (quote != 0) {
      if (character == quote) quote = 0;
      else word.push(character);
    } else if (character == 0x22 || character == 0x27) {
      quote = character;
      isInWord = true;
    } else if (character == 0x20 || character == 0x09) {
      if (isInWord) words.push(String.fromCharCodes(word));
      word = [];
      isInWord = false;
    } else {
      word.push(character);
      isInWord = true;
    }
  }
  if (isInWord) words.push(String.fromCharCodes(word));
  return words;
}
