/**
 * How stubs write a string into a message and read one, s0 being the place in the message and s1 its end: those of C by
 * the functions of message.S, and those of guest TypeScript, which are no strings of C, by functions of its module.
 */
import { textFunctions } from '../guest-conversion-text.js';
import type { StubText } from './stub-text.js';
import { hasGuestTexts } from './stub-text.js';

/** Appends the string in a0. */
export const putsString = (text: StubText): string[] =>
  hasGuestTexts(text)
    ? ['mv a1, s0', 'mv a2, s1', `call ${textFunctions.put}`, 'mv s0, a0']
    : ['call camkes_put_string'];

/** Takes a string that is the component's own from then on, to a0. */
export const takesString = (text: StubText): string[] => [
  'call camkes_get_string',
  `call ${hasGuestTexts(text) ? textFunctions.take : 'camkes_duplicate'}`,
];

/** Takes a string for a handler, to a0. */
export const copiesString = (text: StubText): string[] =>
  hasGuestTexts(text) ? takesString(text) : ['call camkes_get_string', 'call camkes_copy_string'];
