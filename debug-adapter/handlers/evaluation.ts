/** Expressions from Watch, hovers, the console and the clipboard, and completion in the console. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress, virtAddr } from '../../runtime/base/address.js';
import { fail, ok, type Result } from '../../runtime/base/result.js';
import {
  assign,
  dollarNames,
  evaluate,
  evaluateNamed,
  evaluateWord,
  formatEvaluation,
} from '../../runtime/inspect/evaluate.js';
import type { Evaluation } from '../../runtime/inspect/evaluation.js';
import { enumerationNames } from '../../runtime/inspect/enumerations.js';
import { nameOfDevice, type NamedDevice } from '../../runtime/inspect/device-names.js';
import { viewMemory } from '../../runtime/inspect/memory.js';
import { spaceOf } from '../../runtime/inspect/thread-state.js';
import { wholeText } from '../../runtime/inspect/typed-value.js';
import { csrs } from '../../runtime/isa/csrs.js';
import { registers } from '../../runtime/isa/registers.js';
import { flag, integer, optional, shape, text } from '../arguments.js';
import { machineRequest, type Answer, type Handlers } from '../context.js';
import type { Debuggee } from '../model/debuggee.js';
import { deviceCompletions, namedDeviceRow } from '../model/device-rows.js';
import { localRows, storeVariable, variableRow, variableScopes } from '../model/locals.js';
import type { FrameHandle } from '../model/variables.js';
import { positionOfFrame } from './variables.js';

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
        if (context === 'hover' && isWordOfSource(debuggee, position, expression))
          return fail(`${expression} may be anything in a source; $${expression} is the device.`);
        const isWhole = context === 'clipboard' || context === 'repl' || context === 'hover';
        return (
          (isWhole ? wholeString(debuggee, position, expression) : undefined) ??
          show(debuggee, position, expression, format?.hex === true)
        );
      }
      const [, target = '', value = ''] = parts;
      const scope = { platform: debuggee.platform, ...position };
      const place = evaluateNamed(target, scope);
      if (!place.ok) return place;
      const stored = debuggee.edit(() =>
        storeInto(debuggee, position, target.trim(), place.value, value),
      );
      if (!stored.ok) return stored;
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
      const before = args.text.slice(0, column);
      // An element of an array of registers has fields.
      const start = /(?:[\w.$]|(?<=\w)\[\d+\])*$/.exec(before)?.[0] ?? '';
      const targets = completionsOf(debuggee, positionOfFrame(debuggee, args.frameId), start)
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

/** Many a word of a source is also the name of a device: what else tells of it there is not to be covered. */
function isWordOfSource(
  { platform }: Debuggee,
  position: FrameHandle,
  expression: string,
): boolean {
  if (expression.startsWith('$')) return false;
  const found = evaluateNamed(expression, { platform, ...position });
  return found.ok && found.value.device?.kind === 'device';
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
  const found = evaluateNamed(expression, scope);
  if (!found.ok) return found;
  const { value, format = isHex ? 'x' : undefined, variable, device, exact, text } = found.value;
  if (device !== undefined) {
    const shown = { ...found.value, ...(format === undefined ? {} : { format }) };
    return showDevice(debuggee, position, device, shown);
  }
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

/** As the row of the scope Devices, which unfolds; a format is for the number alone. */
function showDevice(
  debuggee: Debuggee,
  position: FrameHandle,
  device: NamedDevice,
  evaluation: Evaluation,
): Answer {
  const row = namedDeviceRow(debuggee, device);
  if (row === undefined) return fail(`${nameOfDevice(device)} does not answer now.`);
  const { value, type, variablesReference, namedVariables, indexedVariables } = row;
  const { memoryReference, presentationHint } = row;
  const isFormatted = evaluation.format !== undefined && evaluation.noNumber === undefined;
  const scope = { platform: debuggee.platform, ...position };
  return ok({
    result: isFormatted ? formatEvaluation(scope, evaluation) : value,
    ...(type === undefined ? {} : { type }),
    variablesReference,
    ...(namedVariables === undefined ? {} : { namedVariables }),
    ...(indexedVariables === undefined ? {} : { indexedVariables }),
    ...(memoryReference === undefined ? {} : { memoryReference }),
    ...(presentationHint === undefined ? {} : { presentationHint }),
  });
}

function completionsOf(
  debuggee: Debuggee,
  position: FrameHandle,
  start: string,
): DebugProtocol.CompletionItem[] {
  const { image, platform } = debuggee;
  const variables = variableScopes(debuggee, position.thread, position.depth).flatMap((kind) =>
    localRows(debuggee, { kind, ...position }).map(({ name }) => name),
  );
  const symbols = image.symbols.filter(({ kind }) => kind !== 'file' && kind !== 'section');
  const names = (labels: readonly string[], type: DebugProtocol.CompletionItemType) =>
    labels.map((label) => ({ label, type }));
  const ofProgram = [
    ...names(variables, 'variable'),
    ...names(['pc', ...registers.map(({ abiName }) => abiName)], 'variable'),
    ...names(dollarNames(platform), 'variable'),
    ...names(
      csrs.map(({ name }) => name),
      'field',
    ),
    ...names([...new Set(symbols.map(({ name }) => name))], 'function'),
  ];
  const constants = enumerationNames({ platform, ...position }, start);
  ofProgram.push(...names(constants, start.includes('.') ? 'value' : 'enum'));
  const taken = new Set(ofProgram.map(({ label }) => label));
  const devices = deviceCompletions(debuggee, start).filter((label) => !taken.has(label));
  return [...ofProgram, ...names(devices, 'field')];
}
