/** Assignments and assertions of a linker script, which stand at the top, between sections and in them. */
import { parseExpression } from './parse-expression.js';
import type { ScriptScanner } from './scanner.js';
import type { Assertion, Assignment } from './tree.js';

export function optAssertion(scanner: ScriptScanner): Assertion | undefined {
  const place = scanner.here('ASSERT'.length);
  if (!scanner.takeWord('ASSERT')) return undefined;
  if (!scanner.takeText('(')) scanner.expected('`(`');
  const condition = parseExpression(scanner);
  if (!scanner.takeText(',')) scanner.expected('`,` and a message');
  const message = scanner.take(/"[^"\n]*"/y);
  if (message === undefined) scanner.expected('a message in quotes');
  if (!scanner.takeText(')')) scanner.expected('`)`');
  scanner.takeText(';');
  return { kind: 'assertion', condition, message: message?.text.slice(1, -1) ?? '', place };
}

export function optAssignment(scanner: ScriptScanner): Assignment | undefined {
  const wrapper = scanner.peek(/(?:PROVIDE_HIDDEN|PROVIDE|HIDDEN)\s*\(/y);
  if (wrapper !== undefined) {
    scanner.take(/(?:PROVIDE_HIDDEN|PROVIDE|HIDDEN)\s*\(/y);
    const assignment = assignmentHere(scanner, wrapper.startsWith('PROVIDE'));
    if (assignment === undefined) scanner.expected('an assignment');
    if (!scanner.takeText(')')) scanner.expected('`)`');
    scanner.takeText(';');
    return assignment;
  }
  if (scanner.peek(assignmentStart) === undefined) return undefined;
  const assignment = assignmentHere(scanner, false);
  if (!scanner.takeText(';')) scanner.expected('`;` after the assignment');
  return assignment;
}

const assignmentStart = /(?:"[^"\n]*"|[A-Za-z_.$][A-Za-z0-9_.$]*)\s*(?:<<|>>|[+\-*/&|])?=(?!=)/y;

function assignmentHere(scanner: ScriptScanner, isProvided: boolean): Assignment | undefined {
  const name = scanner.take(/"[^"\n]*"|[A-Za-z_.$][A-Za-z0-9_.$]*/y);
  const operator = name && scanner.take(/(?:<<|>>|[+\-*/&|])?=/y);
  if (name === undefined || operator === undefined) return undefined;
  return {
    kind: 'assignment',
    name: name.text.replace(/^"|"$/g, ''),
    operator: operator.text.slice(0, -1),
    value: parseExpression(scanner),
    isProvided,
    place: name.place,
  };
}
