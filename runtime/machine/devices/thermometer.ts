/**
 * A temperature sensor on I2C with the registers of a TMP102: a pointer byte selects one of four 16-bit registers,
 * sent high byte first. Temperatures are signed twelve bits of 1/16 degree Celsius, left-aligned; thirteen in
 * extended mode. TMP102 datasheet SBOS397, section 7.5.
 */
import type { I2cTarget } from './i2c-target.js';
import type { Surroundings } from './surroundings.js';

const pointers = { temperature: 0, configuration: 1, low: 2, high: 3 } as const;
const atPowerOn = { configuration: 0x60a0, low: 0x4b00, high: 0x5000 } as const;
/** R1 and R0 of the configuration read as ones, AL is computed. */
const readOnlyConfiguration = 0x6020;
const alertBit = 0x20;
const bit = { extended: 0x10, shutdown: 0x100, polarity: 0x400 } as const;

export function createThermometer(surroundings: Surroundings, address = 0x48): I2cTarget {
  let pointer: number = pointers.temperature;
  let configuration: number = atPowerOn.configuration;
  let low: number = atPowerOn.low;
  let high: number = atPowerOn.high;
  /** In shutdown, the temperature of the moment it began. */
  let held: number | null = null;
  /** Bytes of the transfer so far. */
  let position = 0;
  let firstByte = 0;

  /** In 1/16 degree. */
  const measured = (): number =>
    held ??
    Math.max(-880, Math.min(2048, Math.round((surroundings.now().temperature * 16) / 1000)));
  const temperatureWord = (): number => {
    const value = measured();
    if ((configuration & bit.extended) !== 0) return ((value << 3) | 1) & 0xffff;
    return (Math.min(value, 2047) << 4) & 0xffff;
  };
  const signed = (word: number): number => (word << 16) >> 16;
  const isTooHot = (): boolean => signed(temperatureWord()) >= signed(high);
  const registerWord = (): number => {
    switch (pointer) {
      case pointers.configuration: {
        const isHigh = isTooHot() === ((configuration & bit.polarity) !== 0);
        return (configuration & ~alertBit) | (isHigh ? alertBit : 0);
      }
      case pointers.low:
        return low;
      case pointers.high:
        return high;
      default:
        return temperatureWord();
    }
  };
  const store = (word: number): void => {
    if (pointer === pointers.low) low = word;
    if (pointer === pointers.high) high = word;
    if (pointer !== pointers.configuration) return;
    const isDown = (word & bit.shutdown) !== 0;
    if (!isDown) held = null;
    else held ??= measured();
    configuration =
      (word & ~readOnlyConfiguration) | (atPowerOn.configuration & readOnlyConfiguration);
  };

  return {
    address,
    start(direction) {
      if (direction === 'write') position = 0;
      else position = 1;
      return true;
    },
    write(byte) {
      if (position === 0) pointer = byte & 3;
      else if (position === 1) firstByte = byte;
      else if (position === 2) store((firstByte << 8) | byte);
      position = Math.min(position + 1, 3);
      return true;
    },
    read() {
      const word = registerWord();
      const byte = position === 1 ? word >>> 8 : word & 0xff;
      position = position === 1 ? 2 : 1;
      return byte;
    },
    stop() {
      position = 0;
    },
    reset() {
      pointer = pointers.temperature;
      ({ configuration, low, high } = atPowerOn);
      held = null;
      position = 0;
      firstByte = 0;
    },
    save: () => ({ pointer, configuration, low, high, held, position, firstByte }),
    load(state) {
      ({ pointer, configuration, low, high, held, position, firstByte } = state as {
        pointer: number;
        configuration: number;
        low: number;
        high: number;
        held: number | null;
        position: number;
        firstByte: number;
      });
    },
  };
}
