/** Which register table describes which device of which board, for whoever shows registers. */
import { aclintRegisters } from '../devices/aclint.regs.js';
import { goldfishRtcRegisters } from '../devices/goldfish-rtc.regs.js';
import { gpioRegisters } from '../devices/gpio.regs.js';
import { i2cRegisters } from '../devices/i2c.regs.js';
import { mailboxRegisters } from '../devices/mailbox.regs.js';
import { ns16550Registers } from '../devices/ns16550.regs.js';
import { plicRegisters } from '../devices/plic.regs.js';
import type { RegisterTable } from '../devices/registers.js';
import { rvPlicRegisters } from '../devices/rv-plic.regs.js';
import { rvTimerRegisters } from '../devices/rv-timer.regs.js';
import { sifiveTestRegisters } from '../devices/sifive-test.regs.js';
import { spiHostRegisters } from '../devices/spi-host.regs.js';
import { uartRegisters } from '../devices/uart.regs.js';
import type { Board } from './board.js';

const tables: Readonly<Record<Board['name'], Readonly<Record<string, RegisterTable>>>> = {
  nexus: {
    uart: uartRegisters,
    rv_timer: rvTimerRegisters,
    user_timer: rvTimerRegisters,
    gpio: gpioRegisters,
    i2c: i2cRegisters,
    spi_host: spiHostRegisters,
    mailbox: mailboxRegisters,
    plic: rvPlicRegisters,
  },
  virt: {
    test: sifiveTestRegisters,
    rtc: goldfishRtcRegisters,
    aclint: aclintRegisters,
    plic: plicRegisters,
    uart: ns16550Registers,
  },
};

/** `deviceName` is a name of `board.devices`; undefined for another one. */
export const deviceRegisters = (
  board: Pick<Board, 'name'>,
  deviceName: string,
): RegisterTable | undefined => tables[board.name][deviceName];
