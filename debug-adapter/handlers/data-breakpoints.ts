/** Breakpoints on data: what can have one, and those that the client wants. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { fail, ok, type Result } from '../../runtime/base/result.js';
import { sizeOfType } from '../../runtime/image/type-size.js';
import { evaluate } from '../../runtime/inspect/evaluate.js';
import { spaceOf } from '../../runtime/inspect/thread-state.js';
import type { Variable } from '../../runtime/inspect/variables.js';
import { flag, integer, list, oneOf, optional, shape, text } from '../arguments.js';
import { machineRequest, type Handlers } from '../context.js';
import { dataAt, type Data, type DataBreakpoint } from '../model/data-breakpoints.js';
import type { Debuggee } from '../model/debuggee.js';
import { variableIn } from '../model/locals.js';
import { parseReference } from '../model/references.js';
import { positionOfFrame } from './variables.js';

const access = oneOf('read', 'write', 'readWrite');

export const dataBreakpointHandlers: Handlers = {
  dataBreakpointInfo: machineRequest(
    shape({
      variablesReference: optional(integer),
      name: text,
      frameId: optional(integer),
      bytes: optional(integer),
      asAddress: optional(flag),
      mode: optional(text),
    }),
    (debuggee, args, context) => {
      const found = dataOf(debuggee, args);
      // That there is nothing to watch is an answer, with the reason.
      if (!found.ok) return ok({ dataId: null, description: found.error });
      const { name, sizeBytes } = found.value;
      return ok({
        dataId: context.dataBreakpoints.identify(found.value),
        description: `${name} (${sizeBytes} ${sizeBytes === 1 ? 'byte' : 'bytes'}, in every address space that has them)`,
        accessTypes: ['read', 'write', 'readWrite'],
        canPersist: false,
      });
    },
  ),

  setDataBreakpoints: machineRequest(
    shape({
      breakpoints: list(
        shape({
          dataId: text,
          accessType: optional(access),
          condition: optional(text),
          hitCondition: optional(text),
        }),
      ),
    }),
    (debuggee, { breakpoints }, context) => {
      const wishes = breakpoints.map(({ accessType = 'write', ...wish }) => ({
        ...wish,
        access: accessType,
      }));
      const made = context.dataBreakpoints.set(wishes, () => context.breakpoints.newId());
      debuggee.applyBreakpoints();
      return ok({ breakpoints: made.map(viewDataBreakpoint) });
    },
  ),
};

const viewDataBreakpoint = ({ id, problem }: DataBreakpoint): DebugProtocol.Breakpoint =>
  problem === undefined ? { id, verified: true } : { id, verified: false, message: problem };

interface Asked {
  readonly variablesReference?: number | undefined;
  readonly name: string;
  readonly frameId?: number | undefined;
  readonly bytes?: number | undefined;
  readonly asAddress?: boolean | undefined;
}

function dataOf(
  debuggee: Debuggee,
  { variablesReference, name, frameId, bytes, asAddress }: Asked,
): Result<Data, string> {
  const { platform } = debuggee;
  if (asAddress === true) {
    const reference = parseReference(platform, debuggee.focus, name, 0);
    if (!reference.ok) return reference;
    const { space, address } = reference.value;
    return dataAt(platform, space, address, { name, sizeBytes: bytes ?? 1 });
  }
  if (variablesReference !== undefined && variablesReference > 0) {
    const container = debuggee.variables.container(variablesReference);
    if (container === undefined)
      return fail('These variables belong to an earlier stop: ask for the scopes again.');
    if (!('depth' in container))
      return fail(`${name} is in a register or in the kernel: only data in RAM can be watched.`);
    const variable = variableIn(debuggee, container, name);
    return variable === undefined
      ? fail(`${name} has no value now, so there is nothing to watch.`)
      : ofVariable(debuggee, name, variable, bytes);
  }
  const position = positionOfFrame(debuggee, frameId);
  const found = evaluate(name, { platform, ...position });
  if (!found.ok) return found;
  const { variable, place } = found.value;
  if (variable !== undefined) return ofVariable(debuggee, name, variable, bytes);
  const space = spaceOf(platform, position.thread);
  if (place?.kind === 'memory')
    return dataAt(platform, space, place.address, { name, sizeBytes: bytes ?? place.sizeBytes });
  return fail(
    `${name} is no place in memory: write *address, byte(address), a variable, or give an address.`,
  );
}

function ofVariable(
  { platform }: Debuggee,
  name: string,
  { reading, type, at }: Variable,
  bytes: number | undefined,
): Result<Data, string> {
  if (at.kind !== 'memory')
    return fail(
      at.kind === 'register'
        ? `${name} is in a register here: only data in RAM can be watched.`
        : `${name} has no place in memory of its own.`,
    );
  const whole = sizeOfType(reading.debug, type);
  const sizeBytes = bytes ?? whole;
  const { debug, space } = reading;
  const typed = sizeBytes === whole ? { typed: { debug, type } } : {};
  return dataAt(platform, space, at.address, { name, sizeBytes, ...typed });
}
