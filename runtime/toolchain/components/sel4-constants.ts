/**
 * The numbers of the kernel that the runtime of components is written with, as a file that it includes. They are
 * made from the tables of `runtime/abi`, so no number is written down twice.
 */
import type { AbiVersion, LabelName } from '../../abi/labels.js';
import { labelNumber, labelTable } from '../../abi/labels.js';
import { ipcBuffer } from '../../abi/ipc-buffer.js';
import { maxMessageWords } from '../../abi/message-info.js';
import { faultLabel } from '../../abi/faults.js';
import { syscalls } from '../../abi/syscalls.js';
import { componentFolder } from '../../system/component/sources.js';

export const constantsPath = `${componentFolder}/sel4.inc.S`;

const labels: readonly LabelName[] = [
  'SchedContextBind',
  'SchedContextUnbind',
  'TCBBindNotification',
  'TCBSuspend',
  'TCBWriteRegisters',
  'IRQAckIRQ',
  'IRQSetIRQHandler',
  'RISCVPageGetAddress',
];

export function sel4Constants(version: AbiVersion): string {
  const table = labelTable(version);
  const rows = [
    ...syscalls.map(({ name, number }) => [`seL4_Sys${name}`, number] as const),
    // Invocations are calls, too.
    ...labels.map((name) => [name, labelNumber(table, name) ?? 0] as const),
    ...Object.entries(faultLabel).map(([name, number]) => [`Fault_${name}`, number] as const),
    ['IPCBuffer_words', ipcBuffer.message] as const,
    ['IPCBuffer_messageBytes', maxMessageWords * 4] as const,
    ['IPCBuffer_caps', ipcBuffer.capsOrBadges] as const,
  ];
  return rows.map(([name, value]) => `.equ ${name}, ${String(value)}\n`).join('');
}
