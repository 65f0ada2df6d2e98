/** The numbers of the ABI as guest TypeScript: system calls, the IPC buffer, message infos, errors, types, rights. */
import { bootInfo, untypedDescription } from '../../abi/boot-info.js';
import { capRights } from '../../abi/cap-rights.js';
import { errors } from '../../abi/errors.js';
import { ipcBuffer } from '../../abi/ipc-buffer.js';
import { labelNumber, labelTable, type AbiVersion } from '../../abi/labels.js';
import { maxExtraCaps, maxMessageWords, messageInfoFields } from '../../abi/message-info.js';
import { objectTypes } from '../../abi/object-types.js';
import { syscalls } from '../../abi/syscalls.js';

export function sel4ConstantsSource(version: AbiVersion): string {
  const lowOf = (name: string): number =>
    messageInfoFields.find((field) => field.name === name)?.low ?? 0;
  const numbers: readonly (readonly [string, number])[] = [
    ...syscalls.map(({ name, number }) => [`SYS_${upperSnake(name)}`, number >>> 0] as const),
    ['OFFSET_WORDS', ipcBuffer.message],
    ['OFFSET_CAPS', ipcBuffer.capsOrBadges],
    ['OFFSET_RECEIVE_ROOT', ipcBuffer.receiveRoot],
    ['OFFSET_RECEIVE_INDEX', ipcBuffer.receiveIndex],
    ['OFFSET_RECEIVE_DEPTH', ipcBuffer.receiveDepth],
    ['MAX_WORDS', maxMessageWords],
    ['LENGTH_MASK', 0x7f],
    ['LABEL_SHIFT', lowOf('label')],
    ['CAPS_SHIFT', lowOf('extraCaps')],
    ['CAPS_MASK', maxExtraCaps],
    ['LABEL_UNTYPED_RETYPE', labelNumber(labelTable(version), 'UntypedRetype') ?? 0],
    ['LABEL_PAGE_MAP', labelNumber(labelTable(version), 'RISCVPageMap') ?? 0],
    ['LABEL_PAGE_UNMAP', labelNumber(labelTable(version), 'RISCVPageUnmap') ?? 0],
    ['BOOT_EMPTY', bootInfo.empty],
    ['BOOT_UNTYPED', bootInfo.untyped],
    ['BOOT_UNTYPED_LIST', bootInfo.untypedList],
    ['BOOT_UNTYPED_SIZE_BITS', untypedDescription.sizeBits],
    ['BOOT_UNTYPED_IS_DEVICE', untypedDescription.isDevice],
    ['BOOT_UNTYPED_IS_TAINTED', untypedDescription.isTainted],
    ['BOOT_UNTYPED_BYTES', untypedDescription.bytes],
  ];
  return [
    '// Made from the tables of the ABI.',
    ...numbers.map(([name, value]) => `@inline export const ${name}: u32 = ${value};`),
    enumeration(
      'KernelError',
      errors.map(({ name, code, doc }) => ({ name, value: code, doc })),
    ),
    enumeration(
      'ObjectType',
      objectTypes.map(({ name, type, doc }) => ({
        name: name.replace(/^4K_Page$/, 'Page').replace('Mega_Page', 'MegaPage'),
        value: type,
        doc,
      })),
    ),
    enumeration(
      'Rights',
      capRights.map(({ name, bit, doc }) => ({
        name: name.charAt(0).toUpperCase() + name.slice(1),
        value: 1 << bit,
        doc,
      })),
    ),
    '',
  ].join('\n');
}

function enumeration(
  name: string,
  rows: readonly { readonly name: string; readonly value: number; readonly doc: string }[],
): string {
  const lines = rows.map((row) => `  /** ${row.doc} */\n  ${row.name} = ${row.value},`);
  return `export enum ${name} {\n${lines.join('\n')}\n}`;
}

/** `NBSendRecv` is `NB_SEND_RECV`. */
const upperSnake = (name: string): string =>
  name.replace(/([a-z])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$2_').toUpperCase();
