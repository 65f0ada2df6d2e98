/** The disassembly view: rows around a reference, with symbols and source lines. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress, virtAddr } from '../../runtime/base/address.js';
import { fail, ok } from '../../runtime/base/result.js';
import {
  instructionBytes,
  viewDisassembly,
  type InstructionView,
} from '../../runtime/inspect/disassembly.js';
import { flag, integer, optional, shape, text } from '../arguments.js';
import {
  machineRequest,
  toClientColumn,
  toClientLine,
  type Context,
  type Handlers,
} from '../context.js';
import type { Debuggee } from '../model/debuggee.js';
import { parseReference } from '../model/references.js';
import { clientPath, sourceOf } from '../model/source-paths.js';

const mostInstructions = 10_000;

export const disassemblyHandlers: Handlers = {
  disassemble: machineRequest(
    shape({
      memoryReference: text,
      offset: optional(integer),
      instructionOffset: optional(integer),
      instructionCount: integer,
      resolveSymbols: optional(flag),
    }),
    (debuggee, args, context) => {
      const { memoryReference, offset = 0, instructionOffset = 0, instructionCount } = args;
      if (instructionCount < 0 || instructionCount > mostInstructions) {
        return fail(`instructionCount must be from 0 to ${mostInstructions}.`);
      }
      if (Math.abs(instructionOffset) > mostInstructions) {
        return fail(`instructionOffset must be within ${mostInstructions} of 0.`);
      }
      const { platform, focus } = debuggee;
      const reference = parseReference(platform, focus, memoryReference, offset);
      if (!reference.ok) return reference;
      const { space, address } = reference.value;
      const rows = viewDisassembly(
        platform,
        space,
        virtAddr(address),
        instructionOffset,
        instructionCount,
      );
      const instructions = rows.map((row, index) =>
        instructionRow(context, debuggee, row, rows[index - 1]),
      );
      return ok({ instructions });
    },
  ),
};

function instructionRow(
  context: Context,
  debuggee: Debuggee,
  row: InstructionView,
  previous: InstructionView | undefined,
): DebugProtocol.DisassembledInstruction {
  const { line } = row;
  // DAP wants the source only where it differs from the row before.
  const isNewFile = line !== undefined && line.file !== previous?.line?.file;
  return {
    address: formatAddress(row.address),
    instruction: row.text,
    ...(row.bytes.length === 0 ? {} : { instructionBytes: instructionBytes(row) }),
    ...(row.symbol === undefined ? {} : { symbol: row.symbol }),
    ...(isNewFile ? { location: sourceOf(clientPath(line.file, debuggee.launch.sourceRoot)) } : {}),
    ...(line === undefined
      ? {}
      : {
          line: toClientLine(context.client, line.line),
          column: toClientColumn(context.client, line.column),
        }),
    ...(row.isValid ? {} : { presentationHint: 'invalid' as const }),
  };
}
