// test_alloc and test_alloc_error: the console's own arena. Memory is collected here, so there are no counts of references.
import { placeOf } from 'sel4/debug';
import { Command, CommandError, Session } from '../../command';

const ELEMENTS: i32 = 500;
/** More than the arena of the assembly holds. */
const TOO_MANY: i32 = 16384;

class Box {
  constructor(public value: i32) {}
}

export function allocatorTests(): Command[] {
  return [
    new Command('test_alloc', '', 'allocates in the arena of the console', 0, 0, allocate),
    new Command(
      'test_alloc_error',
      '',
      'allocates more than the arena of the console has, which ends the console',
      0,
      0,
      allocateTooMuch,
    ),
  ];
}

function allocate(_words: string[], session: Session): CommandError {
  let box = new Box(41);
  session.output.line('heap_value at ' + hexadecimal(placeOf(box)));
  let numbers: i32[] = [];
  for (let at = 0; at < ELEMENTS; at++) numbers.push(at);
  session.output.line('vec at ' + hexadecimal(placeOf(numbers)));
  let sum = box.value;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at];
  let isRight = sum == 41 + (ELEMENTS * (ELEMENTS - 1)) / 2;
  session.output.line(isRight ? 'All tests passed!' : 'What was written is not there.');
  return CommandError.None;
}

function allocateTooMuch(_words: string[], session: Session): CommandError {
  let numbers = new StaticArray<i32>(TOO_MANY);
  session.output.line('vec at ' + hexadecimal(placeOf(numbers)));
  return CommandError.None;
}

function hexadecimal(place: u32): string {
  return '0x' + place.toString(16);
}
