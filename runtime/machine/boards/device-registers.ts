/** Which register table describes which device of which board, for whoever shows registers. */
import { deviceTables } from '../../registers/device-tables.js';
import type { RegisterTable } from '../../registers/register-table.js';
import type { Board } from './board.js';

/** Where a device of the board has another name than its table. */
const renamed: Readonly<Record<Board['name'], Readonly<Record<string, string>>>> = {
  nexus: { user_timer: 'rv_timer', plic: 'rv_plic' },
  virt: { test: 'sifive_test', rtc: 'goldfish_rtc', uart: 'ns16550' },
};

/** `deviceName` is a name of `board.devices`; undefined for another one. */
export const deviceRegisters = (
  board: Pick<Board, 'name'>,
  deviceName: string,
): RegisterTable | undefined => deviceTables.get(renamed[board.name][deviceName] ?? deviceName);
