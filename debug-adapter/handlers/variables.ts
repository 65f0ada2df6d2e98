/**
 * Scopes of a frame and their variables: those of its function, where a compiler told of them, registers,
 * CSRs, message registers and the IPC buffer of its thread, and the devices of the board. Registers are the
 * thread's as it stands; outer frames show the same.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress, virtAddr } from '../../runtime/base/address.js';
import { fail, ok, type Result } from '../../runtime/base/result.js';
import {
  assign,
  evaluate,
  evaluateNamed,
  evaluateWord,
  formatEvaluation,
  formatValue,
} from '../../runtime/inspect/evaluate.js';
import type { Place } from '../../runtime/inspect/evaluation.js';
import {
  badgeRegister,
  infoRegister,
  ipcBufferAddress,
  ipcBufferMember,
  messageRegister,
  viewCsrs,
  viewIpcBuffer,
  viewMessage,
  viewRegisters,
  type FieldView,
  type RegisterView,
} from '../../runtime/inspect/registers.js';
import { hasKernel, spaceOf } from '../../runtime/inspect/thread-state.js';
import { viewMemory } from '../../runtime/inspect/memory.js';
import { findCsr } from '../../runtime/isa/csrs.js';
import { findRegister } from '../../runtime/isa/registers.js';
import { flag, integer, oneOf, optional, shape, text } from '../arguments.js';
import { stoppedRequest, type Answer, type Handlers } from '../context.js';
import type { Debuggee } from '../model/debuggee.js';
import type { DeviceContainer, FrameHandle, RegisterContainer, Scope } from '../model/variables.js';
import { deviceExpression, deviceRows, isArray, namedDeviceRow } from '../model/device-rows.js';
import { heapRows, objectRows } from '../model/heap-rows.js';
import { localRows, setLocal, storeVariable, variableScopes } from '../model/locals.js';

const valueFormat = optional(shape({ hex: optional(flag) }));

export const variableHandlers: Handlers = {
  scopes: stoppedRequest(shape({ frameId: integer }), (debuggee, { frameId }) => {
    const frame = debuggee.variables.frame(frameId);
    if (frame === undefined) return fail(`There is no frame ${frameId} in this stop.`);
    const { thread } = frame;
    // Plain memory references of the client belong to what it looks at.
    debuggee.focus = thread;
    const { depth } = frame;
    const variables = variableScopes(debuggee, thread, depth).map((kind): DebugProtocol.Scope => ({
      name: kind === 'locals' ? 'Locals' : 'Globals',
      ...(kind === 'locals' ? { presentationHint: 'locals' } : {}),
      variablesReference: debuggee.variables.containerHandle({ kind, thread, depth }),
      expensive: false,
    }));
    const scopes = scopesOf(debuggee, thread).map(
      ({ scope, name, hint, count }): DebugProtocol.Scope => ({
        name,
        variablesReference: debuggee.variables.containerHandle({ kind: 'scope', scope, thread }),
        namedVariables: count,
        expensive: scope !== 'registers',
        ...(hint === undefined ? {} : { presentationHint: hint }),
      }),
    );
    const devices: DebugProtocol.Scope = {
      name: 'Devices',
      variablesReference: debuggee.variables.containerHandle({ kind: 'devices' }),
      namedVariables: debuggee.platform.machine.board.devices.length,
      expensive: true,
    };
    return ok({ scopes: [...variables, ...scopes, devices] });
  }),

  variables: stoppedRequest(
    shape({
      variablesReference: integer,
      filter: optional(oneOf('indexed', 'named')),
      start: optional(integer),
      count: optional(integer),
      format: valueFormat,
    }),
    (debuggee, { variablesReference, filter, start = 0, count = 0 }) => {
      const container = debuggee.variables.container(variablesReference);
      if (container === undefined) return fail(staleHandle);
      if ('depth' in container) {
        const isElements = container.kind === 'inside' && container.inside.kind !== 'members';
        if (filter !== undefined && (filter === 'indexed') !== isElements)
          return ok({ variables: [] });
        const paging = { start, ...(count > 0 ? { count } : {}) };
        return ok({ variables: localRows(debuggee, container, paging) });
      }
      const isElements = container.kind === 'devices' && isArray(debuggee, container);
      if (filter !== undefined && (filter === 'indexed') !== isElements)
        return ok({ variables: [] });
      const rows =
        container.kind === 'devices'
          ? deviceRows(debuggee, container)
          : container.kind === 'objects'
            ? objectRows(debuggee, container)
            : rowsOf(debuggee, container);
      const page = rows.slice(start, count > 0 ? start + count : undefined);
      return ok({ variables: page });
    },
  ),

  setVariable: stoppedRequest(
    shape({ variablesReference: integer, name: text, value: text, format: valueFormat }),
    (debuggee, { variablesReference, name, value }) => {
      const container = debuggee.variables.container(variablesReference);
      if (container === undefined) return fail(staleHandle);
      if ('depth' in container) {
        const stored = debuggee.edit(() => setLocal(debuggee, container, name, value));
        if (!stored.ok) return stored;
        const row = localRows(debuggee, container).find((each) => each.name === name);
        return ok({
          value: row?.value ?? value,
          variablesReference: row?.variablesReference ?? 0,
        });
      }
      if (container.kind === 'devices') return setInDevice(debuggee, container, name, value);
      if (container.kind === 'objects') return fail('What is counted here cannot be set.');
      const context = { platform: debuggee.platform, thread: container.thread };
      const number = evaluateWord(value, context);
      if (!number.ok) return number;
      const word = number.value;
      const stored = debuggee.edit(() =>
        container.kind === 'scope'
          ? assign(context, placeOf(debuggee, container, name), word)
          : storeField(debuggee, container, name, word),
      );
      if (!stored.ok) return stored;
      return valueOfRow(debuggee, container, name);
    },
  ),

  setExpression: stoppedRequest(
    shape({
      expression: text,
      value: text,
      frameId: optional(integer),
      format: valueFormat,
    }),
    (debuggee, { expression, value, frameId }) => {
      const { thread, depth } = positionOfFrame(debuggee, frameId);
      const context = { platform: debuggee.platform, thread, depth };
      const target = evaluateNamed(expression, context);
      if (!target.ok) return target;
      const { variable } = target.value;
      if (variable !== undefined) {
        const done = debuggee.edit(() =>
          storeVariable(debuggee, context, expression, variable, value),
        );
        if (!done.ok) return done;
        const after = evaluate(expression, context);
        return after.ok ? ok({ value: formatEvaluation(context, after.value) }) : after;
      }
      const number = evaluateWord(value, context);
      if (!number.ok) return number;
      const { place } = target.value;
      const stored = debuggee.edit(() => assign(context, place, number.value));
      if (!stored.ok) return stored;
      const now = evaluateNamed(expression, context);
      if (!now.ok) return now;
      const row = now.value.device && namedDeviceRow(debuggee, now.value.device);
      if (row !== undefined && now.value.format === undefined) return ok({ value: row.value });
      const space = spaceOf(debuggee.platform, thread);
      const shown = formatValue(debuggee.platform, space, now.value.value, now.value.format);
      return ok({ value: shown });
    },
  ),
};

const staleHandle = 'These variables belong to an earlier stop: ask for the scopes again.';

/** A frame of this stop; without one the innermost of the thread in focus. */
export function positionOfFrame(debuggee: Debuggee, frameId: number | undefined): FrameHandle {
  const frame = frameId === undefined ? undefined : debuggee.variables.frame(frameId);
  const { focus } = debuggee;
  return frame ?? { thread: focus, depth: debuggee.aheadOf(focus) };
}

interface ScopeRow {
  readonly scope: Scope;
  readonly name: string;
  readonly hint?: string;
  readonly count: number;
}

function scopesOf(debuggee: Debuggee, thread: number): ScopeRow[] {
  const { platform } = debuggee;
  const registers = viewRegisters(platform, thread).length;
  const rows: ScopeRow[] = [
    { scope: 'registers', name: 'Registers', hint: 'registers', count: registers },
    { scope: 'csrs', name: 'CSRs', count: viewCsrs(platform, thread).length },
  ];
  if (!hasKernel(platform)) return rows;
  rows.push({
    scope: 'message',
    name: 'Message registers',
    count: viewMessage(platform, thread).length + refusalRows(debuggee, thread).length,
  });
  if (ipcBufferAddress(platform, thread) !== undefined) {
    const count = viewIpcBuffer(platform, thread).length;
    rows.push({ scope: 'ipcBuffer', name: 'IPC buffer', count });
  }
  const heap = heapRows(debuggee, thread).length;
  if (heap > 0) rows.push({ scope: 'heap', name: 'Heap', count: heap });
  return rows;
}

function registersOf({ platform }: Debuggee, scope: Scope, thread: number): RegisterView[] {
  switch (scope) {
    case 'registers':
      return viewRegisters(platform, thread);
    case 'csrs':
      return viewCsrs(platform, thread);
    case 'message':
      return viewMessage(platform, thread);
    case 'ipcBuffer':
      return viewIpcBuffer(platform, thread);
    case 'heap':
      return [];
  }
}

function rowsOf(debuggee: Debuggee, container: RegisterContainer): DebugProtocol.Variable[] {
  const { scope, thread } = container;
  if (scope === 'heap') return heapRows(debuggee, thread);
  const registers = registersOf(debuggee, scope, thread);
  if (container.kind === 'scope') {
    const rows = registers.map((register) => registerRow(debuggee, scope, thread, register));
    return scope === 'message' ? [...rows, ...refusalRows(debuggee, thread)] : rows;
  }
  const register = registers.find(({ name }) => name === container.register);
  return (register?.fields ?? []).map(fieldRow);
}

/** The answer of the kernel says what went wrong as a number; here it is a sentence. */
function refusalRows(debuggee: Debuggee, thread: number): DebugProtocol.Variable[] {
  const refusal = debuggee.lastRefusalOf(thread);
  if (refusal === undefined) return [];
  return [
    {
      name: 'last refusal',
      value: refusal,
      type: 'The last invocation of this thread that the kernel refused.',
      variablesReference: 0,
      presentationHint: { attributes: ['readOnly'] },
    },
  ];
}

function registerRow(
  debuggee: Debuggee,
  scope: Scope,
  thread: number,
  register: RegisterView,
): DebugProtocol.Variable {
  const { platform, variables } = debuggee;
  const { name, value, doc, fields } = register;
  const space = spaceOf(platform, thread);
  const isMemory = viewMemory(platform, space, virtAddr(value), 1).bytes.length === 1;
  const expression = expressionOf(scope, name);
  return {
    name,
    value: formatValue(platform, space, value),
    type: doc,
    variablesReference:
      fields.length === 0
        ? 0
        : variables.containerHandle({ kind: 'fields', scope, thread, register: name }),
    ...(fields.length === 0 ? {} : { namedVariables: fields.length }),
    ...(isMemory && value !== 0 ? { memoryReference: formatAddress(value) } : {}),
    ...(expression === undefined ? {} : { evaluateName: expression }),
  };
}

const fieldRow = ({ name, value, high, low, doc }: FieldView): DebugProtocol.Variable => ({
  name,
  value: `${value}`,
  type: `Bit${high === low ? ` ${high}` : `s ${high}:${low}`}. ${doc}`,
  variablesReference: 0,
});

/** What the Watch view evaluates for a row. */
function expressionOf(scope: Scope, name: string): string | undefined {
  switch (scope) {
    case 'registers':
    case 'csrs':
      return name;
    case 'message':
      if (name === 'message info') return '$info';
      return name === 'badge' ? '$badge' : `$${name.toLowerCase()}`;
    case 'ipcBuffer':
    case 'heap':
      return undefined;
  }
}

function placeOf(
  debuggee: Debuggee,
  container: RegisterContainer,
  name: string,
): Place | undefined {
  const { platform } = debuggee;
  switch (container.scope) {
    case 'registers': {
      if (name === 'pc') return { kind: 'pc' };
      const register = findRegister(name);
      return register && { kind: 'register', number: register.number };
    }
    case 'csrs': {
      const csr = findCsr(name);
      return csr && { kind: 'csr', number: csr.number };
    }
    case 'message': {
      if (name === 'message info') return { kind: 'register', number: infoRegister };
      if (name === 'badge') return { kind: 'register', number: badgeRegister };
      const index = Number(/^MR(\d+)$/.exec(name)?.[1] ?? NaN);
      if (index < 4) return { kind: 'register', number: messageRegister(index) };
      return inBuffer(platform, container.thread, `msg[${index}]`);
    }
    case 'ipcBuffer':
      return inBuffer(platform, container.thread, name);
    case 'heap':
      return undefined;
  }
}

function inBuffer(platform: Debuggee['platform'], thread: number, name: string): Place | undefined {
  const address = ipcBufferMember(platform, thread, name);
  return address === undefined ? undefined : { kind: 'memory', address, sizeBytes: 4 };
}

function storeField(
  debuggee: Debuggee,
  container: Extract<RegisterContainer, { kind: 'fields' }>,
  name: string,
  value: number,
): Result<undefined, string> {
  const { scope, thread } = container;
  const register = registersOf(debuggee, scope, thread).find(
    (candidate) => candidate.name === container.register,
  );
  const field = register?.fields.find((candidate) => candidate.name === name);
  if (register === undefined || field === undefined) return fail(`There is no field ${name}.`);
  const width = field.high - field.low + 1;
  const limit = 2 ** width;
  if (value >= limit) return fail(`${name} has ${width} bits: at most ${limit - 1} fits.`);
  const cleared = register.value - field.value * 2 ** field.low;
  const word = (cleared + value * 2 ** field.low) >>> 0;
  const place = placeOf(debuggee, container, container.register);
  return assign({ platform: debuggee.platform, thread }, place, word);
}

function setInDevice(
  debuggee: Debuggee,
  container: DeviceContainer,
  name: string,
  value: string,
): Answer {
  const context = { platform: debuggee.platform, thread: debuggee.focus };
  const found = evaluateNamed(deviceExpression(container, name), context);
  if (!found.ok) return found;
  const number = evaluateWord(value, context);
  if (!number.ok) return number;
  const { place, noNumber } = found.value;
  if (place === undefined) return fail(noNumber ?? `There is no ${name} here.`);
  const stored = debuggee.edit(() => assign(context, place, number.value));
  if (!stored.ok) return stored;
  const row = deviceRows(debuggee, container).find((candidate) => candidate.name === name);
  return row === undefined
    ? fail(`${name} does not answer any more: another register is at its place.`)
    : ok({ value: row.value, variablesReference: row.variablesReference });
}

function valueOfRow(debuggee: Debuggee, container: RegisterContainer, name: string): Answer {
  const row = rowsOf(debuggee, container).find((candidate) => candidate.name === name);
  if (row === undefined) return fail(`There is no variable ${name} here.`);
  const { value, variablesReference } = row;
  return ok({ value, variablesReference });
}
