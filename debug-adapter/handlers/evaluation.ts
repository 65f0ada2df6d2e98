/** Expressions from Watch, hovers, the console and the clipboard, and completion in the console. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress, virtAddr } from '../../runtime/base/address.js';
import { fail, ok, type Result } from '../../runtime/base/result.js';
import {
  assign,
  dollarNames,
  evaluate,
  evaluateWord,
  formatEvaluation,
  type Evaluation,
} from '../../runtime/inspect/evaluate.js';
import { viewMemory } from '../../runtime/inspect/memory.js';
import { spaceOf } from '../../runtime/inspect/thread-state.js';
import { wholeText } from '../../runtime/inspect/typed-value.js';
import { csrs } from '../../runtime/isa/csrs.js';
import { registers } from '../../runtime/isa/registers.js';
import { flag, integer, optional, shape, text } from '../arguments.js';
import { machineRequest, type Answer, type Handlers } from '../context.js';
import type { Debuggee } from '../model/debuggee.js';
import { localRows, storeVariable, variableRow, variableScopes } from '../model/locals.js';
import type { FrameHandle } from '../model/variables.js';
import { changed, positionOfFrame } from './variables.js';

/** `target = value`, but not `==`, `<=`, `>=` or `!=`. */
const assignment = /^([^=!<>]+|.*?\])\s*=(?!=)\s*(.+)$/s;

export const evaluationHandlers: Handlers = {
  evaluate: machineRequest(
    shape({
      expression: text,
      frameId: optional(integer),
      context: optional(text),
      format: optional(shape({ hex: optional(flag) })),
    }),
    (debuggee, { expression, frameId, context, format }) => {
      const position = positionOfFrame(debuggee, frameId);
      const parts = context === 'repl' ? assignment.exec(expression) : null;
      if (parts === null) {
        const isWhole = context === 'clipboard' || context === 'repl' || context === 'hover';
        return (
          (isWhole ? wholeString(debuggee, position, expression) : undefined) ??
          show(debuggee, position, expression, format?.hex === true)
        );
      }
      const [, target = '', value = ''] = parts;
      const scope = { platform: debuggee.platform, ...position };
      const place = evaluate(target, scope);
      if (!place.ok) return place;
      const stored = storeInto(debuggee, position, target.trim(), place.value, value);
      if (!stored.ok) return stored;
      changed(debuggee);
      return show(debuggee, position, target, false);
    },
  ),

  completions: machineRequest(
    shape({ text, column: integer, line: optional(integer), frameId: optional(integer) }),
    (debuggee, args, context) => {
      const column = args.column - (context.client.columnsStartAt1 ? 1 : 0);
      if (column < 0 || column > args.text.length) {
        return fail(`column ${args.column} lies outside the text.`);
      }
      const start = /[\w.$]*$/.exec(args.text.slice(0, column))?.[0] ?? '';
      const targets = completionsOf(debuggee, positionOfFrame(debuggee, args.frameId))
        .filter(({ label }) => label.startsWith(start))
        .map((item) => ({
          ...item,
          start: args.column - start.length,
          length: start.length,
        }));
      return ok({ targets });
    },
  ),
};

function storeInto(
  debuggee: Debuggee,
  position: FrameHandle,
  name: string,
  { variable, place }: Evaluation,
  text: string,
): Result<undefined, string> {
  if (variable !== undefined) return storeVariable(debuggee, position, name, variable, text);
  const scope = { platform: debuggee.platform, ...position };
  const number = evaluateWord(text, scope);
  return number.ok ? assign(scope, place, number.value) : number;
}

/** All of a string, where nothing is cut short for want of room. */
function wholeString(
  { platform }: Debuggee,
  position: FrameHandle,
  expression: string,
): Answer | undefined {
  const found = evaluate(expression, { platform, ...position });
  const variable = found.ok && found.value.format === undefined ? found.value.variable : undefined;
  const text = variable && wholeText(variable.reading, variable.type, variable.bytes);
  return text === undefined
    ? undefined
    : ok({ result: JSON.stringify(text), type: 'string', variablesReference: 0 });
}

function show(
  debuggee: Debuggee,
  position: FrameHandle,
  expression: string,
  isHex: boolean,
): Answer {
  const { platform } = debuggee;
  const scope = { platform, ...position };
  const found = evaluate(expression, scope);
  if (!found.ok) return found;
  const { value, format = isHex ? 'x' : undefined, variable, exact, text } = found.value;
  if (variable !== undefined && format === undefined) {
    const row = variableRow(debuggee, position, expression.trim(), variable);
    const { value: result, type, variablesReference, indexedVariables, memoryReference } = row;
    return ok({
      result,
      ...(type === undefined ? {} : { type }),
      variablesReference,
      ...(indexedVariables === undefined ? {} : { indexedVariables }),
      ...(memoryReference === undefined ? {} : { memoryReference }),
    });
  }
  const shown = { ...found.value, ...(format === undefined ? {} : { format }) };
  const space = spaceOf(platform, position.thread);
  const isWord = exact === undefined && text === undefined;
  const isMemory = isWord && viewMemory(platform, space, virtAddr(value), 1).bytes.length === 1;
  return ok({
    result: formatEvaluation(scope, shown),
    variablesReference: 0,
    ...(isMemory ? { memoryReference: formatAddress(value) } : {}),
  });
}

function completionsOf(debuggee: Debuggee, position: FrameHandle): DebugProtocol.CompletionItem[] {
  const { image, platform } = debuggee;
  const variables = variableScopes(debuggee, position.thread, position.depth).flatMap((kind) =>
    localRows(debuggee, { kind, ...position }).map(({ name }) => name),
  );
  const symbols = image.symbols.filter(({ kind }) => kind !== 'file' && kind !== 'section');
  const names = (labels: readonly string[], type: DebugProtocol.CompletionItemType) =>
    labels.map((label) => ({ label, type }));
  return [
    ...names(variables, 'variable'),
    ...names(['pc', ...registers.map(({ abiName }) => abiName)], 'variable'),
    ...names(dollarNames(platform), 'variable'),
    ...names(
      csrs.map(({ name }) => name),
      'field',
    ),
    ...names([...new Set(symbols.map(({ name }) => name))], 'function'),
  ];
}
