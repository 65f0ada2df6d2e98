/**
 * Memory that a component shares with others: a pointer to it, its size, the capabilities to its frames where the program
 * holds them, and what wakes the other end of a queue in it.
 */
import type { EndBinding, FrameBinding } from '../../camkes/compile/bindings.js';
import { writeNotification, writeWaits } from './events.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  endFunction,
  signalled,
  write,
  writeConstantFunction,
  writeSelection,
  writeWord,
} from './stub-text.js';

export function writeDataport(text: StubText, end: EndBinding): void {
  const { memory } = end;
  const { name } = end.end.interface;
  if (memory === undefined) return;
  if (memory.symbol !== name) writeWord(text, '.data', name, memory.symbol);
  writeConstantFunction(text, `${name}_get_size`, memory.sizeBytes);
  if (memory.frames !== undefined) writeFrames(text, end, memory.frames);
  if (end.signals !== undefined) writeNotify(text, name, end.signals);
  if (end.notification !== undefined) writeWaits(text, name, end);
}

/** Memory beside calls, and that of a queue: `NAME_buf` points to it. */
export function writeBuffer(text: StubText, end: EndBinding): void {
  const { memory } = end;
  const { name } = end.end.interface;
  if (memory === undefined) return;
  writeWord(text, '.data', `${name}_buf`, memory.symbol);
  beginFunction(text, `${name}_get_buf`);
  write(text, `la a0, ${memory.symbol}`, 'ret');
  endFunction(text, `${name}_get_buf`);
  writeConstantFunction(text, `${name}_get_size`, memory.sizeBytes);
}

/** The other end of a queue is told, and tells. */
export function writeQueue(text: StubText, end: EndBinding): void {
  const { name } = end.end.interface;
  if (end.signals !== undefined) writeNotify(text, name, end.signals);
  if (end.notification === undefined) return;
  writeWaits(text, name, end);
  writeNotification(text, end);
}

function writeNotify(text: StubText, name: string, signals: readonly number[]): void {
  beginFunction(text, `${name}_notify`);
  write(text, ...signals.flatMap(signalled), 'ret');
  endFunction(text, `${name}_notify`);
}

/** As CAmkES has them, with the table of these functions that its libraries take. */
function writeFrames(text: StubText, end: EndBinding, frames: FrameBinding): void {
  const { name } = end.end.interface;
  const { slots, pageBits, isReadable, isWritable } = frames;
  const list = `.L${name}_frames`;
  write(text, '', '.section .rodata', '.balign 4', `${list}:`, `.word ${slots.join(', ')}`);
  const nth = slots.map((slot, index) => [index, [`li a0, ${String(slot)}`]] as const);
  writeSelection(text, `${name}_get_nth_frame_cap`, nth, ['li a0, 0']);
  beginFunction(text, `${name}_get_frame_caps`);
  write(text, `la a0, ${list}`, 'ret');
  endFunction(text, `${name}_get_frame_caps`);
  const id = end.end.instance.settings.get(`${name}_id`)?.value;
  const rights = (isReadable ? 2 : 0) | (isWritable ? 1 : 0);
  writeConstantFunction(text, `${name}_get_num_frame_caps`, slots.length);
  writeConstantFunction(text, `${name}_get_id`, id?.kind === 'integer' ? id.value : 0);
  writeConstantFunction(text, `${name}_get_frame_size_bits`, pageBits);
  writeConstantFunction(text, `${name}_get_rights`, rights);
  // In the order of that table; a program of CAmkES may leave out the fifth, too.
  const table = [
    'get_nth_frame_cap',
    'get_id',
    'get_num_frame_caps',
    'get_frame_caps',
    '',
    'get_size',
    'get_frame_size_bits',
    'get_rights',
  ].map((each) => (each === '' ? '0' : `${name}_${each}`));
  writeWord(text, `.section .rodata.${name}_handle`, `${name}_handle`, table.join(', '));
}
