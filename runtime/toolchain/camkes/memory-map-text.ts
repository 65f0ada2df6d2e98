/** A map of memory and interrupts as text, by address and by number, for a terminal or a screen reader. */
import { textTable } from '../text/text-table.js';
import type { MemoryMap, MemoryUser } from './memory-map.js';

export function memoryMapText({ devices, interrupts, shared }: MemoryMap): string {
  return [
    textTable('DEVICES', [
      ['START', 'END', 'OWNER', 'CONNECTION', 'CACHED', 'USERS'],
      ...devices.map(({ start, sizeBytes, owner, connection, isCached, users }) => [
        start === undefined ? '?' : hex(start),
        start === undefined || sizeBytes === undefined ? '?' : hex(start + sizeBytes - 1),
        owner,
        connection,
        isCached ? 'yes' : 'no',
        usersText(users),
      ]),
    ]),
    textTable('INTERRUPTS', [
      ['NUMBER', 'SOURCE', 'HANDLER', 'CONNECTION', 'BADGE'],
      ...interrupts.map(({ number, source, handler, connection, badge }) => [
        `${number ?? '?'}`,
        source,
        handler,
        connection,
        badge === undefined ? '' : `${badge}`,
      ]),
    ]),
    textTable('SHARED MEMORY', [
      ['NAME', 'BYTES', 'CONNECTION', 'USERS'],
      ...shared.map(({ name, sizeBytes, connection, users }) => [
        name,
        `${sizeBytes ?? '?'}`,
        connection,
        usersText(users),
      ]),
    ]),
  ].join('\n');
}

const usersText = (users: readonly MemoryUser[]): string =>
  users
    .map(({ name, access, virtualAddress }) =>
      [name, access, ...(virtualAddress === undefined ? [] : [`at ${hex(virtualAddress)}`])].join(
        ' ',
      ),
    )
    .join(', ');

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
