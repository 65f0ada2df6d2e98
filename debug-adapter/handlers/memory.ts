/** Reading and writing memory; the references are explained in `model/references.ts`. */
import { formatAddress } from '../../runtime/base/address.js';
import { fail, ok } from '../../runtime/base/result.js';
import { viewMemory, writeMemory } from '../../runtime/inspect/memory.js';
import { flag, integer, optional, shape, text } from '../arguments.js';
import { machineRequest, type Handlers } from '../context.js';
import { parseReference } from '../model/references.js';

/** More than this in one answer is refused by cutting it short, as DAP allows. */
const mostBytes = 1024 * 1024;

export const memoryHandlers: Handlers = {
  readMemory: machineRequest(
    shape({ memoryReference: text, offset: optional(integer), count: integer }),
    (debuggee, { memoryReference, offset = 0, count }) => {
      if (count < 0) return fail(`count must not be negative, but it is ${count}.`);
      const { platform, focus } = debuggee;
      const reference = parseReference(platform, focus, memoryReference, offset);
      if (!reference.ok) return reference;
      const { space, address } = reference.value;
      const view = viewMemory(platform, space, address, Math.min(count, mostBytes));
      return ok({
        address: formatAddress(address),
        data: Buffer.from(view.bytes).toString('base64'),
        unreadableBytes: view.unreadableBytes,
      });
    },
  ),

  writeMemory: machineRequest(
    shape({
      memoryReference: text,
      offset: optional(integer),
      allowPartial: optional(flag),
      data: text,
    }),
    (debuggee, { memoryReference, offset = 0, allowPartial = false, data }) => {
      const { platform, focus } = debuggee;
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return fail('data must be base64.');
      const bytes = Buffer.from(data, 'base64');
      const reference = parseReference(platform, focus, memoryReference, offset);
      if (!reference.ok) return reference;
      const { space, address } = reference.value;
      // What is there now tells how far RAM reaches, so that nothing is written by half.
      const before = viewMemory(platform, space, address, bytes.length).bytes;
      return debuggee.edit(() => {
        const written = writeMemory(platform, space, address, bytes);
        if (written < bytes.length && !allowPartial) {
          writeMemory(platform, space, address, before.subarray(0, written));
          return fail(
            `Only ${written} of ${bytes.length} bytes from ${formatAddress(address)} are RAM, so nothing was written.`,
          );
        }
        debuggee.memoryChanged(memoryReference, offset, written);
        return ok({ offset: 0, bytesWritten: written });
      });
    },
  ),
};
