// Both sensors on the I2C bus, five times: the temperature in thousandths of a degree, and the acceleration in thousandths
// of g. Registers are those of a TMP102 and of an ADXL345.
import {
  SdkError,
  sdk_error_name,
  sdk_log,
  sdk_timer_cancel,
  sdk_timer_periodic,
  sdk_timer_wait,
  sdk_transfer,
} from 'sdk';

const THERMOMETER: string = 'thermometer';
const ACCELEROMETER: string = 'accelerometer';
const POWER_CTL: u8 = 0x2d;
const DATA_FORMAT: u8 = 0x31;
const DATAX0: u8 = 0x32;
const MEASURE: u8 = 0x08;
const FULL_RESOLUTION_16G: u8 = 0x0b;
const STEPS_PER_G: i32 = 256;
const TIMES: i32 = 5;

export function main(): i32 {
  let setup = sdk_transfer(ACCELEROMETER, bytes([DATA_FORMAT, FULL_RESOLUTION_16G]), 0);
  if (setup.error == SdkError.Success)
    setup = sdk_transfer(ACCELEROMETER, bytes([POWER_CTL, MEASURE]), 0);
  if (setup.error != SdkError.Success) return failed(ACCELEROMETER, setup.error);
  sdk_timer_periodic(0, 100);
  for (let turn = 0; turn < TIMES; turn++) {
    let warmth = sdk_transfer(THERMOMETER, bytes([0]), 2);
    if (warmth.error != SdkError.Success) return failed(THERMOMETER, warmth.error);
    let motion = sdk_transfer(ACCELEROMETER, bytes([DATAX0]), 6);
    if (motion.error != SdkError.Success) return failed(ACCELEROMETER, motion.error);
    sdk_log('temperature ' + temperature(warmth.value) + ' acceleration ' + axes(motion.value));
    sdk_timer_wait();
  }
  sdk_timer_cancel(0);
  return 0;
}

/** The high byte first, in sixteenths of a degree in the upper twelve bits. */
function temperature(read: Uint8Array): string {
  let word = <i16>(((<u16>read[0]) << 8) | (<u16>read[1]));
  return ((((<i32>word) >> 4) * 1000) / 16).toString();
}

/** The low byte first. */
function axes(read: Uint8Array): string {
  let text: string[] = [];
  for (let axis = 0; axis < 3; axis++) {
    let steps = <i32>(<i16>((<u16>read[2 * axis]) | ((<u16>read[2 * axis + 1]) << 8)));
    text.push(((steps * 1000) / STEPS_PER_G).toString());
  }
  return text.join(' ');
}

function bytes(values: u8[]): Uint8Array {
  let made = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) made[at] = values[at];
  return made;
}

function failed(device: string, error: SdkError): i32 {
  sdk_log(device + ': ' + sdk_error_name(error));
  return 1;
}
