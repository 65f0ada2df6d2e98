/** Breakpoints of every kind. They may be set before the launch; then they are found at the launch. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress } from '../../runtime/base/address.js';
import { fail, ok } from '../../runtime/base/result.js';
import type { AddressSpace } from '../../runtime/inspect/address-space.js';
import { flag, integer, list, oneOf, optional, shape, text } from '../arguments.js';
import { exceptionFilters, type ExceptionFilter } from '../capabilities.js';
import {
  fromClientLine,
  machineRequest,
  request,
  toClientLine,
  type Answer,
  type Context,
  type Handlers,
} from '../context.js';
import { hitConditionProblem, type Breakpoint, type BreakpointWish } from '../model/breakpoints.js';
import { parseReference } from '../model/references.js';
import { builtinReferenceOf, normalizePath, sourceOf } from '../model/source-paths.js';

const conditions = { condition: optional(text), hitCondition: optional(text) };
const filters = oneOf('unhandled', 'handled', 'refused');

export const breakpointHandlers: Handlers = {
  setBreakpoints: request(
    shape({
      source: shape({ path: optional(text), name: optional(text) }),
      breakpoints: optional(
        list(
          shape({
            line: integer,
            column: optional(integer),
            logMessage: optional(text),
            ...conditions,
          }),
        ),
      ),
      sourceModified: optional(flag),
    }),
    (context, { source, breakpoints = [] }) => {
      const { path } = source;
      if (path === undefined) return fail('Breakpoints need a source with a path.');
      const wishes = breakpoints.map(({ line, ...rest }) =>
        wish(rest, { kind: 'source', path, line: fromClientLine(context.client, line) }),
      );
      return set(context, `source ${normalizePath(path)}`, wishes);
    },
  ),

  setFunctionBreakpoints: request(
    shape({ breakpoints: list(shape({ name: text, ...conditions })) }),
    (context, { breakpoints }) => {
      const wishes = breakpoints.map(({ name, ...rest }) =>
        wish(rest, { kind: 'function', name: name.trim() }),
      );
      return set(context, 'function', wishes);
    },
  ),

  setInstructionBreakpoints: machineRequest(
    shape({
      breakpoints: list(
        shape({ instructionReference: text, offset: optional(integer), ...conditions }),
      ),
    }),
    ({ platform, focus }, { breakpoints }, context) => {
      const wishes: BreakpointWish[] = [];
      for (const { instructionReference, offset = 0, ...rest } of breakpoints) {
        const reference = parseReference(platform, focus, instructionReference, offset);
        if (!reference.ok) return reference;
        const { space, address } = reference.value;
        wishes.push(wish(rest, { kind: 'instruction', address, space }));
      }
      return set(context, 'instruction', wishes);
    },
  ),

  setExceptionBreakpoints: request(
    shape({ filters: list(text) }),
    (context, { filters: wanted }) => {
      const chosen: ExceptionFilter[] = [];
      const breakpoints = wanted.map((name): DebugProtocol.Breakpoint => {
        const known = filters(name, 'filter');
        if (!known.ok) return { verified: false, message: known.error };
        chosen.push(known.value);
        return { verified: true };
      });
      context.exceptions = new Set(chosen);
      return ok({ breakpoints });
    },
  ),
};

/** The filters that are on before the client says otherwise. */
export const defaultExceptions: ReadonlySet<ExceptionFilter> = new Set(
  exceptionFilters.filter((filter) => filter.default).map(({ filter }) => filter),
);

function wish(
  conditions: Omit<BreakpointWish, 'location'>,
  location: BreakpointWish['location'],
): BreakpointWish {
  const { condition, hitCondition, logMessage } = conditions;
  return {
    location,
    ...(condition === undefined ? {} : { condition }),
    ...(hitCondition === undefined ? {} : { hitCondition }),
    ...(logMessage === undefined ? {} : { logMessage }),
  };
}

function set(
  context: Context,
  group: Parameters<Context['breakpoints']['set']>[0],
  wishes: readonly BreakpointWish[],
): Answer {
  const made = context.breakpoints.set(group, wishes);
  context.debuggee?.applyBreakpoints();
  return ok({ breakpoints: made.map((breakpoint) => viewBreakpoint(context, breakpoint)) });
}

/** A file needs no more than its path. */
const breakpointSource = (path: string): DebugProtocol.Source =>
  builtinReferenceOf(path) === undefined ? { path } : sourceOf(path);

/** Lines as the client counts them. */
export function viewBreakpoint(context: Context, breakpoint: Breakpoint): DebugProtocol.Breakpoint {
  const { id, addresses, line, location, problem } = breakpoint;
  const path = location.kind === 'source' ? location.path : breakpoint.path;
  const [first] = addresses;
  const verified = first !== undefined;
  const shownLine = line ?? (location.kind === 'source' ? location.line : undefined);
  const waiting =
    context.debuggee === undefined ? 'The program has not been launched yet.' : undefined;
  const message =
    problem ?? hitConditionProblem(breakpoint.hitCondition) ?? (verified ? undefined : waiting);
  return {
    id,
    verified,
    ...(message === undefined ? {} : { message }),
    ...(shownLine === undefined ? {} : { line: toClientLine(context.client, shownLine) }),
    ...(path === undefined ? {} : { source: breakpointSource(path) }),
    ...referenceOf(location),
  };
}

/** Of the breakpoints only those on instructions keep the reference that the client knows. */
function referenceOf(location: Breakpoint['location']): { instructionReference?: string } {
  if (location.kind !== 'instruction') return {};
  return {
    instructionReference: spaceOfReference(location.space) + formatAddress(location.address),
  };
}

const spaceOfReference = (space: AddressSpace): string =>
  space.kind === 'physical' ? 'phys:' : '';
