// An ADXL345 on the I2C bus: three axes of ten bits and more in full resolution, where 256 steps are one g (datasheet,
// "Register map"). It measures from `start` on.
import { I2cError, I2cHost } from './i2c-host';

const POWER_CTL: u8 = 0x2d;
const DATA_FORMAT: u8 = 0x31;
const DATAX0: u8 = 0x32;
const MEASURE: u8 = 0x08;
const FULL_RESOLUTION_16G: u8 = 0x0b;
const STEPS_PER_G: i32 = 256;

export class Accelerometer {
  private command: Uint8Array = new Uint8Array(2);
  private register: Uint8Array = new Uint8Array(1);
  private answer: Uint8Array = new Uint8Array(6);
  private nothing: Uint8Array = new Uint8Array(0);
  /** In thousandths of g, from the last `measure` that succeeded. */
  milliG: StaticArray<i32> = new StaticArray<i32>(3);

  constructor(
    private host: I2cHost,
    readonly address: u8 = 0x53,
  ) {}

  start(): I2cError {
    let outcome = this.set(DATA_FORMAT, FULL_RESOLUTION_16G);
    return outcome == I2cError.None ? this.set(POWER_CTL, MEASURE) : outcome;
  }

  measure(): I2cError {
    this.register[0] = DATAX0;
    let outcome = this.host.transfer(this.address, this.register, this.answer);
    if (outcome != I2cError.None) return outcome;
    for (let axis = 0; axis < 3; axis++) {
      let low = <u16>this.answer[2 * axis];
      let steps = <i32>(<i16>(low | ((<u16>this.answer[2 * axis + 1]) << 8)));
      this.milliG[axis] = (steps * 1000) / STEPS_PER_G;
    }
    return I2cError.None;
  }

  private set(register: u8, value: u8): I2cError {
    this.command[0] = register;
    this.command[1] = value;
    return this.host.transfer(this.address, this.command, this.nothing);
  }
}
