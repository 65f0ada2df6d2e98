// A TMP102 on the I2C bus: a pointer register of two bytes, the temperature in sixteenths of a degree in its upper
// twelve bits (datasheet SBOS397, section 7.5).
import { I2cError, I2cHost } from './i2c-host';

const TEMPERATURE: u8 = 0;

export class Thermometer {
  private pointer: Uint8Array = new Uint8Array(1);
  private answer: Uint8Array = new Uint8Array(2);
  /** In thousandths of a degree Celsius, from the last `measure` that succeeded. */
  milliCelsius: i32 = 0;

  constructor(
    private host: I2cHost,
    readonly address: u8 = 0x48,
  ) {}

  measure(): I2cError {
    this.pointer[0] = TEMPERATURE;
    let outcome = this.host.transfer(this.address, this.pointer, this.answer);
    if (outcome != I2cError.None) return outcome;
    let word = <i16>(((<u16>this.answer[0]) << 8) | (<u16>this.answer[1]));
    this.milliCelsius = (((<i32>word) >> 4) * 1000) / 16;
    return I2cError.None;
  }
}
