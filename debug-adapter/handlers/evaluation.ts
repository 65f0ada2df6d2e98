/** Expressions from Watch, hovers, the console and the clipboard, and completion in the console. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress, virtAddr } from '../../runtime/base/address.js';
import { fail, ok } from '../../runtime/base/result.js';
import { assign, dollarNames, evaluate, formatValue } from '../../runtime/inspect/evaluate.js';
import { viewMemory } from '../../runtime/inspect/memory.js';
import { spaceOf } from '../../runtime/inspect/thread-state.js';
import { csrs } from '../../runtime/isa/csrs.js';
import { registers } from '../../runtime/isa/registers.js';
import { flag, integer, optional, shape, text } from '../arguments.js';
import { machineRequest, type Answer, type Handlers } from '../context.js';
import type { Debuggee } from '../model/debuggee.js';
import { localNamed } from '../model/locals.js';
import { changed, threadOfFrame } from './variables.js';

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
      const thread = threadOfFrame(debuggee, frameId);
      const parts = context === 'repl' ? assignment.exec(expression) : null;
      if (parts === null) {
        const depth = frameId === undefined ? 0 : debuggee.variables.frame(frameId)?.depth;
        return (
          showLocal(debuggee, thread, depth ?? 0, expression) ??
          show(debuggee, thread, expression, format?.hex === true)
        );
      }
      const [, target = '', value = ''] = parts;
      const scope = { platform: debuggee.platform, thread };
      const place = evaluate(target, scope);
      if (!place.ok) return place;
      const number = evaluate(value, scope);
      if (!number.ok) return number;
      const stored = assign(scope, place.value.place, number.value.value);
      if (!stored.ok) return stored;
      changed(debuggee);
      return show(debuggee, thread, target, false);
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
      const targets = completionsOf(debuggee)
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

/** A variable of the frame goes before a register or a symbol of its name. */
function showLocal(
  debuggee: Debuggee,
  thread: number,
  depth: number,
  expression: string,
): Answer | undefined {
  const name = expression.trim();
  if (!/^[A-Za-z_]\w*$/.test(name)) return undefined;
  const row = localNamed(debuggee, thread, depth, name);
  if (row === undefined) return undefined;
  const { value, type, variablesReference, indexedVariables, memoryReference } = row;
  return ok({
    result: value,
    ...(type === undefined ? {} : { type }),
    variablesReference,
    ...(indexedVariables === undefined ? {} : { indexedVariables }),
    ...(memoryReference === undefined ? {} : { memoryReference }),
  });
}

function show(debuggee: Debuggee, thread: number, expression: string, isHex: boolean): Answer {
  const { platform } = debuggee;
  const found = evaluate(expression, { platform, thread });
  if (!found.ok) return found;
  const { value, format } = found.value;
  const space = spaceOf(platform, thread);
  const isMemory = viewMemory(platform, space, virtAddr(value), 1).bytes.length === 1;
  return ok({
    result: formatValue(platform, space, value, format ?? (isHex ? 'x' : undefined)),
    variablesReference: 0,
    ...(isMemory ? { memoryReference: formatAddress(value) } : {}),
  });
}

function completionsOf({ image, platform }: Debuggee): DebugProtocol.CompletionItem[] {
  const symbols = image.symbols.filter(({ kind }) => kind !== 'file' && kind !== 'section');
  const names = (labels: readonly string[], type: DebugProtocol.CompletionItemType) =>
    labels.map((label) => ({ label, type }));
  return [
    ...names(['pc', ...registers.map(({ abiName }) => abiName)], 'variable'),
    ...names(dollarNames(platform), 'variable'),
    ...names(
      csrs.map(({ name }) => name),
      'field',
    ),
    ...names([...new Set(symbols.map(({ name }) => name))], 'function'),
  ];
}
