/**
 * An accelerometer on I2C with the registers of an ADXL345: the first byte of a write selects a register, and each
 * further byte, written or read, goes to the next one. It measures while POWER_CTL says so, else its axes are zero.
 * Taps, falls and its FIFO are not modelled: their registers hold what is written. ADXL345 datasheet, "Register map".
 */
import type { I2cTarget } from './i2c-target.js';
import type { Surroundings } from './surroundings.js';

const register = {
  DEVID: 0x00,
  OFSX: 0x1e,
  BW_RATE: 0x2c,
  POWER_CTL: 0x2d,
  INT_SOURCE: 0x30,
  DATA_FORMAT: 0x31,
  DATAX0: 0x32,
  DATAZ1: 0x37,
  FIFO_STATUS: 0x39,
} as const;
const firstWritable = 0x1d;
const deviceId = 0xe5;
const measureBit = 0x08;
const fullResolutionBit = 0x08;
const dataReadyBit = 0x80;
/** Steps to g at full resolution, and of an offset register. */
const stepsPerG = 256;
const offsetStepsPerUnit = 4;
const readOnly: ReadonlySet<number> = new Set([
  0x2b,
  register.INT_SOURCE,
  0x32,
  0x33,
  0x34,
  0x35,
  0x36,
  0x37,
  register.FIFO_STATUS,
]);

export function createAccelerometer(surroundings: Surroundings, address = 0x53): I2cTarget {
  let stored = powerOnValues();
  let selected = 0;
  let isSelecting = false;

  const isMeasuring = (): boolean => ((stored[register.POWER_CTL] ?? 0) & measureBit) !== 0;
  const signedByte = (index: number): number => ((stored[index] ?? 0) << 24) >> 24;
  /** Two's complement, as DATA_FORMAT asks. */
  const axisWord = (axis: number): number => {
    if (!isMeasuring()) return 0;
    const format = stored[register.DATA_FORMAT] ?? 0;
    const range = format & 3;
    const offset = signedByte(register.OFSX + axis) * offsetStepsPerUnit;
    const steps =
      Math.round(((surroundings.now().acceleration[axis] ?? 0) * stepsPerG) / 1000) + offset;
    const limit = 512 << range;
    const bounded = Math.max(-limit, Math.min(limit - 1, steps));
    return ((format & fullResolutionBit) !== 0 ? bounded : bounded >> range) & 0xffff;
  };
  const valueOf = (index: number): number => {
    if (index === register.DEVID) return deviceId;
    if (index >= register.DATAX0 && index <= register.DATAZ1) {
      const place = index - register.DATAX0;
      return (axisWord(place >>> 1) >>> (8 * (place & 1))) & 0xff;
    }
    if (index === register.INT_SOURCE) return isMeasuring() ? dataReadyBit : 0;
    return stored[index] ?? 0;
  };

  return {
    address,
    start(direction) {
      isSelecting = direction === 'write';
      return true;
    },
    write(byte) {
      if (isSelecting) {
        isSelecting = false;
        selected = byte & 0x3f;
        return true;
      }
      if (selected >= firstWritable && !readOnly.has(selected)) stored[selected] = byte;
      selected = (selected + 1) & 0x3f;
      return true;
    },
    read() {
      const byte = valueOf(selected);
      selected = (selected + 1) & 0x3f;
      return byte;
    },
    stop() {
      isSelecting = false;
    },
    reset() {
      stored = powerOnValues();
      selected = 0;
      isSelecting = false;
    },
    save: () => ({ stored: [...stored], selected, isSelecting }),
    load(state) {
      stored = [...(state['stored'] as readonly number[])];
      selected = state['selected'] as number;
      isSelecting = state['isSelecting'] as boolean;
    },
  };
}

function powerOnValues(): number[] {
  const values = Array.from({ length: 64 }, () => 0);
  values[register.BW_RATE] = 0x0a;
  return values;
}
