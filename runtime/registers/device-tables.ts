/** Every table of registers, by the name of its device: OpenTitan's where it has one. */
import { aclintRegisters } from './aclint.regs.js';
import { goldfishRtcRegisters } from './goldfish-rtc.regs.js';
import { gpioRegisters } from './gpio.regs.js';
import { i2cRegisters } from './i2c.regs.js';
import { mailboxRegisters } from './mailbox.regs.js';
import { mlTopRegisters } from './ml-top.regs.js';
import { ns16550Registers } from './ns16550.regs.js';
import { plicRegisters } from './plic.regs.js';
import type { RegisterTable } from './register-table.js';
import { rvPlicRegisters } from './rv-plic.regs.js';
import { rvTimerRegisters } from './rv-timer.regs.js';
import { sifiveTestRegisters } from './sifive-test.regs.js';
import { spiHostRegisters } from './spi-host.regs.js';
import { uartRegisters } from './uart.regs.js';

export const deviceTables: ReadonlyMap<string, RegisterTable> = new Map<string, RegisterTable>([
  ['aclint', aclintRegisters],
  ['goldfish_rtc', goldfishRtcRegisters],
  ['gpio', gpioRegisters],
  ['i2c', i2cRegisters],
  ['mailbox', mailboxRegisters],
  ['ml_top', mlTopRegisters],
  ['ns16550', ns16550Registers],
  ['plic', plicRegisters],
  ['rv_plic', rvPlicRegisters],
  ['rv_timer', rvTimerRegisters],
  ['sifive_test', sifiveTestRegisters],
  ['spi_host', spiHostRegisters],
  ['uart', uartRegisters],
]);
