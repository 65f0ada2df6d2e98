/**
 * The real-time clock of QEMU's virt board: Goldfish, from the emulator of Android. Times are nanoseconds
 * since 1970 in 64 bits. Google's "Goldfish virtual hardware", section "RTC device".
 */
import { registerTable } from './register-table.js';

export const goldfishRtcRegisters = registerTable({
  device: 'rtc',
  widthBytes: 4,
  accessSizes: [4],
  elsewhere: 'zero',
  rows: [
    {
      name: 'TIME_LOW',
      offset: 0x00,
      access: 'rc',
      reset: 0,
      doc: 'Time, bits 31:0; a read keeps bits 63:32 for TIME_HIGH. A write sets the clock.',
    },
    {
      name: 'TIME_HIGH',
      offset: 0x04,
      access: 'rw',
      reset: 0,
      doc: 'Time, bits 63:32, as they were when TIME_LOW was read. A write sets the clock.',
    },
    {
      name: 'ALARM_LOW',
      offset: 0x08,
      access: 'rw',
      reset: 0,
      doc: 'Time of the alarm, bits 31:0; a write sets the alarm, so write ALARM_HIGH first.',
    },
    {
      name: 'ALARM_HIGH',
      offset: 0x0c,
      access: 'rw',
      reset: 0,
      doc: 'Time of the alarm, bits 63:32.',
    },
    {
      name: 'IRQ_ENABLED',
      offset: 0x10,
      access: 'rw',
      reset: 0,
      fields: [{ name: 'enabled', high: 0, low: 0, doc: 'The alarm interrupts.' }],
      doc: 'Whether an alarm that went off raises the interrupt.',
    },
    {
      name: 'CLEAR_ALARM',
      offset: 0x14,
      access: 'wo',
      reset: 0,
      doc: 'A write of any value stops the alarm.',
    },
    {
      name: 'ALARM_STATUS',
      offset: 0x18,
      access: 'ro',
      reset: 0,
      fields: [{ name: 'running', high: 0, low: 0, doc: 'The alarm is set and has not gone off.' }],
      doc: 'Whether the alarm is set.',
    },
    {
      name: 'CLEAR_INTERRUPT',
      offset: 0x1c,
      access: 'wo',
      reset: 0,
      doc: 'A write of any value takes back the interrupt of an alarm that went off.',
    },
  ],
});
